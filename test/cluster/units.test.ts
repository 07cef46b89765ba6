/** What work divides into, and jobs that are worth their start. */
import { describe, expect, it } from 'vitest';
import { allocationOf } from '../../src/allocation.js';
import { nodeUnits } from '../../src/cluster/node-units.js';
import { asRanges, fromRanges } from '../../src/cluster/schedulers/ranges.js';
import { quoted } from '../../src/cluster/shell.js';
import { studyUnits } from '../../src/cluster/study-units.js';
import { groupUnits, type Unit } from '../../src/cluster/units.js';
import { parseStudy } from '../../src/study/parse.js';
import { shapesTaxonomy, tinyNetwork, tinyTraining } from '../fixtures/shapes.js';

const unit = (key: string, cost: number, stage = 1): Unit => ({ name: `unit ${key}`, key, cost, stage });

describe('units', () => {
  it('that are small share a job, and those of different stages do not', () => {
    const units = [unit('0', 30_000), unit('1', 900_000), unit('2', 10_000), unit('3', 20_000), unit('4', 5, 2)];
    expect(groupUnits(units)).toEqual([
      { name: 'unit 1', keys: '1', cost: 900_000, stage: 1 },
      { name: 'unit 0; unit 3', keys: '0,3', cost: 50_000, stage: 1 },
      { name: 'unit 2', keys: '2', cost: 10_000, stage: 1 },
      { name: 'unit 4', keys: '4', cost: 5, stage: 2 },
    ]);
    expect(groupUnits(units, 3).map(({ keys }) => keys)).toEqual(['1,0,3', '2', '4']);
    const many = groupUnits(Array.from({ length: 5000 }, (_, i) => unit(String(i), 60_000)));
    expect(many).toHaveLength(100);
    expect(many[0]?.name).toBe('unit 0; unit 1; unit 2 and 47 more');
  });

  it('of a study are its models with each seed, after those that they are built on', () => {
    const config = parseStudy(
      {
        images: 'images',
        taxonomy: 'tree.csv',
        seeds: [3, 5],
        fractions: { train: 0.5, validation: 0.25, test: 0.25 },
        network: tinyNetwork,
        training: { ...tinyTraining, epochs: 4 },
        headTraining: { epochs: 100 },
        arms: [
          { name: 'flat', kind: 'flat' },
          { name: 'own', kind: 'tree', trunk: 'own' },
          { name: 'tree', kind: 'tree' },
          { name: 'greedy', kind: 'tree', routing: 'greedy' },
          { name: 'both', kind: 'fusion', of: ['flat', 'tree'] },
        ],
      },
      { needsImages: true },
    );
    const [flat, own, tree, both, ...others] = studyUnits(config, 1000);
    expect(flat).toEqual({ name: 'flat: seed 3', key: '1:3', cost: 2000, stage: 1 });
    expect(own).toEqual({ name: 'own: seed 3', key: '2:3', cost: 6000, stage: 1 });
    // A pass over the images for their features and those of their views, and heads at a fiftieth of a network's price.
    expect(tree).toEqual({ name: 'tree, greedy: seed 3', key: '3:3,4:3', cost: 2000, stage: 2 });
    expect(both).toEqual({ name: 'both: seed 3', key: '5:3', cost: 500, stage: 3 });
    expect(others.map(({ key }) => key)).toEqual(['1:5', '2:5', '3:5,4:5', '5:5']);
  });

  it('of a tree are its nodes, which cost what is below them', () => {
    const labelled = new Map([
      ['bar-long', 100],
      ['bar-short', 200],
      ['disc', 300],
      ['ring', 1],
    ]);
    const training = { epochs: 10, batch: 2, share: 0.8 };
    const nodes = shapesTaxonomy.decidingNodes();
    expect(nodeUnits(shapesTaxonomy, nodes, labelled, training)).toEqual([
      { name: 'root', key: '0', cost: 4808, stage: 1 },
      { name: 'bars', key: '1', cost: 2400, stage: 1 },
      { name: 'round', key: '2', cost: 2408, stage: 1 },
    ]);
    const few = nodeUnits(shapesTaxonomy, nodes, new Map(), training);
    expect(few.map(({ cost }) => cost)).toEqual([200, 200, 200]);
  });
});

it('numbers of an array are written and read as ranges', () => {
  expect(asRanges([7, 1, 2, 3, 3, 9])).toBe('1-3,7,9');
  expect(fromRanges('7-9,12%1')).toEqual([7, 8, 9, 12]);
  expect(fromRanges('1-7:3')).toEqual([1, 4, 7]);
  expect(fromRanges('1-2,...')).toEqual([1, 2]);
  expect(fromRanges('')).toEqual([]);
});

it('words are quoted for a shell where they need to be', () => {
  expect(['a/b-c_1:2,3', '', "it's", '$(x)', 'a b', 'Plankton>Copepod'].map(quoted)).toEqual([
    'a/b-c_1:2,3',
    "''",
    `'it'\\''s'`,
    "'$(x)'",
    "'a b'",
    "'Plankton>Copepod'",
  ]);
});

it('a run of a job of a scheduler is known by its variables', () => {
  expect(allocationOf({})).toBeUndefined();
  expect(allocationOf({ SLURM_JOB_ID: '12', SLURM_CLUSTER_NAME: 'c' })).toEqual({ job: 'slurm c 12', run: 0 });
  expect(allocationOf({ SLURM_JOB_ID: '12', SLURM_RESTART_COUNT: '2' })).toEqual({ job: 'slurm  12', run: 2 });
  expect(allocationOf({ OAR_ARRAY_ID: '5', OAR_ARRAY_INDEX: '3', OAR_JOB_ID: '77' })).toEqual({
    job: 'oar 5 3',
    run: 77,
  });
  expect(allocationOf({ OAR_ARRAY_ID: '5', OAR_JOB_ID: 'x' })).toBeUndefined();
});
