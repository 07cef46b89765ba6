/** Commands on images that come with a split of their own. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeShapes } from '../fixtures/shape-files.js';
import { SHAPES } from '../fixtures/shapes.js';
import { cladenet } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const small = ['--size', '8', '--epochs', '1', '--batch', '8'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-given-'));
  await writeShapes(at('lab', 'train'), 6, 1);
  await writeShapes(at('lab', 'val'), 2, 2);
  await writeShapes(at('lab', 'test'), 3, 3);
  // An image of the test set that is in the training set too.
  await cp(at('lab', 'test', 'disc', '2.png'), at('lab', 'train', 'disc', 'copy.png'));
  await writeFile(
    at('tree.csv'),
    `class,path\n${SHAPES.map((name) => `${name},${name.slice(0, 3)}>${name}`).join('\n')}\n`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const train = (...args: string[]) => cladenet(['train', ...args, '--images', at('lab'), ...small]);

it('training takes the split, and what is built on the classifier keeps it', async () => {
  const flat = await train('flat', '--out', at('flat'));
  expect(flat.stderr).toContain('split as given: 24 train, 8 validation, 12 test\n');
  expect(flat.stderr).toContain('  1 image given in train is a copy of test images, and left out: ');
  expect([flat.code, flat.stdout]).toEqual([0, expect.stringMatching(/^flat on its 12 test images: accuracy/m)]);
  const { split } = JSON.parse(await readFile(at('flat', 'classifier.json'), 'utf8'));
  expect(split).toMatchObject({
    given: ['train', 'validation', 'test'],
    images: { train: 24, validation: 8, test: 12 },
  });

  const tree = await train(
    'tree',
    '--from',
    at('flat'),
    '--taxonomy',
    at('tree.csv'),
    '--single-child',
    'collapse',
    '--out',
    at('tree'),
  );
  expect([tree.code, tree.stderr]).toEqual([
    0,
    expect.stringContaining('split as given: 24 train, 8 validation, 12 test\n'),
  ]);

  // The training and validation images, and the copy.
  const judged = await cladenet(['evaluate', at('flat'), '--images', at('lab'), '--json', at('evaluation.json')]);
  expect([judged.code, judged.stderr]).toEqual([0, expect.stringMatching(/33 images? .*left out/)]);
  expect(JSON.parse(await readFile(at('evaluation.json'), 'utf8')).images).toBe(12);

  const predicted = await cladenet(['predict', at('flat'), at('lab'), '--out', at('predictions.csv')]);
  expect([predicted.code, (await readFile(at('predictions.csv'), 'utf8')).trim().split('\n').length]).toEqual([0, 46]);
});

it('another split is refused before any image is decoded, by the names of the options', async () => {
  const { code, stderr } = await train('flat', '--out', at('refused'), '--split', '0.8/0.1/0.1', '--split-seed', '3');
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /split already\n.*--split: .*0.8\/0.1\/0.1\n.*--given-split never.*\n.*--split-seed: .*received 3/,
  );
  expect(stderr).not.toContain('decoded');
  const anew = await train('flat', '--out', at('anew'), '--given-split', 'never', '--split', '0.6/0.2/0.2');
  expect([anew.code, anew.stderr]).toEqual([0, expect.stringMatching(/^split by seed 1: \d+ train/m)]);
});
