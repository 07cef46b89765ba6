/** The search for the best version of a node, without any training: scores are made up. */
import { describe, expect, it } from 'vitest';
import { parseTraining } from '../../src/classifier/configuration.js';
import type { NodeDescription, TreeDescription } from '../../src/classifier/schema.js';
import { isBetter } from '../../src/tuning/judge.js';
import type { Version } from '../../src/tuning/node-tuning.js';
import { gridOf, searchVersions, type Tried } from '../../src/tuning/search.js';

const node = { path: 'a', children: ['a>b', 'a>c'], images: 10, summary: null } as NodeDescription;
const tree = {
  trunk: 'shared',
  headKind: 'conditional',
  training: parseTraining({ epochs: 8, optimiser: { kind: 'adamw', rate: 0.002 }, augmentation: null }),
  trunkTraining: parseTraining({ epochs: 12, batch: 64, optimiser: { kind: 'adamw', rate: 0.004 } }),
} as unknown as TreeDescription;

/** Accuracy grows with the rate and the epochs; those of balanced classes diverge. */
function made(version: Version, seconds: number): Tried {
  const { optimiser, epochs, classWeights } = version.config;
  const accuracy = optimiser.rate * epochs;
  const score = classWeights === 'balanced' ? null : { accuracy, logLoss: 1, ahd: 1 };
  return { version, trained: undefined, score, seconds };
}

async function search(versions: readonly Version[], budget: number, seconds = 1) {
  const epochs: number[] = [];
  const found = await searchVersions(versions, {
    train: (version) => {
      epochs.push(version.config.epochs);
      return Promise.resolve(made(version, seconds));
    },
    isBetter: (a, b) => isBetter('accuracy', a, b),
    budget,
  });
  return { found, epochs };
}

describe('the grid', () => {
  it('is everything that was not given, with lower rates than in training', () => {
    const grid = gridOf(tree, node, {});
    const count = (as: string) => grid.filter((version) => version.as === as).length;
    expect([count('head'), count('network')]).toEqual([8, 4]);
    expect(new Set(grid.map(({ as, start, config }) => `${as} ${start} ${config.optimiser.rate}`))).toEqual(
      new Set([
        'head current 0.0005',
        'head current 0.002',
        'head new 0.002',
        'head new 0.008',
        'network current 0.001',
        'network current 0.004',
      ]),
    );
    // A network is trained as the shared CNN block was, for half as long.
    const network = grid.find(({ as }) => as === 'network')?.config;
    expect(network).toMatchObject({ epochs: 6, batch: 64, augmentation: { rotation: 180 }, seed: 1 });
    const given = { as: 'head', start: 'new', rate: 1, training: { classWeights: 'none' } } as const;
    expect(gridOf(tree, node, given)).toHaveLength(1);
    // Where one head decides everywhere a node has no weights of its own to start from.
    const whole = { ...tree, headKind: 'path-sum' } as TreeDescription;
    expect(gridOf(whole, node, { as: 'head' })).toHaveLength(4);
  });
});

describe('the search', () => {
  it('halves twice, and takes the best of all', async () => {
    const grid = gridOf(tree, node, { as: 'head' });
    const { found, epochs } = await search(grid, 1e9);
    expect(epochs).toEqual([...Array(8).fill(2), ...Array(4).fill(4), ...Array(2).fill(8)]);
    expect(found).toMatchObject({ tried: 14, seconds: 14, score: { accuracy: 0.064 } });
    expect(found.version.config).toMatchObject({ epochs: 8, optimiser: { rate: 0.008 }, classWeights: 'none' });
  });

  it('stops where the time is spent, but not before the first', async () => {
    const grid = gridOf(tree, node, { as: 'head' });
    expect((await search(grid, 5, 2)).epochs).toHaveLength(3);
    expect((await search(grid, -1)).epochs).toHaveLength(1);
  });

  it('of one version alone is its training, in full', async () => {
    const { found, epochs } = await search(gridOf(tree, node, {}).slice(0, 1), 0);
    expect(epochs).toEqual([8]);
    expect(found.tried).toBe(1);
  });
});
