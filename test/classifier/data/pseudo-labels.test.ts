/** Fewer labels, and labels by a classifier: who loses a label, who gets one, and who never does. */
import { afterAll, describe, expect, it } from 'vitest';
import type { Classifier } from '../../../src/classifier/classifier.js';
import { candidatesOf, pseudoLabelled, withPseudoLabels } from '../../../src/classifier/data/pseudo-labels.js';
import { thinLabels } from '../../../src/classifier/data/thin-labels.js';
import { contentOf, prepareData } from '../../../src/classifier/data/training-data.js';
import { truthOf } from '../../../src/classifier/data/truth.js';
import { withUnlabelled } from '../../../src/classifier/data/unlabelled.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import { selectImages } from '../../../src/dataset/images.js';
import { randomTaxonomy } from '../../../src/taxonomy/control-taxonomies.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';
import { alive, compiled as make } from '../../fixtures/device.js';
import { shapes, shapesTaxonomy as taxonomy, tinyNetwork, tinyTraining } from '../../fixtures/shapes.js';

const before = alive();
afterAll(() => {
  expect(alive()).toEqual(before);
});

const images = shapes(40);
const fractions = { train: 0.5, validation: 0.25, test: 0.25 };
const full = prepareData(images, { seed: 1, fractions });
const countsOf = ({ truth, split }: typeof full, subset: 'train' | 'validation' | 'test') =>
  Array.from({ length: 4 + truth.groups.length }, (_, label) =>
    split[subset].reduce((sum, image) => sum + (truth.labels[image] === label ? 1 : 0), 0),
  );

describe('thinned labels', () => {
  const thin = thinLabels(full, { share: 0.25, others: 'parent', taxonomy, seed: 1 });

  it('keep a share of the images of each class, and give the others the parent', () => {
    expect(thin.truth.groups).toEqual([
      { name: 'bars', classes: [0, 1] },
      { name: 'round', classes: [2, 3] },
    ]);
    expect(countsOf(full, 'train')).toEqual([20, 20, 20, 20]);
    expect(countsOf(thin, 'train')).toEqual([5, 5, 5, 5, 30, 30]);
    for (const image of thin.split.train) {
      const [now = -1, was = -1] = [thin.truth.labels[image], full.truth.labels[image]];
      expect(now < 4 ? [now] : thin.truth.groups[now - 4]?.classes).toContain(was);
    }
  });

  it('are as few in validation, where the other images are left out, and all in the test', () => {
    expect(countsOf(thin, 'validation')).toEqual([3, 3, 3, 3, 0, 0]);
    expect(thin.split.test).toEqual(full.split.test);
    for (const image of full.split.test) expect(thin.truth.labels[image]).toBe(full.truth.labels[image]);
  });

  it('leave out the other images where they get nothing, and where the ancestor is the root', () => {
    const none = thinLabels(full, { share: 0.25, others: 'none', seed: 1 });
    expect(countsOf(none, 'train')).toEqual([5, 5, 5, 5]);
    const flat = Taxonomy.fromLineages(taxonomy.classes.map((label) => ({ label, lineage: ['Shapes', label] })));
    const root = thinLabels(full, { share: 0.25, others: 'parent', taxonomy: flat, seed: 1 });
    expect(root.split.train).toEqual(none.split.train);
    const kept = Array.from(thin.split.train).filter((image) => (thin.truth.labels[image] ?? -1) < 4);
    expect(Int32Array.from(kept)).toEqual(none.split.train);
  });

  it('are nested: what a smaller share keeps, a larger one keeps; a class keeps an image at least', () => {
    const keptBy = (share: number) => new Set(thinLabels(full, { share, others: 'none', seed: 3 }).split.train);
    const [small, large] = [keptBy(0.1), keptBy(0.4)];
    expect([small.size, large.size, keptBy(0).size, keptBy(1).size]).toEqual([8, 32, 4, 80]);
    expect(new Set([...small, ...large])).toEqual(large);
    expect(countsOf(thinLabels(full, { perClass: 7, others: 'none', seed: 3 }), 'train')).toEqual([7, 7, 7, 7]);
  });

  it('of a random tree carry true sets of the same sizes, and are another training', () => {
    const control = thinLabels(full, { share: 0.25, others: 'parent', taxonomy: randomTaxonomy(taxonomy, 2), seed: 1 });
    expect(control.truth.groups.map(({ classes }) => classes.length)).toEqual([2, 2]);
    expect(control.split.validation).toEqual(thin.split.validation);
    expect(new Set([full, thin, control].map(contentOf)).size).toBe(3);
  });

  it('refuse what is wrong with the options at once', () => {
    const small = taxonomy.restrictTo(['disc', 'ring', 'bar-long']);
    const wrong = () => thinLabels(full, { share: 1.5, perClass: 0, others: 0, taxonomy: small, seed: Number.NaN });
    expect(wrong).toThrow(
      /share: .*received 1.5[\s\S]*perClass[\s\S]*others: .*received 0[\s\S]*seed[\s\S]*without bar-short/,
    );
    expect(() => thinLabels(full, { share: 0.5, others: 'parent', seed: 1 })).toThrow(/taxonomy: expected the tree/);
  });
});

describe('pseudo-labels', () => {
  const thin = thinLabels(full, { share: 0.25, others: 'parent', taxonomy, seed: 1 });
  const candidates = candidatesOf(thin);

  it('are given to training images of inner nodes only', () => {
    expect(candidates).toHaveLength(60);
    const train = new Set(thin.split.train);
    for (const image of candidates) {
      expect(train.has(image)).toBe(true);
      expect(thin.truth.labels[image]).toBeGreaterThanOrEqual(4);
    }
  });

  it('are the most probable of the allowed classes, by their share of the probability', () => {
    // Sure of a bar: what is allowed of a round one is 0.15 and 0.05, three quarters of 0.2.
    const row = [0.5, 0.3, 0.15, 0.05];
    const at = (threshold: number) => pseudoLabelled(thin, candidates, () => row, threshold);
    const { data, coarse } = at(0.7);
    const isRound = (image: number) => thin.truth.labels[image] === 5;
    for (const image of candidates) expect(data.truth.labels[image]).toBe(isRound(image) ? 2 : 4);
    expect(coarse).toEqual({ images: 60, labelled: 30 });
    expect(at(0.62).coarse.labelled).toBe(60);
    expect(at(0.76).coarse.labelled).toBe(0);
    expect(data.split).toEqual(thin.split);
    expect(pseudoLabelled(thin, candidates, () => [0, 0, 0, 0], 0.1).coarse.labelled).toBe(0);
  });

  it('let images without a label join the training set, but no copies of other images', () => {
    const more = shapes(3, 50);
    const copies = selectImages(images, [
      full.split.test[0] ?? -1,
      full.split.validation[0] ?? -1,
      full.split.train[0] ?? -1,
    ]);
    const both = withUnlabelled(withUnlabelled(full, more), copies);
    expect([both.images.count, both.prints.length, (both.images.pixels as Uint8Array).length]).toEqual([
      175,
      175,
      175 * 16 * 16,
    ]);
    const joining = candidatesOf(both);
    expect(joining).toEqual(Int32Array.from({ length: 12 }, (_, i) => 160 + i));
    const { data, unlabelled } = pseudoLabelled(both, joining, (i) => [i < 5 ? 1 : 0.5, 0, 0, i < 5 ? 0 : 0.5], 0.9);
    expect(unlabelled).toEqual({ images: 12, labelled: 5 });
    expect(data.split.train).toEqual(Int32Array.from([...full.split.train, 160, 161, 162, 163, 164]).sort());
    expect(Array.from(data.truth.labels.slice(160))).toEqual([...Array(5).fill(0), ...Array(10).fill(-1)]);
  });

  it('by a trained classifier are mostly right, and train another one', async () => {
    const training = { ...tinyTraining, epochs: 40 };
    const first = await trainFlat(thin, { network: tinyNetwork, training, make });
    const { data, coarse } = await withPseudoLabels(thin, first, { threshold: 0.6 });
    const changed = candidates.filter((image) => (data.truth.labels[image] ?? -1) < 4);
    expect(changed.length).toBe(coarse.labelled);
    expect(changed.length).toBeGreaterThan(20);
    const right = changed.filter((image) => data.truth.labels[image] === full.truth.labels[image]).length;
    expect(right / changed.length).toBeGreaterThan(0.8);
    const second = await trainFlat(data, { network: tinyNetwork, training: { ...training, epochs: 1 }, make });
    expect(second.description.split.images).toEqual({ train: 80, validation: 12, test: 40 });
    first.dispose();
    second.dispose();
  });

  it('refuse a threshold out of range, other classes, nothing to label, and a classifier that has seen the test set', async () => {
    const by = (changes: Partial<Classifier>) =>
      ({
        kind: 'flat',
        classes: full.truth.classes,
        seen: { train: '', validation: '', test: '' },
        ...changes,
      }) as Classifier;
    await expect(withPseudoLabels(thin, by({}), { threshold: 0 })).rejects.toThrow(
      /threshold: expected a number above 0/,
    );
    await expect(withPseudoLabels(full, by({ classes: ['disc', 'ring', 'square'] }))).rejects.toThrow(
      /one without bar-long, bar-short, one with square[\s\S]*images: .*none: all have a class/,
    );
    const print = Buffer.from(full.prints[full.split.test[0] ?? -1] ?? '', 'hex').toString('base64');
    const seen = { train: print, validation: '', test: '' };
    const split = { seed: 1, fractions };
    const description = { split } as Classifier['description'];
    await expect(withPseudoLabels(thin, by({ seen, description }))).rejects.toThrow(
      /test set: expected images that .* has not seen/,
    );
  });
});

it('refuses labels that contradict the taxonomy, all at once', () => {
  const tree = Taxonomy.fromLineages([
    { label: 'a', lineage: ['Life', 'Copepod', 'a'] },
    { label: 'b', lineage: ['Life', 'Copepod', 'b'] },
    { label: 'Copepod', lineage: ['Life', 'Other', 'Copepod'] },
    { label: 'c', lineage: ['Life', 'Other', 'c'] },
    { label: 'd', lineage: ['Life', 'Round', 'd'] },
    { label: 'e', lineage: ['Life', 'Round', 'e'] },
  ]);
  const given = { classes: ['Copepod', 'Round', 'a', 'bb', 'c'], labels: new Int32Array() };
  expect(() => truthOf(given, tree)).toThrow(
    /'Copepod': .*both: the class Life>Other>Copepod, and Life>Copepod[\s\S]*'Round': .*which has none[\s\S]*'bb': .*no node/,
  );
  // A class below the node of its own name is that class.
  const own = Taxonomy.fromLineages([
    { label: 'Copepod', lineage: ['Life', 'Copepod', 'Copepod'] },
    { label: 'a', lineage: ['Life', 'Copepod', 'a'] },
    { label: 'b', lineage: ['Life', 'b'] },
  ]);
  expect(truthOf({ classes: ['Copepod', 'a', 'b'], labels: Int32Array.of(0, 2) }, own).groups).toEqual([]);
});
