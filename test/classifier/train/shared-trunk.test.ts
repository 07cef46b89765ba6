/** Heads on the features of a frozen CNN block. */
import { expect, it } from 'vitest';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import { trainTree } from '../../../src/classifier/train/train-tree.js';
import { eager as make } from '../../fixtures/device.js';
import { tinyNetwork as network, shapes, shapesTaxonomy } from '../../fixtures/shapes.js';

it('says how far the features are, of all images and of each view of the training images', async () => {
  const data = prepareData(shapes(10), { seed: 1 });
  const training = { epochs: 1, batch: 16 };
  const from = await trainFlat(data, { network, training, make });
  const told: (readonly [string, number, number])[] = [];
  const onProgress = (...news: readonly [string, number, number]) => void told.push(news);
  await trainTree(data, { taxonomy: shapesTaxonomy, from, training, views: 3, make, hooks: { onProgress } });
  const total = data.images.count + 3 * data.split.train.length;
  const done = [1, 2, 3].map((views) => data.images.count + views * data.split.train.length);
  expect(told).toEqual([data.images.count, ...done].map((images) => ['features', images, total]));
});
