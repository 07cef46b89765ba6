/** Features of a frozen CNN block, kept for the next training on it. */
import { expect, it } from 'vitest';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import { rememberFeatures } from '../../../src/classifier/train/feature-memo.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import { trainTree } from '../../../src/classifier/train/train-tree.js';
import { eager as make } from '../../fixtures/device.js';
import { tinyNetwork as network, shapes, shapesTaxonomy } from '../../fixtures/shapes.js';

it('computes them once for trainings on the same block and images, which end as without it', async () => {
  const data = prepareData(shapes(10), { seed: 1 });
  const training = { epochs: 1, batch: 16, augmentation: null };
  const from = await trainFlat(data, { network, training, make });
  const other = await trainFlat(data, { network, training: { ...training, seed: 2 }, make });
  const memo = rememberFeatures();
  let computed = 0;
  const counting: typeof memo = (images, trunk, compute) =>
    memo(images, trunk, () => {
      computed++;
      return compute();
    });
  const train = (flat: typeof from, headKind: 'path-sum' | 'conditional', kept?: typeof memo) =>
    trainTree(data, {
      taxonomy: shapesTaxonomy,
      from: flat,
      headKind,
      training: { epochs: 1, batch: 16 },
      make,
      memo: kept,
    });
  const alone = await train(from, 'path-sum');
  await train(from, 'conditional', counting);
  const second = await train(from, 'path-sum', counting);
  expect(computed).toBe(1);
  expect(await second.predict(data.images)).toEqual(await alone.predict(data.images));
  await train(other, 'path-sum', counting);
  expect(computed).toBe(2);

  await counting(shapes(3), { spec: network.trunk, weights: from.weights }, async () => new Float32Array(1));
  expect(computed).toBe(3);
});
