/** `embed`, `train forest`, `train head` and `train fusion`, and what judges their classifiers. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { openImages } from '../../src/dataset/open.js';
import { readFeatureTable } from '../../src/features/tables/read-feature-table.js';
import { writeShapes } from '../fixtures/shape-files.js';
import { cladenet } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const images = () => ['--images', at('images')];
const ok = async (...args: string[]) => {
  const outcome = await cladenet(args);
  expect(outcome.code, outcome.stderr).toBe(0);
  return outcome;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-on-features-'));
  await writeShapes(at('images'), 30, 1);
  const training = ['--size', '24', '--epochs', '3', '--batch', '16', '--split', '0.6/0.2/0.2', '--out', at('flat')];
  await ok('train', 'flat', ...images(), ...training);
}, 240_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const measured = ['--threshold', '128', '--trees', '30'];

describe('train forest', () => {
  it('decides on what is measured by default, with the split of a classifier where one is given', async () => {
    const { stdout, stderr } = await ok(
      'train',
      'forest',
      ...images(),
      '--from',
      at('flat'),
      ...measured,
      '--out',
      at('forest'),
    );
    expect(stderr).toMatch(/split by seed 1: 72 train, 24 validation, 24 test\n/);
    expect(stderr).toMatch(/30 trees; out-of-bag accuracy [\d.]+ %\ntrained in .*; saved to /);
    expect(stdout).toMatch(/^forest on its 24 test images: accuracy (100|9\d)\.\d %/);
    const { description } = await loadClassifier(at('forest'));
    expect(description).toMatchObject({
      kind: 'features',
      sources: [{ kind: 'biologists', set: 'zooprocess', version: 1, segmentation: { threshold: 128 } }],
      decider: { kind: 'forest', settings: { trees: 30, seed: 1, classWeights: 'none' } },
      split: { seed: 1, images: { train: 72, validation: 24, test: 24 } },
    });
  });

  it('decides on both kinds of features, and on a table', async () => {
    await ok(
      'train',
      'forest',
      ...images(),
      '--features',
      'both',
      '--from',
      at('flat'),
      '--pca',
      '4',
      ...measured,
      '--out',
      at('both'),
    );
    expect((await loadClassifier(at('both'))).description).toMatchObject({
      sources: [{ kind: 'biologists' }, { kind: 'deep', pca: { components: 4 } }],
    });
    await ok('embed', at('flat'), at('images'), '--out', at('deep.csv'));
    const table = ['--features', at('deep.csv'), '--trees', '30', '--class-weights', '0.5'];
    const { stderr } = await ok('train', 'forest', ...images(), ...table, '--out', at('table'));
    expect(stderr).toMatch(/deep\.csv: 120 rows of 34 features by column 'path'\n/);
    expect((await loadClassifier(at('table'))).description).toMatchObject({
      sources: [{ kind: 'table', file: at('deep.csv') }],
      decider: { settings: { classWeights: 0.5 } },
    });
  });

  it('leaves out features by name or by group', async () => {
    const train = ['train', 'forest', ...images(), ...measured, '--split', '0.6/0.2/0.2', '--out', at('fewer')];
    await ok(...train, '--without', 'position,area');
    const { description } = await loadClassifier(at('fewer'));
    const [source] = description.kind === 'features' ? description.sources : [];
    const names = source?.kind === 'biologists' ? source.names : [];
    expect(names).toContain('major');
    for (const name of ['area', 'x', 'angle', 'by']) expect(names).not.toContain(name);
    const wrong = await cladenet([...train, '--without', 'positon']);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/--without: expected a feature of the set zooprocess, or a group: .*\n.*'position'/),
    ]);
  });

  it('refuses deep features without a classifier, and a table without rows for the images', async () => {
    const deep = await cladenet(['train', 'forest', ...images(), '--features', 'deep', '--out', at('no')]);
    expect([deep.code, deep.stderr]).toEqual([
      2,
      expect.stringMatching(/--from: expected a classifier with a CNN block/),
    ]);
    await writeFile(at('few.csv'), 'path,area\n0.png,3\n');
    const few = await cladenet(['train', 'forest', ...images(), '--features', at('few.csv'), '--out', at('no')]);
    expect([few.code, few.stderr]).toEqual([1, expect.stringMatching(/119 of 120 images have no row of their own/)]);
    const other = await cladenet(['train', 'forest', ...images(), '--features', 'depe', '--out', at('no')]);
    const meant = /--features: expected biologists, deep, both, or a file, received depe\n.*'deep'/;
    expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(meant)]);
  });
});

describe('train tree --decide-by forest', () => {
  const train = (...more: string[]) => [
    'train',
    'tree',
    ...images(),
    '--taxonomy',
    at('tree.csv'),
    '--decide-by',
    'forest',
    '--out',
    at('tree'),
    ...more,
  ];
  const LINEAGES = 'class,path\nbar-long,bars>bar-long\nbar-short,bars>bar-short\ndisc,round>disc\nring,round>ring\n';

  it('decides on deep features of --from by default, on measured ones without a CNN, or on both', async () => {
    await writeFile(at('tree.csv'), LINEAGES);
    const few = ['--from', at('flat'), '--trees', '30'];
    const { stderr, stdout } = await ok(
      ...train(...few, '--class-weights', 'balanced', '--pca', '6', '--crop-bottom', '2'),
    );
    expect(stderr).toMatch(/^not used: --crop-bottom \(a shared CNN block keeps the flat classifier's\)$/m);
    expect(stderr).toMatch(/split by seed 1: 72 train, 24 validation, 24 test\n[\s\S]*3 nodes trained in/);
    expect(stdout).toMatch(/^tree on its 24 test images: accuracy/);
    const deep = await loadClassifier(at('tree'));
    expect(deep.description).toMatchObject({ trunk: 'shared', sources: [{ kind: 'deep', pca: { components: 6 } }] });
    expect(deep.kind === 'tree' && deep.forests.get('bars')?.settings).toMatchObject({
      trees: 30,
      classWeights: 'balanced',
    });
    const both = ['--features', 'both', '--threshold', '128', '--crop-bottom', '2', '--min-leaf', '2'];
    expect((await ok(...train(...few, ...both))).stderr).not.toContain('not used');
    expect((await loadClassifier(at('tree'))).description).toMatchObject({
      trunk: 'shared',
      sources: [{ kind: 'biologists', segmentation: { threshold: 128, cropBottom: 2 } }, { kind: 'deep' }],
    });
    await ok(...train('--features', 'biologists', ...measured, '--split', '0.6/0.2/0.2'));
    const own = await loadClassifier(at('tree'));
    expect(own.description).toMatchObject({ trunk: 'own', flatHead: null });
    expect(own.weights).toEqual(new Map());
    const judged = await ok('evaluate', at('tree'), ...images());
    expect(judged.stdout).toMatch(/^\(root\)[^\n]* of +24$/m);
    await ok('compare', at('tree'), at('flat'), ...images());
    await ok('weak', at('tree'), ...images());
    await ok('predict', at('tree'), at('images'), '--out', at('tree-predictions.csv'));
    await ok('report', at('tree'), ...images(), '--out', at('tree.html'));
  });

  it('refuses forms without a place for a forest, and options of forests where heads decide', async () => {
    const refused = async (args: string[], message: RegExp) => {
      const { code, stderr } = await cladenet(args);
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    };
    await refused(
      train('--from', at('flat'), '--head-kind', 'path-sum'),
      /--head-kind: expected conditional: a forest/,
    );
    await refused(train('--features', 'biologists', '--trunk', 'joint'), /--trunk: expected shared or own/);
    await refused(train('--trunk', 'own'), /--trunk: expected shared, since deep features/);
    const heads = ['--from', at('flat'), '--decide-by', 'head', '--trees', '9'];
    await refused(train(...heads), /--trees: expected none, only with --decide-by forest, received 9/);
  });
});

describe('train head, train fusion', () => {
  it('decide on both kinds of features', async () => {
    const head = [
      '--features',
      'both',
      '--from',
      at('flat'),
      '--pca',
      'none',
      '--threshold',
      '128',
      '--epochs',
      '12',
      '--batch',
      '16',
    ];
    const { stdout, stderr } = await ok('train', 'head', ...images(), ...head, '--out', at('head'));
    expect(stderr).toMatch(/epoch {2}12 {2}loss/);
    expect(stdout).toMatch(/^head on its 24 test images: accuracy/);
    const fused = await ok(
      'train',
      'fusion',
      ...images(),
      '--of',
      at('flat'),
      '--of',
      at('forest'),
      '--out',
      at('fusion'),
    );
    expect(fused.stderr).toMatch(
      /split by seed 1: 72 train, 24 validation, 24 test\n[\s\S]*has a share of [\d.]+ %, chosen by log-loss/,
    );
    const one = await cladenet(['train', 'fusion', ...images(), '--of', at('flat'), '--out', at('no')]);
    expect([one.code, one.stderr]).toEqual([2, expect.stringMatching(/--of: expected two classifiers, received 1/)]);
  });

  it('and all are judged as every classifier is', async () => {
    const models = ['flat', 'forest', 'both', 'head', 'fusion'].map((name) => at(name));
    const { stdout } = await ok('compare', ...models, ...images());
    for (const name of ['flat', 'forest', 'both', 'head', 'fusion']) expect(stdout).toContain(name);
    await ok('predict', at('fusion'), at('images', 'disc'), '--out', at('predictions.csv'));
    const lines = (await readFile(at('predictions.csv'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(31);
    expect(lines.filter((line) => /\.png,disc,/.test(line)).length).toBeGreaterThan(25);
    await ok('report', at('flat'), at('forest'), ...images(), '--out', at('report.html'));
    expect(await readFile(at('report.html'), 'utf8')).toContain('biologists');
    // Rows are found by the ends of paths, too.
    const shortened = (await readFile(at('deep.csv'), 'utf8')).replaceAll(`${at('images')}/`, '');
    await writeFile(at('elsewhere.csv'), shortened.replace(/^path,/, 'which,'));
    const table = ['--features', at('elsewhere.csv'), '--table-column', 'which'];
    const judged = await ok('evaluate', at('table'), ...images(), ...table);
    expect(judged.stdout).toContain('accuracy');
    const { stdout: evaluated } = await ok('evaluate', at('forest'), ...images());
    expect(evaluated).toContain('accuracy');
  });
});

describe('a classifier on measured features', () => {
  const edited = async (change: (source: Record<string, unknown>) => void) => {
    await rm(at('edited'), { recursive: true, force: true });
    await cp(at('forest'), at('edited'), { recursive: true });
    const file = at('edited', 'classifier.json');
    const { sha256: _, ...description } = JSON.parse(await readFile(file, 'utf8')) as {
      readonly sha256: unknown;
      readonly sources: [Record<string, unknown>];
    };
    change(description.sources[0]);
    await writeFile(file, JSON.stringify(description));
    return expect(loadClassifier(at('edited'))).rejects;
  };

  it('is refused where this version measures something else', async () => {
    const later = await edited((source) => Object.assign(source, { version: 99 }));
    await later.toThrow(/sources\.0\.version: expected features of version \d+, received 99\n.*train it again/);
    const other = await edited((source) => Object.assign(source, { set: 'smell' }));
    await other.toThrow(/sources\.0\.set: expected zooprocess, .*received smell/);
    const feature = await edited((source) => Object.assign(source, { names: ['smell'] }));
    await feature.toThrow(/sources\.0\.names: expected features of the set zooprocess, received smell/);
  });

  it('says which images it could not measure, and predicts them all the same', async () => {
    const blank = { create: { width: 20, height: 20, channels: 3, background: '#fff' } } as const;
    await sharp(blank).png().toFile(at('blank.png'));
    for (const model of ['forest', 'fusion']) {
      const { stderr } = await ok('predict', at(model), at('blank.png'), '--out', at('blank.csv'));
      expect(stderr).toContain(`\n1 image: no object: none of its 400 pixels has a grey level of at most 128 (`);
      expect(await readFile(at('blank.csv'), 'utf8')).toMatch(/^path,.*\n.*blank\.png,/);
    }
    await writeFile(at('blank-table.csv'), `path,label\n${at('blank.png')},disc\n`);
    const judged = await ok('evaluate', at('forest'), '--images', at('blank-table.csv'));
    expect(judged.stderr).toContain('\n1 image: no object: ');
  });

  it('needs the files of the images', async () => {
    const forest = await loadClassifier(at('forest'));
    const opened = await openImages(at('images', 'disc'), forest.description.preprocessing);
    const gone = { ...opened, paths: opened.paths.map((path) => path.replace('.png', '.gone')) };
    await expect(forest.predict(gone)).rejects.toThrow(
      /What has no file cannot be measured\n.*0?\.gone: expected an image file/,
    );
    const twice = { ...opened, paths: opened.paths.map(() => opened.paths[0] ?? '') };
    const [first, second] = [await forest.predict(opened), await forest.predict(twice)];
    expect(second.slice(-4)).toEqual(first.slice(0, 4));
  });
});

describe('embed', () => {
  it('writes a matrix with its paths, the same as the text', async () => {
    await ok('embed', at('flat'), at('images'), '--out', at('deep.npy'));
    const [matrix, text] = [await readFeatureTable(at('deep.npy')), await readFeatureTable(at('deep.csv'))];
    expect(matrix.rows).toEqual(text.rows);
    expect([matrix.names, matrix.values]).toEqual([text.names, text.values]);
    const once = await ok(
      'embed',
      at('flat'),
      at('images', 'disc', '2.png'),
      at('images', 'disc'),
      '--out',
      at('disc.tsv'),
    );
    expect(once.stderr).toMatch(/34 features of 30 images written/);
  });
});

describe('select', () => {
  const quick = ['--trees', '20', '--search-trees', '20', '--repeats', '1', '--tried', '3', '--threshold', '128'];

  it('says which measured features add to deep ones, with the split of their classifier', async () => {
    const { stdout, stderr } = await ok(
      ...[
        'select',
        ...images(),
        '--from',
        at('flat'),
        '--pca',
        '4',
        '--seeds',
        '1,2',
        ...quick,
        '--out',
        at('selected'),
      ],
    );
    expect(stderr).toMatch(/split by seed 1: 72 train, 24 validation, 24 test\n/);
    expect(stderr).toMatch(/\n\d+ features beside 4 deep features\n/);
    expect(stdout).toMatch(
      /^Importance: .*\nSelection by log-loss on the validation images, over 2 seeds\n.*\nwith all - base /s,
    );
    const { seeds, importance, test } = JSON.parse(await readFile(at('selected', 'selection.json'), 'utf8'));
    expect([seeds, test.images, test.arms[0].name]).toEqual([[1, 2], [24, 24], 'base']);
    const lines = (await readFile(at('selected', 'features.csv'), 'utf8')).trim().split('\n');
    const features = importance.groups.flatMap((group: { features: string[] }) => group.features);
    expect(lines.map((line) => line.split(',')[0])).toEqual(['feature', ...features]);
    expect(features).toContain('area');
    expect((await sharp(at('selected', 'importance.png')).metadata()).width).toBeGreaterThan(800);
  });

  it('selects them on their own without a classifier, and refuses deep features as candidates', async () => {
    const alone = await ok(
      'select',
      ...images(),
      '--split',
      '0.6/0.2/0.2',
      '--seeds',
      '1',
      ...quick,
      '--out',
      at('alone'),
    );
    expect(alone.stdout).toMatch(/\n1 {6}\S+/);
    const { selected } = JSON.parse(await readFile(at('alone', 'selection.json'), 'utf8'));
    expect(selected.length).toBeGreaterThan(0);
    const refused = await cladenet([
      'select',
      ...images(),
      '--features',
      'both',
      '--from',
      at('flat'),
      '--out',
      at('no'),
    ]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(
      '--features: expected biologists or tables: the deep features are what they may add to',
    );
  });
});
