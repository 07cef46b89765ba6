/** Classifying images: the probabilities, the decision that belongs to them, and the labels, in one value. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlatClassifier } from '../../src/classifier/flat.js';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { TreeClassifier } from '../../src/classifier/tree.js';
import type { ImageSet } from '../../src/dataset/images.js';
import { greedyDescent } from '../../src/decision/greedy-descent.js';
import { hierarchicalEnsemble } from '../../src/decision/hierarchical-ensemble.js';
import { minimumExpectedHeight } from '../../src/decision/minimum-expected-height.js';
import { mostProbableLeaf } from '../../src/decision/most-probable-leaf.js';
import { predictionSets } from '../../src/decision/prediction-sets.js';
import { stopAtAncestor } from '../../src/decision/stop-at-ancestor.js';
import { compareClassifiers } from '../../src/evaluation/compare.js';
import { evaluate } from '../../src/evaluation/evaluate.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { alive, compiled as make } from '../fixtures/device.js';
import { FORMAT_2, format2Images } from '../fixtures/format-2.js';
import { SHAPES } from '../fixtures/shapes.js';

const images = format2Images();
const before = alive();
let flat: FlatClassifier;
let tree: TreeClassifier;

beforeAll(async () => {
  const load = (name: string) => loadClassifier(join(FORMAT_2, 'models', name), { make });
  const [one, other] = [await load('flat'), await load('tree')];
  if (!(one instanceof FlatClassifier && other instanceof TreeClassifier)) throw new Error('other fixtures');
  [flat, tree] = [one, other];
});
afterAll(() => {
  flat.dispose();
  tree.dispose();
  expect(alive()).toEqual(before);
});

/** By which most decisions of the tree's other routing and lca differ from those of the leaves. */
const crossed = Taxonomy.fromLineages([
  { label: 'bar-long', lineage: ['a', 'bar-long'] },
  { label: 'disc', lineage: ['a', 'disc'] },
  { label: 'bar-short', lineage: ['b', 'bar-short'] },
  { label: 'ring', lineage: ['b', 'ring'] },
]);

/** The same images with other names for their classes. */
const renamed = (from: ImageSet, ...classes: string[]): ImageSet => ({ ...from, classes });

describe('classify', () => {
  it('gives the probabilities of predict, by the routing that the validation set chose, with the classes decided on', async () => {
    for (const classifier of [flat, tree]) {
      const classification = await classifier.classify(images);
      expect(classification.classes).toEqual(SHAPES);
      expect(classification.probabilities).toEqual(await classifier.predict(images));
      expect(classification.decisions).toEqual(mostProbableLeaf(classification.probabilities, 4));
      expect(classification.labels).toEqual(images.labels);
      expect(classification.routing).toBe(classifier.routings[0]);
      expect(classification).not.toHaveProperty('nodes');
      expect(classification).not.toHaveProperty('unknownClasses');
    }
    expect(tree.routings[0]).toBe('combined');
  });

  it('decides as the routing and decide say, by the tree that each of them is about', async () => {
    const greedy = await tree.classify(images, { routing: 'greedy', taxonomy: crossed });
    expect(greedy.decisions).toEqual(greedyDescent(greedy.probabilities, SHAPES, tree.taxonomy));
    const lca = await tree.classify(images, { decide: 'lca', taxonomy: crossed });
    expect(lca.decisions).toEqual(minimumExpectedHeight(lca.probabilities, SHAPES, crossed));
    const own = await tree.classify(images, { decide: 'lca' });
    expect(own.decisions).toEqual(minimumExpectedHeight(own.probabilities, SHAPES, tree.taxonomy));
    const ofFlat = await flat.classify(images, { decide: 'lca', taxonomy: crossed });
    expect(ofFlat.decisions).toEqual(minimumExpectedHeight(ofFlat.probabilities, SHAPES, crossed));
  });

  it('classifies by several routings at once as by each of them, with views and without temperatures', async () => {
    const options = { tta: 2, calibrated: false } as const;
    const all = await tree.classifyBy([undefined, 'product', 'greedy'], images, options);
    expect(all.map(({ routing }) => routing)).toEqual(['combined', 'product', 'greedy']);
    for (const one of all) expect(one).toEqual(await tree.classify(images, { ...options, routing: one.routing }));
    expect(all[1]?.probabilities).toEqual(all[2]?.probabilities);
    expect(all[1]?.probabilities).not.toEqual((await tree.classify(images, { routing: 'product' })).probabilities);
    expect(await flat.classifyBy([undefined], images)).toEqual([await flat.classify(images)]);
  });

  it('stops at an ancestor where it is asked to be sure', async () => {
    const { nodes, probabilities, decisions } = await tree.classify(images, { routing: 'greedy', minConfidence: 0.9 });
    const threshold = 0.9;
    expect(nodes).toEqual(stopAtAncestor(probabilities, SHAPES, tree.taxonomy, { threshold, leaves: decisions }));
    expect(new Set(nodes?.map(({ depth }) => depth)).size).toBeGreaterThan(1);
    const byOther = await flat.classify(images, { minConfidence: 0.9, taxonomy: crossed });
    expect(byOther.nodes).toAllSatisfy(({ path }) => crossed.has(path));
  });

  it('amends classes by their parents, whose probabilities another classifier gives, and all decisions by that', async () => {
    const options = { amendBy: tree, taxonomy: crossed, minConfidence: 0.9, sets: { quantile: 0.9, nodes: 1 } };
    const { probabilities, decisions, nodes, sets } = await flat.classify(images, options);
    const [fine, coarse] = [await flat.predict(images), await tree.predict(images)];
    const expected = Float32Array.from(hierarchicalEnsemble(fine, coarse, SHAPES, crossed));
    expect(probabilities).toEqual(expected);
    expect(probabilities).not.toEqual(fine);
    expect(decisions).toEqual(mostProbableLeaf(expected, 4));
    expect(nodes).toEqual(stopAtAncestor(expected, SHAPES, crossed, { threshold: 0.9 }));
    expect(sets).toEqual(predictionSets(expected, SHAPES, crossed, options.sets));
  });

  it('is taken by evaluate and compareClassifiers as it is: greedy decisions are scored as such', async () => {
    const greedy = await tree.classify(images, { routing: 'greedy' });
    const right = greedy.decisions.filter((decision, i) => decision === images.labels[i]).length;
    expect(evaluate(greedy).accuracy).toBe(right / images.count);
    const comparison = compareClassifiers(
      { flat: await flat.classify(images), tree: greedy },
      { taxonomy: tree.taxonomy, seed: 1, resamples: 20 },
    );
    expect(comparison.models.map(({ name }) => name)).toEqual(['flat', 'tree']);
    expect(comparison.models[1]?.accuracy).toBe(right / images.count);
  });
});

describe('labels of a classification', () => {
  it("count the classifier's classes, whatever order the images' have", async () => {
    const shuffled = { ...images, classes: SHAPES.toReversed(), labels: images.labels.map((label) => 3 - label) };
    expect((await flat.classify(shuffled)).labels).toEqual(images.labels);
  });

  it('are -1 for images without a label or of a class that the classifier does not know, which evaluate refuses', async () => {
    const labels = images.labels.slice();
    labels[0] = -1;
    const some = { ...renamed(images, 'bar-long', 'bar-short', 'disc', 'star'), labels };
    const classification = await flat.classify(some);
    expect(classification.unknownClasses).toEqual(['star']);
    expect([...classification.labels.slice(0, 8)]).toEqual([-1, 1, 2, -1, 0, 1, 2, -1]);
    expect(() => evaluate(classification)).toThrow(/21 of 80 images without one .*'star'/);
  });
});

const fewer = {
  seen: { train: '', validation: '', test: '' },
  predict: () => Promise.reject(new Error('predicted')),
};

describe('what cannot be classified', () => {
  const usage = (where: RegExp) => expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(where) });

  it.each([
    ['lca without a taxonomy', () => flat.classify(images, { decide: 'lca' }), /decide: .*taxonomy/],
    ['lca with greedy routing', () => tree.classify(images, { routing: 'greedy', decide: 'lca' }), /decide: .*greedy/],
    ['nodes without a taxonomy', () => flat.classify(images, { minConfidence: 0.9 }), /taxonomy: .*nodes/],
    ['nodes by no probability', () => tree.classify(images, { minConfidence: Number.NaN }), /minConfidence: .*NaN/],
    ['amending without a taxonomy', () => flat.classify(images, { amendBy: tree }), /taxonomy: [\s\S]*`amendBy`/],
    [
      'amending by a classifier of other classes',
      () => tree.classify(images, { amendBy: { ...fewer, classes: ['disc', 'ring'] } }),
      /amendBy: expected a classifier of the same 4 classes, received one without bar-long, bar-short/,
    ],
    [
      'sets of nodes without a taxonomy',
      () => flat.classify(images, { sets: { quantile: 0.5, nodes: 2 } }),
      /`sets.nodes`/,
    ],
    ['a routing of a flat classifier', () => flat.classify(images, { routing: 'greedy' }), /routing: .*flat/],
    ['a routing that the tree has not', () => tree.classify(images, { routing: 'path-sum' }), /routing: .*path-sum/],
  ])('%s is refused before anything is predicted', async (_, classify, where) => {
    await expect(classify()).rejects.toEqual(usage(where));
  });

  it('a taxonomy of other classes is refused before anything is predicted', async () => {
    const other = Taxonomy.fromLineages([
      { label: 'disc', lineage: ['disc'] },
      { label: 'star', lineage: ['star'] },
    ]);
    let predicted = false;
    const classify = tree.classify(images, { decide: 'lca', taxonomy: other, onProgress: () => (predicted = true) });
    await expect(classify).rejects.toMatchObject({ code: 'EVALUATION' });
    expect(predicted).toBe(false);
  });
});
