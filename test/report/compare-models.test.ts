/** A comparison of classifiers: those of the fixtures, trained on `shapes(125)`. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unseenImages } from '../../src/classifier/judging/unseen-images.js';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { compareClassifiers } from '../../src/evaluation/compare.js';
import type { ReportProgress } from '../../src/report/assemble.js';
import { compareModels } from '../../src/report/compare-models.js';
import { folderNames } from '../../src/report/named-models.js';
import { classifyVariants } from '../../src/report/variants.js';
import { alive, compiled as make } from '../fixtures/device.js';
import { FORMAT_2 } from '../fixtures/format-2.js';
import { shapes, shapesTaxonomy as taxonomy } from '../fixtures/shapes.js';

test('classifiers are compared on what none has seen, a single tree by all of its routings', async () => {
  const before = alive();
  const load = (name: string) => loadClassifier(join(FORMAT_2, 'models', name), { make });
  const [flat, tree] = [await load('flat'), await load('tree')];
  const all = shapes(125);
  const progress: ReportProgress[] = [];
  const onProgress = (news: ReportProgress) => progress.push(news);
  const { comparison, severalSeeds, leftOut } = await compareModels({ flat, tree }, all, { seed: 2, onProgress });

  const { images, leftOut: seen } = unseenImages([flat, tree], all);
  expect(leftOut).toEqual({ seen, innerLabels: 0 });
  const variants = [
    ...(await classifyVariants('flat', flat, images, { taxonomy })),
    ...(await classifyVariants('tree', tree, images, { taxonomy })),
  ];
  expect(variants).toHaveLength(1 + tree.routings.length);
  expect(comparison).toEqual(compareClassifiers(variants, { taxonomy, seed: 2 }));
  expect(severalSeeds).toBe(false);
  expect(progress.at(-1)).toEqual({ model: 'tree', done: 2 * images.count, total: 2 * images.count });
  flat.dispose();
  tree.dispose();
  expect(alive()).toEqual(before);
});

test('classifiers are called by their folders, by whole paths where two are called alike', () => {
  expect(folderNames(['runs/flat/', 'a/tree', 'b/tree'])).toEqual(['flat', 'a/tree', 'b/tree']);
});
