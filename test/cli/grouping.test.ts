/** `confusion` and `group`: from a classifier or a file to groups, a taxonomy and pictures. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { fingerprints, unpackSeen } from '../../src/classifier/store/seen.js';
import { loadImages } from '../../src/dataset/load.js';
import { listImages } from '../../src/dataset/sources/list.js';
import { readScores } from '../../src/evaluation/counting/read-scores.js';
import { readConfusion } from '../../src/grouping/confusion-csv.js';
import { readTaxonomy } from '../../src/taxonomy/read.js';
import { writeShapes } from '../fixtures/shape-files.js';
import { SHAPES } from '../fixtures/shapes.js';
import { cladenet } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

/** Bars are confused, and so are discs and rings. */
const MATRIX = `images,${SHAPES.join()}
${SHAPES[0]},60,38,2,0
${SHAPES[1]},30,70,0,0
${SHAPES[2]},0,0,150,50
${SHAPES[3]},0,2,20,78
`;

const confusion = (...args: string[]) => cladenet(['confusion', ...args]);
const group = (...args: string[]) => cladenet(['group', ...args]);
const json = async (name: string) => JSON.parse(await readFile(at(name), 'utf8')) as Record<string, unknown>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-groups-'));
  await writeShapes(at('images'), 40, 1);
  await writeShapes(at('new'), 6, 2);
  await writeFile(at('matrix.csv'), MATRIX);
  const training = ['--size', '24', '--epochs', '1', '--batch', '16', '--out', at('flat')];
  const { code, stderr } = await cladenet(['train', 'flat', '--images', at('images'), ...training]);
  expect(code, stderr).toBe(0);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('confusion', () => {
  it("of a classifier is taken on its validation set, not on what it learned, nor on its test's", async () => {
    const to = ['--images', at('images'), '--out', at('own.csv')];
    const { code, stdout, stderr } = await confusion(at('flat'), ...to, '--counts', '--json', at('own.json'));
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^16 images of the classifier's validation set are used; left out: 128 .* 16 .* 0 /m);
    const { classes, images } = await readConfusion(at('own.csv'));
    expect([...classes].sort()).toEqual([...SHAPES].sort());
    expect([...(images ?? [])]).toEqual([4, 4, 4, 4]);
    expect(await json('own.json')).toMatchObject({ classes, images: [4, 4, 4, 4] });
    const scored = await confusion(at('flat'), ...to.slice(0, 2), '--out', at('o.csv'), '--scores', at('scores.csv'));
    expect([scored.code, scored.stderr]).toEqual([
      0,
      expect.stringMatching(/16 images with their probabilities written to .*scores\.csv/),
    ]);
    // The same mistakes are counted from these probabilities.
    const again = await confusion('--predictions', at('scores.csv'), '--out', at('again.csv'), '--counts');
    expect([again.code, await readFile(at('again.csv'), 'utf8')]).toEqual([0, await readFile(at('own.csv'), 'utf8')]);
    const shares = await confusion(at('flat'), '--images', at('images'), '--out', at('soft.csv'), '--soft');
    expect(shares.code).toBe(0);
    expect(await readFile(at('soft.csv'), 'utf8')).toMatch(/^shares,/);
    expect((await readConfusion(at('soft.csv'))).shares).toAllSatisfy((share) => share > 0);
  });

  it('takes all images where the classifier has met none, and refuses those that it knows but not from there', async () => {
    const all = await confusion(at('flat'), '--images', at('new'), '--out', at('new.csv'), '--counts');
    expect([all.code, all.stderr]).toEqual([0, expect.stringMatching(/none of the images .*: all 24 are used/)]);
    expect([...((await readConfusion(at('new.csv'))).images ?? [])]).toEqual([6, 6, 6, 6]);

    const classifier = await loadClassifier(at('flat'));
    const listing = await listImages(at('images'));
    const { images } = await loadImages(listing, classifier.description.preprocessing, { cacheDir: false });
    const validation = unpackSeen(classifier.seen.validation);
    const rows = fingerprints(images).flatMap((print, i) =>
      validation.has(print) ? [] : [`${images.paths[i]},${images.classes[images.labels[i] ?? 0]}`],
    );
    expect(rows).toHaveLength(144);
    await writeFile(at('known.csv'), `path,label\n${rows.join('\n')}\n`);
    const known = await confusion(at('flat'), '--images', at('known.csv'), '--out', at('known-matrix.csv'));
    expect([known.code, known.stdout]).toEqual([1, '']);
    expect(known.stderr).toMatch(
      /validation set, or only images that it has never seen, received 128 of its training set, 16 /,
    );
    expect(existsSync(at('known-matrix.csv'))).toBe(false);
  });

  it('of a table of predictions, and what is wrong with it', async () => {
    await writeFile(at('labels.csv'), 'image,true,predicted\n1,a,a\n2,a,b\n3,b,b\n');
    const labels = await confusion('--predictions', at('labels.csv'), '--out', at('m.csv'), '--counts');
    expect(labels.code).toBe(0);
    expect(await readFile(at('m.csv'), 'utf8')).toBe('images,a,b\na,1,1\nb,0,1\n');
    await writeFile(at('shares.csv'), 'true,a,b\na,0.75,0.25\nb,0.5,0.5\n');
    const soft = await confusion('--predictions', at('shares.csv'), '--out', at('m.csv'), '--soft');
    expect([soft.code, await readFile(at('m.csv'), 'utf8')]).toEqual([0, 'shares,a,b\na,0.75,0.25\nb,0.5,0.5\n']);
    await writeFile(at('bad.csv'), 'true,a,b\na,0.75,0.5\nc,0.5,0.5\nb,-1,2\n');
    const bad = await confusion('--predictions', at('bad.csv'), '--out', at('none.csv'));
    expect(bad.code).toBe(1);
    expect(bad.stderr).toMatch(/line 2: .* a sum of 1\.25[\s\S]*line 3: .*'c'[\s\S]*line 4: .*'-1' for 'a'/);
    expect(existsSync(at('none.csv'))).toBe(false);
  });
});

describe('out of fold', () => {
  const outOfFold = (...args: string[]) => ['--images', at('images'), '--out-of-fold', '3', ...args];

  it('every training image is predicted, and nothing is left but the result', async () => {
    const { code, stdout, stderr } = await confusion(
      at('flat'),
      ...outOfFold('--counts', '--out', at('folds.csv'), '--scores', at('fold-scores.csv')),
    );
    expect([code, stdout], stderr).toEqual([0, '']);
    expect(stderr).toMatch(/^128 training images .*, 16 validation images .*; left out: 16 of the test set, 0 the/m);
    expect(stderr).toMatch(
      /^fold 1\/3: training with 85 images$[\s\S]*^epoch +1 [\s\S]*^fold 3\/3: .* % of 4\d images right$/m,
    );
    expect([...((await readConfusion(at('folds.csv'))).images ?? [])]).toEqual([32, 32, 32, 32]);
    expect(existsSync(at('folds.csv.partial'))).toBe(false);
    const { labels } = readScores(await readFile(at('fold-scores.csv'), 'utf8'), { classes: SHAPES, labelled: true });
    expect([0, 1, 2, 3].map((c) => labels.filter((label) => label === c).length)).toEqual([32, 32, 32, 32]);
  });

  it('goes on after Ctrl-C, to the same bytes', async () => {
    const args = ['confusion', at('flat'), ...outOfFold('--counts', '--out', at('stopped.csv'))];
    let sent = false;
    const stopped = await cladenet(args, {
      onStderr(text, kill) {
        if (sent || !/^fold 1\/3: .* right$/m.test(text)) return;
        sent = true;
        kill('SIGINT');
      },
    });
    expect([stopped.code, stopped.stdout]).toEqual([99, '']);
    expect(stopped.stderr).toMatch(/the same command resumes with what is in .*stopped\.csv\.partial/);
    expect([existsSync(at('stopped.csv')), existsSync(at('stopped.csv.partial'))]).toEqual([false, true]);
    const other = await cladenet([...args, '--seed', '2']);
    expect([other.code, other.stderr]).toEqual([1, expect.stringMatching(/checkpoint of another training/)]);
    const { code, stderr } = await cladenet(args);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^resuming from [\s\S]*^fold 1\/3: .* right, as predicted before$/m);
    expect(await readFile(at('stopped.csv'))).toEqual(await readFile(at('folds.csv')));
    expect(existsSync(at('stopped.csv.partial'))).toBe(false);
  });

  it('is what `group` groups by, too', async () => {
    const ofModel = await group(at('flat'), ...outOfFold('--json', at('folds.json')));
    expect(ofModel.code, ofModel.stderr).toBe(0);
    const ofFile = await group(at('folds.csv'), '--json', at('folds-file.json'));
    expect(ofModel.stdout).toBe(ofFile.stdout);
    expect(await json('folds.json')).toEqual(await json('folds-file.json'));
    expect(existsSync(at('folds.json.partial'))).toBe(false);
  });
});

describe('group', () => {
  it('recommends a beta with the reason, and gives groups as text, JSON, taxonomy and pictures', async () => {
    const to = ['--json', at('g.json'), '--out', at('g.csv'), '--figures', at('figures')];
    const { code, stdout, stderr } = await group(at('matrix.csv'), ...to, '--sweep', '--compare');
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(
      /^beta on 4 classes \(500 images, 142 mistakes\), C made symmetric by mean\nbeta [\d.]+, rec/,
    );
    expect(stdout).toMatch(
      /Their modularity, [\s\S]*2 groups of two classes or more with 97\.2 % of all mistakes inside; 0/,
    );
    expect(stdout).toMatch(/\nbar +2 +47\.9 % +97\.1 %\n {4}bar-long, bar-short\n/);
    expect(stdout).toMatch(/beta +groups +largest[\s\S]*\d\* [\s\S]*\* recommended[\s\S]*kmeans +2 +1\.00/);
    const { classes, groups, merges, recommended, options, sweep } = await json('g.json');
    expect(classes).toEqual([...SHAPES]);
    expect(groups).toEqual([
      ['bar-long', 'bar-short'],
      ['disc', 'ring'],
    ]);
    expect(merges).toEqual([
      { a: 'bar-long', b: 'bar-short', height: expect.closeTo(0.34, 12) },
      { a: 'disc', b: 'ring', height: expect.closeTo(0.225, 12) },
    ]);
    expect(options).toMatchObject({ method: 'beta', beta: (recommended as { beta: number }).beta, seed: 1 });
    expect(sweep).not.toBeNull();
    const { classes: leaves, root } = await readTaxonomy(at('g.csv'));
    expect([[...leaves].sort(), root]).toEqual([[...SHAPES].sort(), '']);
    expect((await readdir(at('figures'))).sort()).toEqual(['confusion.png', 'dendrogram.png', 'sweep.png']);
    expect((await sharp(at('figures', 'dendrogram.png')).metadata()).width).toBeGreaterThan(1000);
  });

  it('gives groups that a tree can be trained on', async () => {
    const made = await group(at('matrix.csv'), '--beta', '0.05', '--nested', '--out', at('groups.json'));
    expect(made.code).toBe(0);
    const tree = ['--taxonomy', at('groups.json'), '--from', at('flat'), '--epochs', '1', '--out', at('tree')];
    const { code, stdout, stderr } = await cladenet(['train', 'tree', '--images', at('images'), ...tree]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^tree on its 16 test images: /);
  });

  it('of a classifier groups by its confusion matrix; the same seed gives the same bytes', async () => {
    const options = ['--images', at('images'), '--soft', '--seed', '3', '--sweep'];
    const ofModel = await group(at('flat'), ...options, '--json', at('a.json'));
    expect(ofModel.code, ofModel.stderr).toBe(0);
    expect(ofModel.stderr).toMatch(/16 images of the classifier's validation set/);
    const again = await group(at('flat'), ...options, '--json', at('b.json'));
    expect(await readFile(at('b.json'))).toEqual(await readFile(at('a.json')));
    expect(again.stdout).toBe(ofModel.stdout);
    await confusion(at('flat'), '--images', at('images'), '--soft', '--counts', '--out', at('c.csv'));
    await group(at('c.csv'), '--seed', '3', '--json', at('c.json'));
    const [{ groups }, { groups: ofFile }] = [await json('a.json'), await json('c.json')];
    expect(ofFile).toEqual(groups);
  });

  it('by the other methods, each saying what it did', async () => {
    for (const method of [['kmeans'], ['spectral'], ['agglomerative', '--linkage', 'complete']]) {
      const figures = at(`figures-${method[0]}`);
      const options = ['--method', ...method, '--groups', '2', '--json', at('m.json'), '--figures', figures];
      const { code, stdout, stderr } = await group(at('matrix.csv'), ...options);
      expect(code, stderr).toBe(0);
      expect(stdout).toMatch(new RegExp(`^${method[0]} on 4 classes`));
      const { groups, merges, options: chosen } = await json('m.json');
      expect([groups, chosen]).toMatchObject([[{ length: 2 }, { length: 2 }], { beta: null, groups: 2 }]);
      expect((merges as unknown[]).length).toBe(method[0] === 'agglomerative' ? 2 : 0);
      expect((await readdir(figures)).includes('dendrogram.png')).toBe(method[0] === 'agglomerative');
    }
  });

  it('says everything that is wrong with a matrix, with its line, and writes nothing', async () => {
    await writeFile(at('wrong.csv'), 'shares,a,b,c\na,0.5,0.25,0\nb,0,x,1\ncc,0,0,1\n');
    const { code, stdout, stderr } = await group(at('wrong.csv'), '--json', at('none.json'));
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/line 2 \('a'\): .*a sum of 0\.75[\s\S]*line 3, column 'b': .*'x'[\s\S]*line 4: .*'cc'/);
    expect(stderr).toMatch(/a row for each of the 3 classes of the first row, received none for 'c'/);
    await writeFile(at('perfect.csv'), 'images,a,b\na,3,0\nb,0,4\n');
    expect((await group(at('perfect.csv'))).stderr).toMatch(/confused with each other.*no such confusion/);
    expect((await group(at('none.csv'))).stderr).toMatch(/none\.csv: .*no such file/);
    expect(existsSync(at('none.json'))).toBe(false);
  });
});

describe('a wrong call', () => {
  const matrix = () => at('matrix.csv');
  it.each<[string, () => string[], RegExp]>([
    ['no source', () => ['confusion', '--out', 'x'], /model: expected the folder of [\s\S]*--images: .*nothing/],
    ['a model without images', () => ['group', at('flat')], /--images: expected a folder or a table/],
    [
      'a model beside predictions',
      () => ['confusion', at('flat'), '--predictions', 'p.csv', '--images', 'x', '--out', 'm.csv'],
      /model: expected none beside --predictions[\s\S]*--images: expected none beside --predictions/,
    ],
    ['images beside a matrix', () => ['group', matrix(), '--images', 'x', '--soft'], /--images: .*only[\s\S]*--soft: /],
    ['a beta that is none', () => ['group', matrix(), '--beta', '1.5'], /--beta: expected a number from 0 to 1/],
    ['a misspelt method', () => ['group', matrix(), '--method', 'kmean'], /Did you mean 'kmeans'\?/],
    [
      'options that would do nothing',
      () => ['group', matrix(), '--groups', '3', '--alpha', '2', '--linkage', 'ward', '--out', 'g.txt'],
      /--groups: [\s\S]*--alpha: [\s\S]*--linkage: [\s\S]*--out: expected a name that ends in \.csv or \.json/,
    ],
    [
      'k-means without a number, with a threshold, nested',
      () => ['group', matrix(), '--method', 'kmeans', '--beta', '0.1', '--nested'],
      /--beta: [\s\S]*--groups: [\s\S]*--nested: /,
    ],
    [
      'a threshold and a number',
      () => ['group', matrix(), '--method', 'agglomerative', '--beta', '0.1', '--groups', '2'],
      /--beta, --groups: expected one of them/,
    ],
    ['more groups than classes', () => ['group', matrix(), '--method', 'kmeans', '--groups', '9'], /from 1 to 4/],
    [
      'folds without a classifier',
      () => ['confusion', '--predictions', 'p.csv', '--out-of-fold', '3', '--fresh', '--out', 'm.csv'],
      /--out-of-fold: expected none beside --predictions[\s\S]*--fresh: expected none beside --predictions/,
    ],
    [
      'folds beside a matrix',
      () => ['group', matrix(), '--out-of-fold', '3'],
      /--out-of-fold: .*only with a classifier/,
    ],
    [
      'too many folds',
      () => ['confusion', at('flat'), '--out-of-fold', '21', '--out', 'm.csv'],
      /--out-of-fold: expected a whole number from 2 to 20, received 21/,
    ],
    [
      'folds without images, that could be kept nowhere',
      () => ['group', at('flat'), '--out-of-fold', '3'],
      /--images: expected a folder [\s\S]*--out-of-fold: expected --out, --json or --figures as well/,
    ],
    [
      'a fresh beginning of nothing',
      () => ['confusion', at('flat'), '--images', 'x', '--fresh', '--out', 'm.csv'],
      /--fresh: expected none, only with --out-of-fold/,
    ],
    [
      'folds of a tree',
      () => ['confusion', at('tree'), '--images', at('images'), '--out-of-fold', '3', '--out', at('no.csv')],
      /model: expected a flat classifier, with --out-of-fold, received a tree/,
    ],
    [
      'more folds than images',
      () => [
        ...['confusion', at('flat'), '--images', at('images'), '--limit-per-class', '4'],
        ...['--out-of-fold', '20', '--out', at('no.csv')],
      ],
      /folds: expected a whole number from 2 to 1\d, .*received 20/,
    ],
    [
      'pictures into a file',
      () => ['group', matrix(), '--figures', matrix()],
      /--figures: expected a folder, received .*matrix\.csv: a file/,
    ],
    ['a file into a folder', () => ['confusion', 'm', '--images', 'x', '--out', folder], /--out: .*: a folder/],
  ])('%s', async (_, args, said) => {
    const { code, stdout, stderr } = await cladenet(args());
    expect(stderr).toMatch(said);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
