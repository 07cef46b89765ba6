/** Trains an MLP block on features. */
import { initialise } from '../../network/initialise.js';
import { createHead } from '../../network/network.js';
import type { HeadSpec } from '../../network/spec.js';
import { programsOn } from '../../tensorflow/device.js';
import type { TrainingConfigInput } from '../../training/config.js';
import { fit } from '../../training/fit.js';
import type { FitHooks } from '../../training/hooks.js';
import { headModel } from '../../training/model.js';
import { headTraining } from '../../training/presets.js';
import { residentFeatures } from '../../training/source.js';
import { createTrainer } from '../../training/trainer.js';
import { parseHead, parseTraining, requireCrossEntropy } from '../configuration.js';
import { flatTask, requireTrainable, type TrainingData } from '../data/training-data.js';
import { setsOf } from '../data/truth.js';
import type { FeatureClassifier } from '../feature-classifier.js';
import { applyScale, fitScale, scaleWeights } from '../features/scale.js';
import { SCALE_MODULE, TREE_HEAD_MODULE } from '../modules.js';
import type { FeatureOptions } from './feature-options.js';
import { finishFeatures } from './finish-features.js';
import { fitSources, rowsOf } from './fit-sources.js';

/** Where the features come from, and how the MLP block is trained. */
export interface TrainFeatureHeadOptions extends FeatureOptions {
  /** The MLP block. Default: 256 units with batch normalisation, then dropout */
  readonly head?: HeadSpec | undefined;
  /** Settings that differ from the default training: 20 epochs, AdamW. */
  readonly training?: TrainingConfigInput | undefined;
  readonly hooks?: Pick<FitHooks, 'onStep' | 'onEpoch' | 'checkpoint'> | undefined;
}

const HEAD: HeadSpec = {
  layers: [
    { type: 'dense', units: 256, norm: true, activation: { kind: 'relu' } },
    { type: 'dropout', rate: 0.3 },
  ],
};

/** An epoch on features takes a second, so that there are more of them. */
export const featureHeadTraining: TrainingConfigInput = { ...headTraining, epochs: 20 };

/**
 * Trains an MLP block on standardised features of the training images, fits its temperature on the validation set, and scores it
 * on the test set.
 *
 * @throws CladenetError DATASET, USAGE, CONFIG, RUNTIME, TRAINING, DIVERGED, ABORTED
 */
export async function trainFeatureHead(
  data: TrainingData,
  options: TrainFeatureHeadOptions,
): Promise<FeatureClassifier> {
  const { signal, hooks } = options;
  const make = options.make ?? programsOn({ device: options.device });
  const spec = parseHead(options.head ?? HEAD);
  const seed = data.drawnBy.seed;
  const config = parseTraining({ ...featureHeadTraining, seed, ...options.training, augmentation: null });
  requireCrossEntropy(config);
  requireTrainable(data);
  const started = performance.now();
  const { sources, weights, tables, names, values } = await fitSources(data, options, make);
  const width = names.length;
  const scale = fitScale(rowsOf(values, width, data.split.train), width);
  const model = headModel(createHead(spec, width, data.truth.classes.length));
  const source = residentFeatures(applyScale(scale, values), width);
  const trainer = createTrainer(make, model, source, config, { sets: setsOf(data.truth) });
  const first = initialise(model.parameters, config.seed);
  const fitted = await fit(trainer, flatTask(data), config, first, { ...hooks, signal }).finally(() =>
    trainer.dispose(),
  );
  const { best, history, seconds } = fitted;
  const own = new Map([...weights, [TREE_HEAD_MODULE, fitted.weights], [SCALE_MODULE, scaleWeights(scale)]]);
  return finishFeatures(data, make, {
    sources: [...sources],
    decider: { kind: 'head', head: spec, training: config, summary: { seconds, epochs: history.length, best } },
    parts: { weights: own, tables },
    history,
    started,
  });
}
