/** Late fusion of two classifiers. */
import { isDeepStrictEqual } from 'node:util';
import { fitMixture } from '../../calibration/mixture.js';
import { CladenetError, type Problem } from '../../errors.js';
import { programsOn } from '../../tensorflow/device.js';
import type { PredictOptions } from '../classification.js';
import type { Classifier } from '../classifier.js';
import type { ComputeOptions } from '../compute-options.js';
import { requireUnseen } from '../data/seen-before.js';
import type { TrainingData } from '../data/training-data.js';
import { withClass } from '../data/truth.js';
import type { FeatureClassifier } from '../feature-classifier.js';
import { requirePreprocessing } from '../preprocessing.js';
import { finishFeatures } from './finish-features.js';

/** The two classifiers. */
export interface FuseOptions
  extends Omit<ComputeOptions, 'deviceMemory'>,
    Pick<PredictOptions, 'signal' | 'onProgress'> {
  readonly of: readonly [Classifier, Classifier];
}

/**
 * Makes one classifier of two: a weighted mean of their class probabilities, whose weight has the lowest log-loss on the validation
 * set (see `fitMixture`). Both become part of the result, and are saved with it.
 *
 * @param data of the split that both were trained on
 * @throws CladenetError USAGE for classifiers of different classes or preprocessing; DATASET without validation images, or when
 *   one of them has seen validation or test images; ABORTED
 */
export async function fuse(data: TrainingData, options: FuseOptions): Promise<FeatureClassifier> {
  const { of, signal, onProgress } = options;
  const make = options.make ?? programsOn({ device: options.device });
  const { images, truth, split } = data;
  const { classes } = truth;
  requireAlike(of, classes);
  for (const classifier of of) {
    requirePreprocessing(images, classifier.description.preprocessing);
    requireUnseen(data, classifier);
  }
  const started = performance.now();
  const validation = withClass(images, truth, split.validation);
  if (validation.count === 0) throw noValidation();
  const [a, b] = [
    await of[0].predict(validation, { signal, onProgress }).finally(() => of[0].dispose()),
    await of[1].predict(validation, { signal, onProgress }).finally(() => of[1].dispose()),
  ];
  const share = fitMixture(a, b, validation.labels, classes.length);
  return finishFeatures(data, make, {
    sources: [{ kind: 'classifier' }, { kind: 'classifier' }],
    decider: { kind: 'mixture', share },
    parts: { weights: new Map(), members: of },
    history: [],
    started,
  });
}

function requireAlike(of: FuseOptions['of'], classes: readonly string[]): void {
  const problems = of.flatMap((classifier, k): Problem[] => {
    if (isDeepStrictEqual(classifier.classes, classes)) return [];
    const received = `${classifier.classes.length} other ones`;
    return [{ where: `of[${k}]`, expected: `the ${classes.length} classes of the images`, received }];
  });
  if (problems.length > 0) throw new CladenetError('USAGE', 'These classifiers cannot be fused', problems);
}

function noValidation(): CladenetError {
  const expected = 'validation images whose class is known, on which the weights are chosen';
  const remedy = 'Raise the share of validation images (`fractions`).';
  return new CladenetError('DATASET', 'These classifiers cannot be fused', [
    { where: 'validation set', expected, received: 'none', remedy },
  ]);
}
