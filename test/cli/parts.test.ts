/** Parts of a training that processes do one by one: what comes together is what one process has, bit for bit. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toCsv } from '../../src/taxonomy/write.js';
import { writeShapes } from '../fixtures/shape-files.js';
import { shapesTaxonomy } from '../fixtures/shapes.js';
import { cladenet } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const call = async (...args: string[]) => {
  const { code, stderr } = await cladenet(args);
  expect(code, stderr).toBe(0);
  return stderr;
};
const bytesIn = async (...path: string[]) => {
  const names = (await readdir(at(...path), { recursive: true })).filter((name) => /\.(?:bin|f32)$/.test(name)).sort();
  return Promise.all(names.map(async (name) => [name, (await readFile(at(...path, name))).toString('base64')]));
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-parts-'));
  await writeShapes(at('images'), 12);
  await writeFile(at('tree.csv'), toCsv(shapesTaxonomy));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const onShapes = () => ['--images', at('images'), '--taxonomy', at('tree.csv'), '--size', '16', '--batch', '8'];

it('of a tree are its nodes', async () => {
  const train = (out: string, ...more: string[]) =>
    cladenet(['train', 'tree', ...onShapes(), '--epochs', '2', '--trunk', 'own', '--out', at(out), ...more]);
  await call('train', 'tree', ...onShapes(), '--epochs', '2', '--trunk', 'own', '--out', at('whole'));
  expect((await train('parts', '--only-nodes', '2')).stderr).toMatch(/kept in .*parts\.partial; the command without/);
  expect(existsSync(at('parts'))).toBe(false);
  const only = async () => (await readdir(at('parts.partial'))).filter((name) => /^[0-9a-f]{16}$/.test(name));
  expect(await only()).toHaveLength(1);
  expect((await train('parts', '--only-nodes', '0,2')).code).toBe(0);
  expect(await only()).toHaveLength(2);
  expect((await train('parts')).code).toBe(0);
  expect(await bytesIn('parts')).toEqual(await bytesIn('whole'));
  expect((await bytesIn('whole')).length).toBeGreaterThan(2);
  expect(existsSync(at('parts.partial'))).toBe(false);

  const wrong = await train('wrong', '--only-nodes', '7');
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringMatching(/--only-nodes: expected indices of the \d nodes that are trained, from 0 to \d, received 7/),
  ]);
  const shared = await cladenet(['train', 'tree', ...onShapes(), '--out', at('wrong'), '--only-nodes', '0']);
  expect([shared.code, shared.stderr]).toEqual([2, expect.stringMatching(/expected none, unless with --trunk own/)]);
  const text = await train('wrong', '--only-nodes', 'root');
  expect([text.code, text.stderr]).toEqual([
    2,
    expect.stringMatching(/indices of nodes, such as 0,3,4, received root/),
  ]);
  expect((await train('wrong', '--only-nodes', '0', '--fresh')).stderr).toMatch(
    /--fresh: expected none with a choice of parts/,
  );
});

it('of a study are its runs', async () => {
  const config = {
    images: at('images'),
    taxonomy: at('tree.csv'),
    size: 16,
    seeds: [1, 2],
    training: { epochs: 1, batch: 8 },
    headTraining: { epochs: 1 },
    arms: [
      { name: 'flat', kind: 'flat' },
      { name: 'tree', kind: 'tree' },
    ],
  };
  await writeFile(at('study.json'), JSON.stringify(config));
  await call('study', at('study.json'), '--out', at('study'));
  const parts = ['study', at('study.json'), '--out', at('study-parts')];
  const tree = await call(...parts, '--only', '2:2');
  expect(tree).toMatch(/seed 2, flat-\w+ \(flat\): trained in/);
  expect(tree).toMatch(/seed 2, tree: [\d.]+ % of the test images\n/);
  expect(tree).not.toMatch(/seed 1/);
  const rest = await call(...parts, '--only', '1:1,1:2');
  expect(rest).toMatch(/seed 2, flat-\w+ \(flat\): trained before/);
  expect(existsSync(at('study-parts', 'study.json'))).toBe(false);
  expect(await call(...parts)).not.toMatch(/flat-\w+ .*: training/);
  expect(await bytesIn('study-parts')).toEqual(await bytesIn('study'));
  expect((await readdir(at('study-parts'), { recursive: true })).filter((name) => name.includes('lock'))).toEqual([]);

  const wrong = await cladenet([...parts, '--only', '3:1,1:5']);
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringMatching(
      /--only: expected ARM:SEED, with an arm of 1 \(flat\), 2 \(tree\) and a seed of 1, 2, received 3:1, 1:5/,
    ),
  ]);
  expect((await cladenet([...parts, '--only', 'flat:1'])).stderr).toMatch(/runs as ARM:SEED.*received flat:1/);
});

it('of specialists are their groups, and of out-of-fold predictions the folds', async () => {
  const flat = ['--from', at('flat')];
  await call(
    'train',
    'flat',
    '--images',
    at('images'),
    '--size',
    '16',
    '--batch',
    '8',
    '--epochs',
    '1',
    '--out',
    at('flat'),
  );
  const specialists = (out: string) => [
    'train',
    'specialists',
    ...flat,
    '--images',
    at('images'),
    '--groups',
    at('tree.csv'),
    '--epochs',
    '2',
    '--out',
    at(out),
  ];
  await call(...specialists('groups'));
  expect(await call(...specialists('groups-parts'), '--only-groups', '0')).toMatch(/kept in/);
  await call(...specialists('groups-parts'));
  expect(await bytesIn('groups-parts')).toEqual(await bytesIn('groups'));

  const folds = (out: string) => [
    'confusion',
    at('flat'),
    '--images',
    at('images'),
    '--out-of-fold',
    '2',
    '--out',
    at(out),
    '--counts',
  ];
  await call(...folds('whole.csv'));
  await call(...folds('parts.csv'), '--only-folds', '2');
  expect(existsSync(at('parts.csv'))).toBe(false);
  expect(await call(...folds('parts.csv'))).not.toMatch(/fold 2\/2: training/);
  expect(await readFile(at('parts.csv'), 'utf8')).toBe(await readFile(at('whole.csv'), 'utf8'));
  expect(existsSync(at('parts.csv.partial'))).toBe(false);
  const wrong = await cladenet([...folds('parts.csv'), '--only-folds', '3']);
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringMatching(/--only-folds: expected indices of the 2 folds/),
  ]);
});
