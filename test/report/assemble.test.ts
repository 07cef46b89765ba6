/** A report from classifiers and images: those of the fixtures, trained on `shapes(125)`. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlatClassifier } from '../../src/classifier/flat.js';
import { seenMask } from '../../src/classifier/judging/unseen-images.js';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { TreeClassifier } from '../../src/classifier/tree.js';
import { selectImages } from '../../src/dataset/images.js';
import { CladenetError } from '../../src/errors.js';
import { assembleReport, type ReportProgress, writeReport } from '../../src/report/assemble.js';
import { htmlReport } from '../../src/report/html/html-report.js';
import { trainedOverSeeds } from '../../src/report/over-seeds.js';
import { classifyVariants, routingsShown } from '../../src/report/variants.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { alive, compiled as make } from '../fixtures/device.js';
import { FORMAT_2 } from '../fixtures/format-2.js';
import { SHAPES, shapes, shapesTaxonomy } from '../fixtures/shapes.js';

const own = shapes(125);
const fresh = shapes(5, 9);
const before = alive();
let flat: FlatClassifier;
let tree: TreeClassifier;
let folder: string;

beforeAll(async () => {
  const load = (name: string) => loadClassifier(join(FORMAT_2, 'models', name), { make });
  const [one, other] = [await load('flat'), await load('tree')];
  if (!(one instanceof FlatClassifier && other instanceof TreeClassifier)) throw new Error('other fixtures');
  [flat, tree] = [one, other];
  folder = await mkdtemp(join(tmpdir(), 'cladenet-assemble-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  // Each was disposed of by the report that it was in.
  expect(alive()).toEqual(before);
});

describe('assembleReport', () => {
  it('judges on what no classifier has seen, shows the one tree by all its routings, and weak sub-trees on validation images', async () => {
    const progress: ReportProgress[] = [];
    const report = await assembleReport({ flat, tree }, own, { seed: 1, onProgress: (at) => progress.push(at) });
    expect(report.models.map(({ name }) => name)).toEqual(['flat', 'tree']);
    const [ofFlat, ofTree] = report.models;
    expect(ofFlat?.variants.map(({ name }) => name)).toEqual(['flat']);
    expect(ofTree?.variants.map(({ name }) => name)).toEqual(['tree (combined)', 'tree (product)', 'tree (greedy)']);
    for (const { variants, uncalibrated, weak, history } of report.models) {
      for (const { predictions } of variants) expect(predictions.labels).toHaveLength(100);
      expect(uncalibrated).toHaveLength(100 * SHAPES.length);
      expect(uncalibrated).not.toEqual(variants[0].predictions.probabilities);
      expect(weak?.on).toBe('validation images');
      expect(weak?.predictions.labels).toHaveLength(200);
      expect(weak?.images?.count).toBe(200);
      expect([...(weak?.trainingImages?.values() ?? [])].reduce((sum, count) => sum + count, 0)).toBe(200);
      expect(history?.length).toBeGreaterThan(0);
    }
    // Only a tree has nodes that were trained.
    expect(ofFlat?.weak).not.toHaveProperty('trunk');
    expect(ofTree?.weak?.trunk).toBe('shared');
    expect(ofTree?.configuration).toMatchObject({ kind: 'tree', trunk: 'shared' });
    expect(ofTree?.configuration).not.toHaveProperty('nodes');
    expect(report).toMatchObject({
      seed: 1,
      imagesAre: 'that no model was trained or chosen on',
      severalSeeds: false,
      leftOut: { seen: 400, innerLabels: 0 },
    });
    expect(report.taxonomy?.classes).toEqual(tree.taxonomy.classes);
    const [last] = progress.slice(-1);
    expect(last).toEqual({ model: 'tree', done: 2 * (100 + 100 + 200), total: 2 * (100 + 100 + 200) });
    expect(progress.map(({ done }) => done)).toEqual(progress.map(({ done }) => done).sort((a, b) => a - b));
  });

  it('keeps seen images where they are asked for, and judges nodes on the verdict where validation images are not at hand', async () => {
    const some = selectImages(
      own,
      Array.from({ length: 40 }, (_, i) => i),
    );
    const kept = await assembleReport({ flat }, some, { seed: 1, seen: true, taxonomy: shapesTaxonomy });
    expect(kept.leftOut.seen).toBe(0);
    expect(kept.imagesAre).toBe('of which models may have seen some');
    const [model] = (await assembleReport([{ name: 'one', classifier: tree }], fresh, { seed: 1 })).models;
    expect(model?.weak).toMatchObject({ on: 'images of the verdict', trainingImages: undefined });
    expect(model?.weak?.predictions.labels).toHaveLength(fresh.count);
  });

  it('decides as the options state, for all classifiers alike', async () => {
    const report = await assembleReport({ flat, tree }, fresh, { seed: 1, routing: 'greedy' });
    expect(report.models.flatMap(({ variants }) => variants.map(({ name }) => name))).toEqual(['flat', 'tree']);
    expect(report.models[1]?.variants[0].predictions).toMatchObject({ routing: 'greedy' });
    const lca = await assembleReport({ tree }, fresh, { seed: 1, decide: 'lca' });
    expect(lca.models[0]?.variants).toHaveLength(1);
    expect(lca.models[0]?.variants[0].predictions).toEqual(await tree.classify(fresh, { decide: 'lca' }));
    tree.dispose();
  });

  it('has no tree without one, and leaves out images of inner nodes with one', async () => {
    const bare = await assembleReport({ flat }, fresh, { seed: 1 });
    expect(bare.taxonomy).toBeUndefined();
    expect(bare.models[0]?.weak).toBeUndefined();
    const labelled = {
      ...fresh,
      classes: [...SHAPES, 'round'],
      labels: fresh.labels.map((label, i) => (i < 3 ? 4 : label)),
    };
    const report = await assembleReport({ flat }, labelled, { seed: 1, taxonomy: shapesTaxonomy });
    expect(report.leftOut).toEqual({ seen: 0, innerLabels: 3 });
    expect(report.models[0]?.variants[0].predictions.labels).toHaveLength(fresh.count - 3);
  });

  it('takes a set of images for each classifier', async () => {
    const report = await assembleReport({ flat, tree }, [fresh, { ...fresh }], { seed: 1 });
    expect(report.models).toHaveLength(2);
    const few = selectImages(fresh, [0, 1]);
    for (const [sets, pattern] of [
      [[fresh], /2 sets, one for each classifier, received 1/],
      [[fresh, few], /the same images for each classifier, received 20, 2 images/],
    ] as const) {
      await expect(assembleReport({ flat, tree }, sets, { seed: 1 })).rejects.toThrow(pattern);
    }
  });

  it('refuses what cannot be judged', async () => {
    const other = Taxonomy.fromLineages(['a', 'b'].map((label) => ({ label, lineage: ['top', label] })));
    const code = (problem: Promise<unknown>) =>
      problem.then(
        () => 'none',
        (error: unknown) => (error instanceof CladenetError ? error.code : error),
      );
    const learned = selectImages(
      own,
      seenMask(flat, own).flatMap((seen, i) => (seen ? [i] : [])),
    );
    const abroad = { ...fresh, classes: ['bar-long', 'bar-short', 'disc', 'rinq'] };
    expect(await code(assembleReport({ flat }, fresh, { seed: 1, taxonomy: other }))).toBe('TAXONOMY');
    expect(await code(assembleReport({ flat }, learned, { seed: 1 }))).toBe('DATASET');
    expect(await code(assembleReport({ flat }, abroad, { seed: 1 }))).toBe('DATASET');
    expect(await code(assembleReport({ flat }, fresh, { seed: 1, decide: 'lca' }))).toBe('USAGE');
    expect(await code(assembleReport({ flat }, fresh, { seed: 1, signal: AbortSignal.abort() }))).toBe('ABORTED');
  });
});

describe('writeReport', () => {
  it('writes the page of what assembleReport gathers', async () => {
    const file = join(folder, 'new', 'report.html');
    const options = { taxonomy: shapesTaxonomy, seed: 1, title: 'Shapes', top: 1 };
    await writeReport(file, { flat, tree }, fresh, options);
    const page = await readFile(file, 'utf8');
    expect(page).toBe(await htmlReport(await assembleReport({ flat, tree }, fresh, options)));
    expect(page).toContain('<title>Shapes</title>');
    expect(page).toContain('2 models on 20 images that no model was trained or chosen on, 4 classes.');
  });
});

describe('the routings shown', () => {
  it('are all of one tree, and the chosen one of each of several', async () => {
    expect([[], [flat], [flat, tree]].map(routingsShown)).toEqual(['all', 'all', 'all']);
    expect(routingsShown([flat, tree, tree])).toBe('chosen');
    const [only, ...none] = await classifyVariants('t', tree, fresh, { show: 'chosen' });
    expect(none).toEqual([]);
    expect(only).toEqual({ name: 't (combined)', predictions: await tree.classify(fresh) });
    tree.dispose();
  });
});

describe('trainedOverSeeds', () => {
  it('holds where two classifiers differ in nothing but the seed', () => {
    const { description } = flat;
    const again = { ...description, training: { ...description.training, seed: 2 } };
    const longer = { ...again, training: { ...again.training, epochs: 99 } };
    expect(trainedOverSeeds([description, tree.description])).toBe(false);
    expect(trainedOverSeeds([description, description])).toBe(false);
    expect(trainedOverSeeds([description, longer])).toBe(false);
    expect(trainedOverSeeds([description, tree.description, again])).toBe(true);
  });
});
