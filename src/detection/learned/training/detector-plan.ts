/** How detectors are trained: options, and a training with all defaults filled in. */
import { CladenetError, type Problem } from '../../../errors.js';
import type { Device } from '../../../setup/locate.js';
import type { MakeProgram } from '../../../tensorflow/device.js';
import type { CheckpointStore } from '../../../training/checkpoint.js';
import { type TrainingConfig, type TrainingConfigInput, trainingSchema } from '../../../training/config.js';
import type { FitHooks } from '../../../training/hooks.js';
import { requireFrames } from '../examples/frame-problems.js';
import type { DetectorKind } from '../network/kinds.js';
import type { DetectorData } from './detector-data.js';
import { DETECTOR_TRAININGS, SEPARATOR_TRAINING } from './usual-trainings.js';

/** How a detector is trained. */
export interface DetectorOptions {
  /** Default `two-slot`. */
  readonly kind?: DetectorKind | undefined;
  /** Side of the squares that the network looks at, in pixels: a multiple of 32. Default 256. */
  readonly size?: number | undefined;
  /** Frames are scaled by it before they are looked at. Only of frames. Default 1. */
  readonly scale?: number | undefined;
  /** Examples in an epoch, drawn anew. Default 1600. */
  readonly examples?: number | undefined;
  /** Scenes that judge each epoch. Only of scenes. Default 200. */
  readonly judged?: number | undefined;
  /** Settings that differ from a detector's usual training. */
  readonly training?: TrainingConfigInput | undefined;
  /** Whether a separator is trained too. Only of scenes. Default false. */
  readonly separator?: boolean | undefined;
  /** Settings of the separator's training that differ from its usual one. */
  readonly separatorTraining?: TrainingConfigInput | undefined;
  /**
   * Threads that make the examples of the next step beside the one that trains; the detector is the same for any number. Default: one less
   * than TensorFlow has, at most 4.
   */
  readonly threads?: number | undefined;
  readonly device?: Device | undefined;
  /** @internal */
  readonly make?: MakeProgram | undefined;
  readonly hooks?: DetectorHooks | undefined;
}

/** What is trained one after the other. */
export type DetectorPart = 'detector' | 'separator';

/** Reports of a training, and the stores of its checkpoints. */
export interface DetectorHooks extends Omit<FitHooks, 'checkpoint'> {
  /** Called before a network is trained. */
  readonly onPart?: ((part: DetectorPart) => void) | undefined;
  /** Gives each network the store of its checkpoint. Default: none are saved. */
  readonly checkpoint?: ((part: DetectorPart) => CheckpointStore) | undefined;
}

const SIZE = 256;
const EXAMPLES = 1600;
const JUDGED = 200;

/** A training with all defaults filled in. */
export interface DetectorPlan {
  readonly kind: DetectorKind;
  readonly size: number;
  readonly scale: number;
  readonly examples: number;
  readonly judged: number;
  readonly config: TrainingConfig;
  readonly separator: TrainingConfig | undefined;
}

/** @throws CladenetError USAGE with all options that are not valid; DATASET for frames that are not; CONFIG for a training that is not */
export function planOf(data: DetectorData, options: DetectorOptions): DetectorPlan {
  const {
    kind = 'two-slot',
    size = SIZE,
    scale = 1,
    examples = EXAMPLES,
    judged = JUDGED,
    separator = false,
  } = options;
  const problems: Problem[] = [];
  const check = (where: string, isValid: boolean, expected: string, received: unknown) => {
    if (!isValid) problems.push({ where, expected, received: String(received) });
  };
  check(
    'size',
    Number.isInteger(size) && size % 32 === 0 && size >= 64 && size <= 1024,
    'a multiple of 32 from 64 to 1024',
    size,
  );
  check(
    'scale',
    scale > 0 && scale <= 10 && (data.from === 'frames' || scale === 1),
    'a factor up to 10; 1 with scenes',
    scale,
  );
  check('examples', Number.isInteger(examples) && examples >= 1, 'a whole number of at least 1', examples);
  check('judged', Number.isInteger(judged) && judged >= 0, 'a whole number of at least 0', judged);
  const { threads = 0 } = options;
  check('threads', Number.isInteger(threads) && threads >= 0, 'a whole number of at least 0', threads);
  check('separator', !separator || data.from === 'scenes', 'scenes, of which each organism is known alone', data.from);
  check('train', data.train.length > 0, data.from === 'scenes' ? 'organisms' : 'annotated frames', 'none');
  const input = { ...DETECTOR_TRAININGS[kind], ...options.training };
  check(
    'training.augmentation',
    (input.augmentation ?? null) === null,
    'null: examples are drawn anew',
    'an augmentation',
  );
  if (problems.length > 0) throw new CladenetError('USAGE', 'No detector can be trained like that', problems);
  if (data.from === 'frames') requireFrames(data.train, data.validation);
  const config = parsed(input);
  const own = parsed({ ...SEPARATOR_TRAINING, seed: config.seed, ...options.separatorTraining });
  return { kind, size, scale, examples, judged, config, separator: separator ? own : undefined };
}

function parsed(input: TrainingConfigInput): TrainingConfig {
  const { data, error } = trainingSchema.safeParse(input);
  if (data !== undefined) return data;
  throw new CladenetError(
    'CONFIG',
    'No detector can be trained like that',
    error.issues.map(({ path, message }) => ({
      where: `training.${path.join('.')}`,
      expected: message,
      received: 'another value',
    })),
  );
}
