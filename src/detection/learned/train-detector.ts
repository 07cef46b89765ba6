/** Trains detectors, on composed scenes or on annotated frames. */
import { join } from 'node:path';
import { CladenetError, type Problem } from '../../errors.js';
import { hasFolder, removeFolder } from '../../files.js';
import { sha256, sha256OfJson } from '../../hash.js';
import { initialise } from '../../network/initialise.js';
import { partialFolder, removeUnfinished } from '../../outputs/unfinished.js';
import { withOutputs } from '../../outputs/with-outputs.js';
import type { Device } from '../../setup/locate.js';
import { type MakeProgram, programsOn } from '../../tensorflow/device.js';
import { type CheckpointStore, checkpointFolder, reportingDamage } from '../../training/checkpoint.js';
import { claiming } from '../../training/claiming.js';
import { type TrainingConfig, type TrainingConfigInput, trainingSchema } from '../../training/config.js';
import type { FitHooks } from '../../training/hooks.js';
import { type Fitted, learn } from '../../training/loop.js';
import { createTrainerFor } from '../../training/trainer.js';
import { VERSION } from '../../version.js';
import type { Cutout } from '../scenes/cutout.js';
import type { SceneOptions } from '../scenes/options.js';
import { detectorLesson, type Judged, judgedBy } from './detector-lesson.js';
import { exampleSource } from './example-source.js';
import { type DetectorWork, examplesOf } from './example-work.js';
import type { Examples } from './examples.js';
import { usualThreads, withExamples } from './examples-ahead.js';
import { type AnnotatedFrame, tiledFrames } from './frame-examples.js';
import { requireFrames } from './frame-problems.js';
import type { DetectorKind } from './kinds.js';
import { LearnedDetector } from './learned-detector.js';
import { mapModel, partsOf, usualNetwork } from './network-of.js';
import { separatorNetwork } from './networks.js';
import { type DetectorDescription, FORMAT, FORMAT_VERSION } from './schema.js';
import { separatorLesson, separatorObjective } from './separator.js';
import { SEPARATOR_CHANNELS, SEPARATOR_SIDE } from './separator-view.js';
import { DETECTOR_TRAININGS, SEPARATOR_TRAINING } from './usual-trainings.js';
import { breakEvenScore } from './validation-score.js';

/** What a detector is trained on and judged by. */
export type DetectorData =
  | {
      readonly from: 'scenes';
      /** Organisms of the training part, and of the validation part. */
      readonly train: readonly Cutout[];
      readonly validation: readonly Cutout[];
      /**
       * How scenes are composed of them; their size and seed follow from the training. Scenes to train on have 1 to 18 organisms, of which
       * 0.6 are laid on others, and texture and noise of 0 to 5 grey levels; in those that judge 1 to 12 lie anywhere. Unless this says
       * otherwise.
       */
      readonly scenes?: Omit<SceneOptions, 'seed' | 'width' | 'height' | 'count'> | undefined;
    }
  | {
      readonly from: 'frames';
      readonly train: readonly AnnotatedFrame[];
      readonly validation: readonly AnnotatedFrame[];
    };

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

/** Reports of a training, and the stores of its checkpoints. */
export interface DetectorHooks extends Omit<FitHooks, 'checkpoint'> {
  /** Called before a network is trained. */
  readonly onPart?: ((part: 'detector' | 'separator') => void) | undefined;
  /** Gives each network the store of its checkpoint. Default: none are saved. */
  readonly checkpoint?: ((part: 'detector' | 'separator') => CheckpointStore) | undefined;
}

const SIZE = 256;
const EXAMPLES = 1600;
const JUDGED = 200;
/** In an untrained detector's place: what it finds is not judged. */
const USUAL_THRESHOLD = 0.3;
/** Boxes of different organisms may be alike; those of YOLO's cells, of the same organism, are less so. */
const SUPPRESSION: Readonly<Record<DetectorKind, number>> = { centre: 0.8, 'two-slot': 0.8, yolo: 0.5 };
/** Examples in a forward pass without training. */
const AT_ONCE = 16;

/** A training with all defaults filled in. */
interface Plan {
  readonly kind: DetectorKind;
  readonly size: number;
  readonly scale: number;
  readonly examples: number;
  readonly judged: number;
  readonly config: TrainingConfig;
  readonly separator: TrainingConfig | undefined;
}

/** @throws CladenetError USAGE with all options that are not valid; DATASET for frames that are not; CONFIG for a training that is not */
function planOf(data: DetectorData, options: DetectorOptions): Plan {
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

/** Noise and unevenness of any camera: a network that knows those of one finds organisms in the noise of another. */
const ANY_CAMERA = { texture: [0, 5], noise: [0, 5] } as const;
/** Scenes to train on have more organisms, on each other, than those that judge: what is alone is soon learned. */
const VARIED = { organisms: [1, 18], laidOnOthers: 0.6, ...ANY_CAMERA } as const;
/** Scenes that judge have organisms wherever they happen to lie, as frames do; the score from which on detections count depends on that. */
const ANYWHERE = { laidOnOthers: 0 } as const;

/** Training and validation scenes derive from seeds of their own. */
const sceneOptions = (data: Extract<DetectorData, { from: 'scenes' }>, plan: Plan, seed: number): SceneOptions => ({
  ...data.scenes,
  width: plan.size,
  height: plan.size,
  seed,
});

/**
 * Trains a detector: to find organisms, not to name them. What is found in validation examples chooses the best epoch (by average
 * precision) and the score from which on detections are kept (the break-even point of precision and recall).
 *
 * @throws CladenetError USAGE, CONFIG, DATASET, RUNTIME, TRAINING, DIVERGED, ABORTED
 */
export async function trainDetector(data: DetectorData, options: DetectorOptions = {}): Promise<LearnedDetector> {
  const plan = planOf(data, options);
  const { config } = plan;
  const make = options.make ?? programsOn({ device: options.device });
  const { checkpoint, onPart, ...reports } = options.hooks ?? {};
  const hooksOf = (part: 'detector' | 'separator'): FitHooks => ({ ...reports, checkpoint: checkpoint?.(part) });
  const network = usualNetwork(plan.kind, plan.size);
  const parts = partsOf(network);
  const suppression = SUPPRESSION[plan.kind];
  const ahead = { side: plan.size, threads: options.threads ?? usualThreads(config.batch) };
  onPart?.('detector');
  const { fitted, judgement } = await withExamples(workOf(data, plan), judgingOf(data, plan), ahead, async (stream) => {
    const trainer = createTrainerFor(
      parts.objective(stream),
      make,
      parts.model,
      exampleSource(stream),
      config,
      AT_ONCE,
    );
    try {
      const lesson = detectorLesson(parts, stream, { trained: plan.examples, suppression });
      const fitted = await learn(trainer, lesson, config, parts.first(config.seed), hooksOf('detector'));
      trainer.start(fitted.weights, parts.model.outputs);
      return { fitted, judgement: judgementOf(judgedBy(trainer, parts, stream, lesson.validation, suppression)) };
    } finally {
      trainer.dispose();
    }
  });
  const separator =
    plan.separator && (await trainSeparator(data, plan, plan.separator, options.threads, make, onPart, hooksOf));
  const description: DetectorDescription = {
    format: FORMAT,
    version: FORMAT_VERSION,
    cladenet: VERSION,
    detector: network,
    training: config,
    scale: plan.scale,
    data: {
      from: data.from,
      trained: data.train.length,
      validation: data.validation.length,
      scenes: data.from === 'scenes' ? { ...VARIED, ...data.scenes } : null,
      content: contentOf(data),
    },
    ...judgement,
    suppression,
    summary: summaryOf(fitted),
    separator: separator === undefined ? null : separator.description,
  };
  const weights = { detector: fitted.weights, separator: separator?.weights };
  return new LearnedDetector(make, description, weights, fitted.history);
}

type Judgement = Pick<DetectorDescription, 'threshold' | 'edges' | 'validation'>;

function judgementOf(judged: Judged | undefined): Judgement {
  if (judged === undefined || judged.frames.length === 0) {
    return { threshold: USUAL_THRESHOLD, edges: 'network', validation: null };
  }
  const { frames, edges, ap, ap50 } = judged;
  const threshold = breakEvenScore(frames, USUAL_THRESHOLD);
  return { threshold, edges, validation: { averagePrecision: ap, averagePrecision50: ap50 } };
}

const summaryOf = ({ seconds, history, best }: Fitted) => ({ seconds, epochs: history.length, best });

/** What a detector is trained on. */
function workOf(data: DetectorData, plan: Plan): DetectorWork {
  const { examples: count, size, scale, config } = plan;
  if (data.from === 'frames') return { of: 'frames', frames: data.train, options: { side: size, scale }, count };
  return {
    of: 'scenes',
    cutouts: data.train,
    options: { ...VARIED, ...sceneOptions(data, plan, config.seed) },
    count,
  };
}

/** What it is judged by. */
function judgingOf(data: DetectorData, plan: Plan): Examples {
  const { size: side, scale, config, judged: count } = plan;
  if (data.from === 'frames') return tiledFrames(data.validation, { side, scale });
  if (data.validation.length === 0) return { count: 0, exampleAt: () => ({ pixels: new Uint8Array(), boxes: [] }) };
  const options = { ...ANYWHERE, ...sceneOptions(data, plan, config.seed + 1) };
  return examplesOf({ of: 'scenes', cutouts: data.validation, options, count });
}

async function trainSeparator(
  data: DetectorData,
  plan: Plan,
  config: TrainingConfig,
  threads: number | undefined,
  make: MakeProgram,
  onPart: DetectorHooks['onPart'],
  hooksOf: (part: 'separator') => FitHooks,
) {
  if (data.from !== 'scenes') throw new TypeError('a separator is trained on scenes');
  const pairs = (cutouts: readonly Cutout[], seed: number, count: number) =>
    ({ of: 'pairs', cutouts, options: sceneOptions(data, plan, seed), count }) as const;
  const judged = data.validation.length === 0 ? 0 : plan.judged;
  const validation = examplesOf(pairs(judged === 0 ? data.train : data.validation, config.seed + 1, judged));
  const network = separatorNetwork();
  const model = mapModel(network, 1);
  const ahead = { side: SEPARATOR_SIDE, channels: SEPARATOR_CHANNELS, threads: threads ?? usualThreads(config.batch) };
  onPart?.('separator');
  const train = pairs(data.train, config.seed, plan.examples);
  const varied = { ...train, options: { ...ANY_CAMERA, ...train.options } };
  return withExamples(varied, validation, ahead, async (stream) => {
    const trainer = createTrainerFor(separatorObjective(stream), make, model, exampleSource(stream), config, AT_ONCE);
    try {
      const first = initialise(model.parameters, config.seed);
      const lesson = separatorLesson(stream, plan.examples);
      const fitted = await learn(trainer, lesson, config, first, hooksOf('separator'));
      return { weights: fitted.weights, description: { network, training: config, summary: summaryOf(fitted) } };
    } finally {
      trainer.dispose();
    }
  });
}

/** SHA-256 of all pixels and boxes. */
function contentOf(data: DetectorData): string {
  const hashes =
    data.from === 'scenes'
      ? [data.train, data.validation].map((part) =>
          part.map(({ levels, mask, width }) => [sha256(levels), sha256(mask), width]),
        )
      : [data.train, data.validation].map((part) =>
          part.map(({ image, boxes }) => [sha256(image.pixels), image.width, boxes]),
        );
  return sha256OfJson(hashes);
}

/** What happens to an interrupted training. */
export interface DetectorResumeOptions {
  /** Start over instead of resuming. Default false. */
  readonly fresh?: boolean | undefined;
  /** Within an epoch a checkpoint is saved this many minutes after the last one; 0 saves only after epochs. Default 5. */
  readonly checkpointMinutes?: number | undefined;
  /** Called with the folder of an interrupted training that is resumed; again, with what is wrong, for a damaged checkpoint. */
  readonly onResume?: ((folder: string, damage?: Problem) => void) | undefined;
}

/**
 * {@link trainDetector} into a folder: an interrupted training is resumed by the same call.
 *
 * @throws CladenetError as `trainDetector`; USAGE when `out` cannot be written, or holds what cladenet did not write; OUTPUT when another
 *   run writes it; TRAINING when the checkpoints are of another training or damaged
 */
export async function trainDetectorInto(
  out: string,
  data: DetectorData,
  { fresh = false, checkpointMinutes: minutes, onResume, hooks, ...options }: DetectorOptions & DetectorResumeOptions,
): Promise<LearnedDetector> {
  const plan = planOf(data, options);
  const folder = partialFolder(out);
  const scenes = data.from === 'scenes' ? data.scenes : undefined;
  const purpose = { ...plan, scenes, content: contentOf(data) };
  return withOutputs(
    [
      { where: 'out', path: out, kind: 'detector' },
      { where: 'out', path: folder, kind: 'unfinished' },
    ],
    [],
    async () => {
      if (fresh) await removeFolder(folder);
      else if (hasFolder(folder)) onResume?.(folder);
      const checkpoint = (part: 'detector' | 'separator') => {
        const own = part === 'detector' ? folder : join(folder, sha256(part).slice(0, 16));
        const store = checkpointFolder(own, [purpose, part], { minutes });
        return claiming(
          folder,
          reportingDamage(store, (damage) => onResume?.(folder, damage)),
        );
      };
      const detector = await trainDetector(data, { ...options, hooks: { ...hooks, checkpoint } });
      await detector.save(out);
      await removeUnfinished(folder);
      return detector;
    },
  );
}
