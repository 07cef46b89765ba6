/** Trains the flat classifier. */
import type { PresetName } from '../../network/presets.js';
import type { NetworkSpec } from '../../network/spec.js';
import { programsOn } from '../../tensorflow/device.js';
import type { TrainingConfigInput } from '../../training/config.js';
import { fit } from '../../training/fit.js';
import type { FitHooks } from '../../training/hooks.js';
import { createTrainer, type Trainer } from '../../training/trainer.js';
import { VERSION } from '../../version.js';
import { type ComputeOptions, deviceMemoryOf } from '../compute-options.js';
import { requireCrossEntropy, resolveNetwork } from '../configuration.js';
import { describeSplit, requireTrainable, type TrainingData } from '../data/training-data.js';
import { setsOf } from '../data/truth.js';
import { FlatClassifier } from '../flat.js';
import { requirePreprocessing } from '../preprocessing.js';
import { type FlatDescription, FORMAT, FORMAT_VERSION } from '../schema.js';
import { packSeen } from '../store/seen.js';
import type { FeatureMemo } from './feature-memo.js';
import { flatPlan } from './flat-plan.js';
import type { TeacherOptions } from './teacher-options.js';
import { createTeacher } from './teachers.js';
import { scoreOnTest } from './test-score.js';
import { validationTemperature } from './validation-temperature.js';

/** The network of a flat classifier and its training. */
export interface FlatOptions extends ComputeOptions {
  /** A preset's name or a network specification. Default `compact`. */
  readonly network?: PresetName | NetworkSpec | undefined;
  /** Settings that differ from the preset's training. */
  readonly training?: TrainingConfigInput | undefined;
  /**
   * Classifiers whose probabilities, averaged, are learned in place of the labels, or beside them: see `teacherShare` of the
   * training. They see the augmented views that the network sees (Beyer et al., "Knowledge distillation: a good teacher is patient
   * and consistent", 2022). Default: none.
   */
  readonly teachers?: readonly TeacherOptions[] | undefined;
  /** Where the whole CNN block is frozen: augmented views of each training image whose features are computed. Default 2. */
  readonly views?: number | undefined;
  readonly hooks?: FitHooks | undefined;
  /** @internal Whether classes may have no training images, as in a fold. Default false. */
  readonly unlearnedClasses?: boolean | undefined;
  /** @internal Where the whole CNN block is frozen: what keeps its features for other trainings. */
  readonly memo?: FeatureMemo | undefined;
}

/**
 * Trains one CNN over all classes of the images and scores it on the split's test set.
 *
 * @throws CladenetError DATASET, CONFIG, RUNTIME, TRAINING, DIVERGED, ABORTED
 * @example
 * ```ts
 * import { openImages, prepareData, preprocessingFor, trainFlat } from 'cladenet';
 *
 * const images = await openImages('images', preprocessingFor('compact'));
 * const data = prepareData(images, { seed: 1 });
 * const flat = await trainFlat(data, { training: { epochs: 2 } });
 * flat.history.length; // => 2
 * await flat.save('runs/flat');
 * ```
 */
export async function trainFlat(data: TrainingData, options: FlatOptions = {}): Promise<FlatClassifier> {
  const { images, truth } = data;
  const { spec, config } = resolveNetwork(options.network, options.training);
  requireCrossEntropy(config);
  const make = options.make ?? programsOn({ device: options.device });
  if (options.unlearnedClasses !== true) requireTrainable(data);
  const preprocessing = { ...images.preprocessing, size: spec.trunk.input.size, channels: spec.trunk.input.channels };
  requirePreprocessing(images, preprocessing);
  const plan = await flatPlan(data, spec, config, options, make);
  const teachers = options.teachers ?? [];
  const place = { batch: config.batch, deviceMemory: deviceMemoryOf(options) };
  const teacher = teachers.length === 0 ? undefined : createTeacher(make, teachers, data, place);
  let trainer: Trainer | undefined;
  try {
    trainer = createTrainer(make, plan.model, plan.source, plan.config, { sets: setsOf(truth), teacher });
    const fitted = await fit(trainer, plan.task, plan.config, plan.first, options.hooks);
    const { best, history, seconds } = fitted;
    const weights = { ...plan.fixed, ...fitted.weights };
    const description: FlatDescription = {
      format: FORMAT,
      version: FORMAT_VERSION,
      cladenet: VERSION,
      kind: 'flat',
      classes: [...truth.classes],
      preprocessing,
      network: spec,
      training: config,
      ...(plan.sha256 !== undefined && { trunkSha256: plan.sha256 }),
      split: describeSplit(data),
      test: null,
      temperature: null,
      summary: { seconds, epochs: history.length, best },
    };
    const seen = packSeen(data.prints, data.split);
    const assemble = (described: FlatDescription) => new FlatClassifier(make, described, weights, history, seen);
    const temperature = await validationTemperature(assemble(description), data);
    const calibrated = { ...description, temperature };
    return assemble({ ...calibrated, test: await scoreOnTest(assemble(calibrated), data) });
  } finally {
    trainer?.dispose();
    teacher?.dispose();
  }
}
