/** Images of inner nodes and unlabelled ones on the command line: what is counted, what is refused, and folds. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toCsv } from '../../src/taxonomy/write.js';
import { writeShapes } from '../fixtures/shape-files.js';
import { SHAPES, shapesTaxonomy } from '../fixtures/shapes.js';
import { cladenet } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const small = ['--size', '16', '--epochs', '1', '--batch', '8'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-coarse-'));
  await writeShapes(at('images'), 10);
  await writeShapes(at('more'), 2, 7);
  await writeFile(at('tree.csv'), toCsv(shapesTaxonomy));
  // Of each class the first five images keep their class, the others are known as bars or round shapes.
  const rows = Array.from({ length: 40 }, (_, i) => {
    const name = SHAPES[i % 4] ?? '';
    const coarse = name.startsWith('bar') ? 'bars' : 'round';
    return `images/${name}/${i}.png,${i < 20 ? name : coarse}`;
  });
  await writeFile(at('labels.csv'), `path,label\n${rows.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const flat = (out: string, ...more: string[]) =>
  cladenet([
    'train',
    'flat',
    '--images',
    at('labels.csv'),
    '--taxonomy',
    at('tree.csv'),
    '--out',
    at(out),
    ...small,
    ...more,
  ]);
const imagesOf = async (model: string) =>
  (JSON.parse(await readFile(at(model, 'classifier.json'), 'utf8')) as { split: { images: unknown } }).split.images;

it('trains on images of inner nodes, then on what the classifier is sure of, and on unlabelled images', async () => {
  const first = await flat('first');
  expect(first.stderr).toMatch(/10 images of bars, an inner node: any of its 2 classes is right/);
  expect([first.code, first.stdout]).toEqual([0, expect.stringMatching(/^flat on its 4 test images: /)]);
  const all = ['--pseudo-labels', at('first'), '--pseudo-threshold', '0.001', '--unlabelled', at('more')];
  const second = await flat('second', ...all);
  expect(second.stderr).toMatch(
    /pseudo-labels by .*first: 16 of 16 images of inner nodes, 8 of 8 images without a label; 36 images to train on/,
  );
  expect([await imagesOf('first'), await imagesOf('second')]).toEqual([
    { train: 28, validation: 6, test: 6 },
    { train: 36, validation: 6, test: 6 },
  ]);
  const tree = await cladenet([
    ...['train', 'tree', '--images', at('labels.csv'), '--taxonomy', at('tree.csv'), '--out', at('tree')],
    ...['--trunk', 'joint', ...small, '--pseudo-labels', at('second'), '--pseudo-threshold', '1'],
  ]);
  expect(tree.stderr).toMatch(/pseudo-labels by .*second: 0 of 16 images of inner nodes; 28 images to train on/);
  expect(tree.code).toBe(0);
});

it('tests on one fold of the images', async () => {
  const { code, stderr } = await flat('fold', '--fold', '2/4');
  expect([code, stderr]).toEqual([0, expect.stringMatching(/split by seed 1, fold 2 of 4: /)]);
  expect((await flat('no', '--fold', '5/4')).stderr).toMatch(/--fold: expected a fold of at least 2, like 1\/5/);
});

it('refuses labels that the taxonomy lacks, and unlabelled images that nothing labels, before anything is trained', async () => {
  const table = await readFile(at('labels.csv'), 'utf8');
  await writeFile(at('wrong.csv'), table.replaceAll(',round', ',rund'));
  const wrong = await flat('refused', '--images', at('wrong.csv'));
  expect([wrong.code, wrong.stderr]).toEqual([
    1,
    expect.stringMatching(/images of 'rund': expected a class of the taxonomy/),
  ]);
  const alone = await flat('refused', '--unlabelled', at('more'));
  expect([alone.code, alone.stderr]).toEqual([
    2,
    expect.stringMatching(/--unlabelled: expected none without --pseudo-labels/),
  ]);
  expect(existsSync(at('refused'))).toBe(false);
});
