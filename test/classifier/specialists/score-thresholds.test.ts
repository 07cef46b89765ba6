import { afterAll, beforeAll, expect, test } from 'vitest';
import { retrace } from '../../../src/classifier/data/retrace.js';
import { prepareData } from '../../../src/classifier/data/training-data.js';
import type { FlatClassifier } from '../../../src/classifier/flat.js';
import { scoreSpecialists } from '../../../src/classifier/specialists/score-specialists.js';
import { scoreThresholds } from '../../../src/classifier/specialists/score-thresholds.js';
import { trainFlat } from '../../../src/classifier/train/train-flat.js';
import { confusionFromCounts } from '../../../src/grouping/confusion.js';
import { groupClasses } from '../../../src/grouping/group-classes.js';
import { groupTaxonomy } from '../../../src/grouping/group-taxonomy.js';
import { namedGroups } from '../../../src/grouping/named-groups.js';
import { sweepBeta } from '../../../src/grouping/sweep.js';
import { compiled as make } from '../../fixtures/device.js';
import { SHAPES, shapes, tinyNetwork, tinyTraining } from '../../fixtures/shapes.js';

const images = shapes(40);
let from: FlatClassifier;

beforeAll(async () => {
  const data = prepareData(images, { seed: 1, fractions: { train: 0.5, validation: 0.4, test: 0.1 } });
  from = await trainFlat(data, { network: tinyNetwork, training: { ...tinyTraining, epochs: 2 }, make });
});
afterAll(() => from.dispose());

test('each threshold has the score of specialists on its groups', async () => {
  const counts = [
    [60, 40, 0, 0],
    [30, 70, 0, 0],
    [0, 0, 90, 10],
    [0, 0, 5, 95],
  ];
  const confusion = confusionFromCounts({ classes: [...SHAPES], counts });
  const sweep = sweepBeta(confusion, { seed: 1 });
  const options = { from, training: { epochs: 2 }, make };
  const scored = await scoreThresholds(sweep, confusion, images, options);
  const groupings = sweep.points.map(({ beta }) => groupClasses(confusion, { beta }));
  expect(scored.scores.map(({ specialists }) => specialists)).toEqual(
    groupings.map((grouping) => namedGroups(grouping).length),
  );
  const { data } = retrace(from, images, undefined);
  const asTaxonomies = groupings.map((grouping) => groupTaxonomy(grouping));
  expect(scored).toEqual(await scoreSpecialists(data, { ...options, groupings: asTaxonomies }));
});
