/** Classifiers that were saved in format version 2 load, and predict as they did. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadClassifier } from '../../../src/classifier/store/load.js';
import { selectImages } from '../../../src/dataset/images.js';
import { compiled as make } from '../../fixtures/device.js';
import { FORMAT_2, format2Expected, format2Images, format2Models } from '../../fixtures/format-2.js';
import { nonEmpty } from '../../fixtures/non-empty.js';

const expected = format2Expected();
const images = selectImages(format2Images(), [...Array(12).keys()]);

describe('a classifier of format version 2', () => {
  it.each(format2Models)('loads and predicts as when it was saved: %s', async (name) => {
    const classifier = await loadClassifier(join(FORMAT_2, 'models', name), { make });
    const probabilities = await classifier.predict(images);
    classifier.dispose();
    expect(classifier.routings[0] ?? null).toBe(expected[name].routing);
    expect(probabilities).toHaveLength(48);
    nonEmpty(expected[name].probabilities).forEach((value, i) => expect(probabilities[i]).toBeCloseTo(value, 4));
  });
});
