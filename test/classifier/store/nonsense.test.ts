/** Classifiers that are whole but make no sense are refused, with the place. */
import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadClassifier } from '../../../src/classifier/store/load.js';
import { selectImages } from '../../../src/dataset/images.js';
import type { CladenetError } from '../../../src/errors.js';
import { type Weights, weightProblems } from '../../../src/network/weights.js';
import type { MakeProgram } from '../../../src/tensorflow/device.js';
import { eager } from '../../fixtures/device.js';
import { FORMAT_2, format2Images, type format2Models } from '../../fixtures/format-2.js';

type Name = (typeof format2Models)[number];
/** A description as JSON, which the changes below know. */
type Json = Record<string, unknown>;

const make: MakeProgram = () => {
  throw new Error('loading computes nothing');
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-nonsense-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What is wrong with a model whose description was changed: `place: expected X, received Y`, without the file's name. */
async function problemsOf(name: Name, change: (description: Json, path: string) => unknown): Promise<string[]> {
  const path = await mkdtemp(join(folder, `${name}-`));
  await cp(join(FORMAT_2, 'models', name), path, { recursive: true });
  const file = join(path, 'classifier.json');
  const { sha256: _, ...description } = JSON.parse(await readFile(file, 'utf8')) as Json;
  await change(description as Json, path);
  // JSON has no infinity; 1e999 is read as one.
  await writeFile(file, JSON.stringify(description).replaceAll('"INFINITE"', '1e999'));
  const error = await loadClassifier(path, { make }).then(
    () => undefined,
    (reason: unknown) => reason as CladenetError,
  );
  if (error === undefined) return [];
  expect(error).toMatchObject({ name: 'CladenetError', code: 'MODEL' });
  return error.problems.map(({ where, expected, received }) => {
    const place = where.replace(`${file}: `, '').replace(`${path}/`, '');
    return `${place}: expected ${expected}, received ${received}`;
  });
}

/** Changes one number of the weights of a module, and the checksum accordingly. */
async function changeWeight(description: Json, path: string, array: string, value: number): Promise<void> {
  const [module] = description.parts as unknown[];
  const { file, arrays } = module as { file: string; arrays: { name: string; shape: number[] }[] };
  const bytes = await readFile(join(path, file));
  let offset = 0;
  for (const { name, shape } of arrays) {
    if (name === array) bytes.writeFloatLE(value, offset);
    offset += 4 * shape.reduce((product, n) => product * n, 1);
  }
  await writeFile(join(path, file), bytes);
  Object.assign(module as object, { sha256: createHash('sha256').update(bytes).digest('hex') });
}

const set = (path: string, value: unknown) => (description: Json) => {
  const keys = path.split('.');
  let at = description as Record<string, unknown>;
  for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>;
  at[keys.at(-1) ?? ''] = value;
};

describe('the classifiers that are changed here', () => {
  it('load as they are', async () => {
    for (const name of ['flat', 'tree', 'tuned', 'specialists', 'joint'] as const) {
      expect(await problemsOf(name, () => undefined)).toEqual([]);
    }
  });
});

describe('weights', () => {
  it('have no variances below 0', () => {
    const array = { shape: [2], data: Float32Array.of(1, -1) };
    const weights = { 'trunk/0/norm/variance': array, 'trunk/0/norm/mean': array };
    expect(weightProblems('file', weights)).toEqual([
      { where: 'file: trunk/0/norm/variance[1]', expected: 'variances of at least 0', received: '-1' },
    ]);
  });

  it('are finite', async () => {
    const parts = JSON.parse(await readFile(join(FORMAT_2, 'models/flat/classifier.json'), 'utf8')).parts;
    const names = parts[0].arrays.map(({ name }: { name: string }) => name) as string[];
    const kernel = names.find((name) => name.endsWith('kernel')) ?? '';
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const problems = await problemsOf('flat', (json, path) => changeWeight(json, path, kernel, value));
      expect(problems).toEqual([`weights/0000-flat.bin: ${kernel}[0]: expected finite numbers, received ${value}`]);
    }
  });
});

describe('weights that are finite but overflow', () => {
  it('are refused by the prediction, which names the image', async () => {
    const path = await mkdtemp(join(folder, 'overflow-'));
    await cp(join(FORMAT_2, 'models/flat'), path, { recursive: true });
    const classifier = await loadClassifier(path, { make: eager });
    for (const { data } of Object.values(classifier.weights as Weights))
      data.forEach((_, i) => {
        data[i] = i % 3 === 0 ? -3e38 : 3e38;
      });
    const images = selectImages(format2Images(), [3]);
    await expect(classifier.predict(images)).rejects.toMatchObject({
      code: 'MODEL',
      problems: [{ where: images.paths[0] }],
    });
    classifier.dispose();
  });
});

describe('a flat classifier', () => {
  const cases: [title: string, change: (description: Json) => unknown, problem: RegExp][] = [
    ['a temperature that erases all probabilities', set('temperature', 5e-324), /^temperature: .*>=0\.001/],
    ['an infinite temperature', set('temperature', 'INFINITE'), /^temperature: /],
    [
      'another size of its images',
      set('preprocessing.size', 64),
      /^preprocessing\.size: expected \d+, as in network\.trunk\.input, received 64$/,
    ],
    ['other channels', set('preprocessing.channels', 3), /^preprocessing\.channels: expected 1, .*received 3$/],
    [
      'a class twice',
      (json) => set('classes.1', (json.classes as string[])[0])(json),
      /^classes: .*'bar-long' a second/,
    ],
    [
      'a class in two Unicode forms',
      (json) => {
        set('classes.0', 'caf\u00e9')(json);
        set('classes.1', 'cafe\u0301')(json);
      },
      /^classes: expected names that look different, received 'cafe\\u\{301\}' besides 'caf\\u\{e9\}'$/,
    ],
    ['a class more', (json) => (json.classes as string[]).push('more'), /^modules: flat: head\/output\/kernel: /],
    ['a module twice', (json) => (json.parts as unknown[]).push((json.parts as unknown[])[0]), /'flat' a second time$/],
    [
      'a module too many',
      (json) => (json.parts as object[]).push({ ...(json.parts as object[])[0], name: 'x', file: 'weights/x.bin' }),
      /^modules: expected nothing that is not a module of the tree, received 'x'$/,
    ],
    [
      'an array of another shape',
      set('parts.0.arrays.0.shape', [1]),
      /^modules: flat: trunk\/0\/kernel: .*received \[1\]$/,
    ],
    [
      'other bytes than its arrays take',
      set('parts.0.bytes', 4),
      /^modules: flat: bytes: expected \d+, for its arrays/,
    ],
    ['a best epoch that was never trained', set('summary.best.epoch', 99), /^summary: .*a best epoch/],
    ['shares of a split above 1', set('split.fractions.train', 1), /^split\.fractions: .*add up to 1/],
    ['fewer than no images', set('split.images.test', -1), /^split\.images\.test: /],
    [
      'other images than were split',
      set('split.images.test', 1000),
      /^images\.json: test: expected fingerprints of 1000/,
    ],
  ];
  it.each(cases)('%s', async (_, change, problem) => {
    const problems = await problemsOf('flat', change);
    expect(
      problems.filter((text) => problem.test(text)),
      problems.join('\n'),
    ).not.toEqual([]);
  });
});

describe('a tree', () => {
  const node = (json: Json, i: number) => (json.nodes as Record<string, unknown>[])[i] as Record<string, unknown>;
  const cases: [title: string, name: Name, change: (description: Json) => unknown, problem: RegExp][] = [
    [
      'a lineage twice',
      'tree',
      (json) => (json.lineages as unknown[]).push((json.lineages as unknown[])[0]),
      /^lineages\[4\]: /,
    ],
    [
      'a class without a lineage',
      'tree',
      (json) => (json.lineages as unknown[]).pop(),
      /^lineages: expected a class '/,
    ],
    ['a node twice', 'tree', (json) => (json.nodes as unknown[]).push(node(json, 0)), /^nodes: .* a second time$/],
    ['a node missing', 'tree', (json) => (json.nodes as unknown[]).pop(), /^nodes: expected a node '/],
    [
      'a child twice',
      'tree',
      (json) => {
        const [first] = node(json, 0).children as string[];
        node(json, 0).children = [first, first];
      },
      /^nodes: .*: children: expected .*, .* received /,
    ],
    [
      'children in another order than the columns of its decision',
      'tree',
      (json) => (node(json, 0).children as string[]).reverse(),
      /^nodes: .*: children: expected /,
    ],
    [
      'a share of a flat head that it has not',
      'joint',
      set('decision.flatShare', 0.5),
      /^decision\.flatShare: expected null/,
    ],
    [
      'a routing of other heads',
      'tree',
      set('decision.routing', 'path-sum'),
      /^decision\.routing: .*received path-sum$/,
    ],
    [
      'stop scores that rise',
      'tree',
      set('decision.stop', { images: 3, errsUpTo: [0.2, 0.5], surest: 1 }),
      /^decision\.stop\.errsUpTo: expected descending numbers/,
    ],
    [
      'more wrong images than images',
      'tree',
      set('decision.stop', { images: 1, errsUpTo: [0.5, 0.2], surest: 1 }),
      /^decision\.stop\.errsUpTo: expected at most one for each of 1 images/,
    ],
    [
      'a decider that it has not',
      'joint',
      (json) => set('decidedBy', 'flat')(node(json, 0) as Json),
      /^nodes: .*received flat$/,
    ],
    [
      'an attempt at a node that is not there',
      'tuned',
      set('attempts.0.node', 'nowhere'),
      /^attempts: .*received nowhere$/,
    ],
    ['a specialist for a leaf', 'specialists', set('specialists.0.node', 'disc'), /^specialists: .*received disc$/],
    [
      'separate networks with path sums',
      'tree',
      (json) => Object.assign(json, { trunk: 'own', head: 'path-sum' }),
      /^headKind: /,
    ],
  ];
  it.each(cases)('%s', async (_, name, change, problem) => {
    const problems = await problemsOf(name, change);
    expect(
      problems.filter((text) => problem.test(text)),
      problems.join('\n'),
    ).not.toEqual([]);
  });
});
