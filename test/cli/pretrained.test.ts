/** `train flat` from weights of other programs, and with teachers. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlatClassifier } from '../../src/classifier/flat.js';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { sha256 } from '../../src/hash.js';
import { writeShapes } from '../fixtures/shape-files.js';
import { cladenet } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const usual = () => ['--images', at('images'), '--epochs', '1', '--batch', '16', '--split', '0.6/0.2/0.2'];
const train = (out: string, ...args: string[]) => cladenet(['train', 'flat', ...usual(), '--out', at(out), ...args]);

/** A file of safetensors with the arrays of the network that stands for `compact` here, under timm's names. */
function weightsFile(
  change: (arrays: Map<string, [shape: number[], values: number[]]>) => void = () => undefined,
): Buffer {
  const arrays = new Map<string, [number[], number[]]>();
  const add = (name: string, shape: number[], value: number) => {
    const size = shape.reduce((product, n) => product * n, 1);
    arrays.set(name, [shape, Array.from({ length: size }, (_, i) => value + (i % 7) / 100)]);
  };
  add('conv_stem.weight', [8, 3, 3, 3], -0.03);
  add('conv_head.weight', [16, 8, 3, 3], -0.03);
  for (const [name, n] of [['bn1', 8] as const, ['bn2', 16] as const]) {
    for (const [part, value] of Object.entries({ weight: 1, bias: 0, running_mean: 0, running_var: 1 }))
      add(`${name}.${part}`, [n], value);
  }
  add('classifier.weight', [5, 16], 0);
  change(arrays);
  let offset = 0;
  const header = Object.fromEntries(
    [...arrays].map(([name, [shape, values]]) => {
      const start = offset;
      offset += 4 * values.length;
      return [name, { dtype: 'F32', shape, data_offsets: [start, offset] }];
    }),
  );
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const data = Float32Array.from([...arrays.values()].flatMap(([, values]) => values));
  return Buffer.concat([length, json, Buffer.from(data.buffer)]);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-pretrained-cli-'));
  await writeShapes(at('images'), 30);
  await writeFile(at('weights.safetensors'), weightsFile());
  const { code, stderr } = await train('teacher', '--size', '24');
  expect(code, stderr).toBe(0);
}, 240_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('--trunk-weights', () => {
  it('are what the CNN block starts from, and stay where it is frozen', async () => {
    const { code, stderr } = await train(
      'started',
      '--size',
      '16',
      '--trunk-weights',
      at('weights.safetensors'),
      '--frozen-stages',
      '3',
      '--head-rate',
      '2',
    );
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(
      /the CNN block starts from .*weights\.safetensors\nnot used of these weights: classifier\.weight /,
    );
    const classifier = (await loadClassifier(at('started'))) as FlatClassifier;
    expect(classifier.description.training).toMatchObject({
      trunkWeights: at('weights.safetensors'),
      frozenStages: 3,
      headRate: 2,
    });
    // [8, 3, 3, 3] summed over its colours, and the second array transposed.
    const stem = classifier.weights['trunk/0/kernel']?.data[0] ?? 0;
    expect(stem).toBeCloseTo(3 * -0.03 + ((0 % 7) + (9 % 7) + (18 % 7)) / 100, 5);
    expect(classifier.weights['trunk/1/kernel']?.data[16] ?? 0).toBeCloseTo(-0.03 + (9 % 7) / 100, 5);
    classifier.dispose();
  });

  it('are kept with --frozen-stages all: the MLP block is trained on features', async () => {
    const weights = ['--size', '16', '--trunk-weights', at('weights.safetensors')];
    const { code, stderr } = await train('frozen', ...weights, '--frozen-stages', 'all', '--views', '1');
    expect(code, stderr).toBe(0);
    const classifier = (await loadClassifier(at('frozen'))) as FlatClassifier;
    expect(classifier.description.training.frozenStages).toBe(1000);
    expect(classifier.description.trunkSha256).toBe(sha256(readFileSync(at('weights.safetensors'))));
    expect(classifier.weights['trunk/1/kernel']?.data[16] ?? 0).toBeCloseTo(-0.03 + (9 % 7) / 100, 5);
    classifier.dispose();
    const random = await train('random', '--frozen-stages', 'all');
    expect([random.code, random.stderr]).toEqual([
      1,
      expect.stringMatching(/^This training is not valid\n.* random weights/),
    ]);
    const taught = await train('taught', ...weights, '--frozen-stages', 'all', '--teacher', at('teacher'));
    expect([taught.code, taught.stderr]).toEqual([1, expect.stringMatching(/^This training is not valid\n.*teachers/)]);
    const views = await train('views', '--views', '1');
    expect([views.code, views.stderr]).toEqual([2, expect.stringMatching(/--views: expected none/)]);
  });

  it('are those of the flat classifier for networks of nodes that start from it, as is the training', async () => {
    const flat = await train('rates', '--size', '16', '--rate', '0.0123', '--head-rate', '2');
    expect(flat.code, flat.stderr).toBe(0);
    await writeFile(
      at('shapes.csv'),
      'class,path\nbar-long,bars>bar-long\nbar-short,bars>bar-short\ndisc,round>disc\nring,round>ring\n',
    );
    const from = ['--from', at('rates'), '--taxonomy', at('shapes.csv'), '--trunk', 'joint', '--batch', '8'];
    const tree = await cladenet(['train', 'tree', '--images', at('images'), '--out', at('joint'), ...from]);
    expect(tree.code, tree.stderr).toBe(0);
    const { training } = JSON.parse(readFileSync(at('joint', 'classifier.json'), 'utf8'));
    expect(training).toMatchObject({ epochs: 1, batch: 8, headRate: 2, optimiser: { rate: 0.0123 } });
  });

  it.each<[string, Buffer | string, RegExp]>([
    [
      'of another architecture',
      weightsFile((arrays) => void arrays.set('blocks.0.0.conv_dw.weight', [[1], [1]])),
      /blocks\.0\.0\.conv_dw\.weight: expected no such array, received \[1\]/,
    ],
    ['cut in half', weightsFile().subarray(0, 3000), /received array .* at bytes .* of \d+/],
    [
      'with NaN',
      weightsFile((arrays) => void arrays.get('bn2.bias')?.[1].fill(Number.NaN)),
      /bn2\.bias, number 1: expected finite numbers, received NaN/,
    ],
    [
      'with less and other arrays',
      weightsFile((arrays) => void (arrays.delete('bn1.bias') && arrays.set('bn2.bias', [[3], [0, 0, 0]]))),
      /bn1\.bias: expected an array \[8\], received none\n.*bn2\.bias: expected an array \[16\], received \[3\]/,
    ],
    [
      'a pickle that names other things',
      readFileSync(new URL('../weights/fixtures/harm.pth', import.meta.url)),
      /a pickle that names posix\.system\n +Only tensors and dictionaries are read/,
    ],
  ])('%s: refused before an image is decoded', async (_, bytes, message) => {
    await writeFile(at('bad'), bytes);
    const { code, stderr } = await train('never', '--size', '16', '--trunk-weights', at('bad'));
    expect(code).toBe(1);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/decoded/);
    expect(existsSync(at('never.partial'))).toBe(false);
  });

  it('that are nowhere, or cannot be fetched: says so with the command that helps', async () => {
    const none = await train('never', '--trunk-weights', at('nowhere.pth'));
    expect(none.code).toBe(1);
    expect(none.stderr).toMatch(/--trunk-weights: expected .*, received .*nowhere\.pth\n +npx cladenet trunk list/);
    const env = { CLADENET_CACHE: at('cache'), PATH: at('no-programs') };
    const offline = await cladenet(
      ['train', 'flat', ...usual(), '--out', at('never'), '--preset', 'efficientnet_lite0'],
      { env },
    );
    expect(offline.code).toBe(1);
    expect(offline.stderr).toMatch(
      /The weights of efficientnet_lite0 could not be fetched[\s\S]*then: npx cladenet trunk get efficientnet_lite0/,
    );
    expect(offline.stderr).not.toMatch(/decoded/);
  });

  it('sizes that are none of smaller images', async () => {
    const { code, stderr } = await train('never', '--size', '16', '--sizes', '8,16');
    expect(code).toBe(1);
    expect(stderr).toMatch(/--sizes: expected less than the network's 16 pixels, received 16/);
  });
});

describe('--teacher', () => {
  it('teaches a network of another size on its own split', async () => {
    const { code, stderr } = await train(
      'student',
      '--size',
      '16',
      '--teacher',
      at('teacher'),
      '--teacher-share',
      '0.5',
    );
    expect(code, stderr).toBe(0);
    const [student, teacher] = await Promise.all([loadClassifier(at('student')), loadClassifier(at('teacher'))]);
    const { training, preprocessing, split } = (student as FlatClassifier).description;
    expect(training.teacherShare).toBe(0.5);
    expect(preprocessing.size).toBe(16);
    expect(split).toMatchObject({ images: teacher.description.split.images, seed: 1 });
    for (const one of [student, teacher]) one.dispose();
  });

  it('of other classes is refused before an image is decoded', async () => {
    const { code, stderr } = await train('never', '--size', '16', '--teacher', at('teacher'), '--classes', 'disc,ring');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /A teacher knows other classes\n.*--teacher.*: expected a classifier of the same 2 classes, received one with bar-long, bar-short/,
    );
    expect(stderr).not.toMatch(/decoded/);
  });
});
