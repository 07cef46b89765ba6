/** Images labelled at inner nodes: what they say is learned, what they do not say is not. */
import { afterAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import { truthOf } from '../../../src/classifier/data/truth.js';
import { nodeTask, trainedTrunks } from '../../../src/classifier/train/node-plan.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import { trainTree } from '../../../src/classifier/train/train-tree.js';
import type { ImageSet } from '../../../src/dataset/images.js';
import { mostProbableLeaf } from '../../../src/decision/most-probable-leaf.js';
import { alive, compiled as make } from '../../fixtures/device.js';
import { SHAPES, shapes, shapesTaxonomy as taxonomy, tinyNetwork, tinyTraining } from '../../fixtures/shapes.js';

const before = alive();
afterAll(() => {
  expect(alive()).toEqual(before);
});

const CLASSES = [...SHAPES, 'round'];

/** Shapes of which two in three discs and rings are only known to be round. */
function vague(perClass: number): ImageSet {
  const images = shapes(perClass);
  const round = CLASSES.indexOf('round');
  const labels = images.labels.map((label, i) => (label >= 2 && Math.floor(i / 4) % 3 > 0 ? round : label));
  return { ...images, classes: CLASSES, labels };
}

const images = vague(45);
const data = prepareData(images, { seed: 1, taxonomy });
const unseen = shapes(20, 99);

describe('the truth', () => {
  it('has the classes without the inner nodes, which allow the classes below them', () => {
    expect(data.truth.classes).toEqual(SHAPES);
    expect(data.truth.groups).toEqual([{ name: 'round', classes: [2, 3] }]);
    expect(new Set(data.truth.labels)).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  it('is as the images say without a taxonomy', () => {
    expect(truthOf(images, undefined)).toMatchObject({ classes: CLASSES, groups: [] });
  });

  it('refuses an inner node whose classes have no images, and a name of two nodes', () => {
    const none = { ...images, classes: ['bar-long', 'bar-short', 'round'] } as ImageSet;
    expect(() => truthOf(none, taxonomy)).toThrow(
      /images of 'round': expected an inner node with classes.*which has none/,
    );
  });

  it('at a node: a group below a child is that child, the node itself says nothing', async () => {
    const plan = await trainedTrunks(data, { network: tinyNetwork });
    const [root, bars, round] = taxonomy.decidingNodes().map((node) => nodeTask(data, taxonomy, node, plan));
    const ofGroup = images.labels.indexOf(CLASSES.indexOf('round'));
    expect([root?.labels[ofGroup], bars?.labels[ofGroup], round?.labels[ofGroup]]).toEqual([1, -1, -1]);
    expect(root?.train.length).toBe(data.split.train.length);
    const known = Array.from(data.split.train).filter((i) => [2, 3].includes(data.truth.labels[i] ?? -1));
    expect(round?.train).toEqual(Int32Array.from(known));
  });
});

describe('training', () => {
  it('flat and joint trees learn from such images, and are scored on the others', async () => {
    const training = { ...tinyTraining, epochs: 16 };
    const flat = await trainFlat(data, { network: tinyNetwork, training, make });
    const tree = await trainTree(data, { taxonomy, trunk: 'joint', network: tinyNetwork, training, make });
    const shared = await trainTree(data, { taxonomy, from: flat, training: { epochs: 3 }, make });
    const known = data.split.test.filter((i) => (data.truth.labels[i] ?? -1) < SHAPES.length);
    for (const classifier of [flat, tree, shared]) {
      expect(classifier.classes).toEqual(SHAPES);
      expect(classifier.description.test?.images).toBe(known.length);
      const decided = mostProbableLeaf(await classifier.predict(unseen), 4);
      const isRound = (label: number) => label >= 2;
      const right = decided.reduce(
        (sum, leaf, i) => sum + (isRound(leaf) === isRound(unseen.labels[i] ?? 0) ? 1 : 0),
        0,
      );
      expect(right / unseen.count).toBeGreaterThan(0.9);
      classifier.dispose();
    }
  });
});
