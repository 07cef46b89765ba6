/** From a trained decider to a classifier: calibrated on the validation set, and scored on the test set, once. */
import type { MakeProgram } from '../../tensorflow/device.js';
import { VERSION } from '../../version.js';
import { describeSplit, type TrainingData } from '../data/training-data.js';
import { FeatureClassifier } from '../feature-classifier.js';
import type { FeatureParts } from '../features/parts.js';
import { type FeatureDescription, FORMAT, FORMAT_VERSION } from '../schema.js';
import { packSeen } from '../store/seen.js';
import type { HistoryLine } from '../store/store.js';
import { scoreOnTest } from './test-score.js';
import { validationTemperature } from './validation-temperature.js';

/** What a training of a decider comes to. */
export interface TrainedDecider extends Pick<FeatureDescription, 'sources' | 'decider'> {
  readonly parts: FeatureParts;
  readonly history: readonly HistoryLine[];
  /** Start time by `performance.now()`. */
  readonly started: number;
}

export async function finishFeatures(
  data: TrainingData,
  make: MakeProgram,
  { sources, decider, parts, history, started }: TrainedDecider,
): Promise<FeatureClassifier> {
  const description: FeatureDescription = {
    format: FORMAT,
    version: FORMAT_VERSION,
    cladenet: VERSION,
    kind: 'features',
    classes: [...data.truth.classes],
    preprocessing: data.images.preprocessing,
    split: describeSplit(data),
    test: null,
    sources,
    decider,
    temperature: null,
    seconds: (performance.now() - started) / 1000,
  };
  const seen = packSeen(data.prints, data.split);
  const assemble = (described: FeatureDescription) => new FeatureClassifier(make, described, parts, history, seen);
  const temperature = await validationTemperature(assemble(description), data);
  const calibrated = { ...description, temperature };
  return assemble({ ...calibrated, test: await scoreOnTest(assemble(calibrated), data) });
}
