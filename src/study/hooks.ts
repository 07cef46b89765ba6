/** The reports of a study while it runs, and how it is aborted. */
import type { Problem } from '../errors.js';
import type { Device } from '../setup/locate.js';
import type { MakeProgram } from '../tensorflow/device.js';
import type { EpochRecord } from '../training/epoch-record.js';
import type { FitHooks } from '../training/hooks.js';
import type { OpenImages } from './data.js';
import type { SettingDifference } from './differences.js';

/** Progress of a model: it is being trained (or resumed), has been trained, or existed already; or another run trains it. */
export interface ModelNews {
  readonly seed: number;
  /** The number of the fold that its test images are, from 1; undefined without folds. */
  readonly fold?: number | undefined;
  /** Its folder, relative to the study's folder. */
  readonly model: string;
  /** The arms that use it. */
  readonly arms: readonly string[];
  readonly state: 'training' | 'resuming' | 'trained' | 'reused' | 'waiting';
  /** Seconds of its training, once it is trained. */
  readonly seconds: number | undefined;
  /** With `resuming`, what is wrong with the newest checkpoint of a training, where the one before it is used. */
  readonly damage?: Problem | undefined;
}

/** An arm has predicted the test images of a seed, now or in an earlier call. */
export interface PredictionNews {
  readonly seed: number;
  readonly fold?: number | undefined;
  readonly arm: string;
  readonly state: 'predicted' | 'reused';
  readonly accuracy: number;
}

/** Reports while a study runs, and a signal that aborts it. */
export interface StudyHooks extends Pick<FitHooks, 'signal' | 'onStep' | 'onProgress'> {
  /** Called before any training, with the settings in which the arms differ. */
  readonly onPlan?: ((differences: readonly SettingDifference[]) => void) | undefined;
  /** The state of a classifier's training changed. */
  readonly onModel?: ((news: ModelNews) => void) | undefined;
  /** The state of an arm's predictions changed. */
  readonly onPredictions?: ((news: PredictionNews) => void) | undefined;
  /** Called before a tree's node (or level) is trained, with its path, its index (from 0) and their number. */
  readonly onNode?: ((path: string, index: number, nodes: number) => void) | undefined;
  /** Called after every epoch of the training under way. */
  readonly onEpoch?: ((record: EpochRecord) => void | Promise<void>) | undefined;
}

/** The folder of a study, the source of its images, and the device it computes on. */
export interface RunStudyOptions extends StudyHooks {
  /** The study's folder: models, predictions, `study.json` and figures. A later call resumes from its content. */
  readonly out: string;
  /** Train and predict everything again. Default false. */
  readonly fresh?: boolean | undefined;
  /** Within an epoch a checkpoint is saved this many minutes after the last one; 0 saves only after epochs. Default 5. */
  readonly checkpointMinutes?: number | undefined;
  /** Provides the images. Default: the images that the configuration names are listed and loaded. */
  readonly open?: OpenImages | undefined;
  /** Where to compute. Default: a GPU where the CUDA build is set up, else the CPU. */
  readonly device?: Device | undefined;
  /** @internal How programs are created. Default: compiled. */
  readonly make?: MakeProgram | undefined;
}
