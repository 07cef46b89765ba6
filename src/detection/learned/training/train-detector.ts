/** Trains detectors, on composed scenes or on annotated frames. */
import { join } from 'node:path';
import type { Problem } from '../../../errors.js';
import { hasFolder, removeFolder } from '../../../files.js';
import { sha256 } from '../../../hash.js';
import { partialFolder, removeUnfinished } from '../../../outputs/unfinished.js';
import { withOutputs } from '../../../outputs/with-outputs.js';
import { programsOn } from '../../../tensorflow/device.js';
import { checkpointFolder, reportingDamage } from '../../../training/checkpoint.js';
import { claiming } from '../../../training/claiming.js';
import type { TrainingConfig } from '../../../training/config.js';
import type { FitHooks } from '../../../training/hooks.js';
import { VERSION } from '../../../version.js';
import { usualThreads } from '../examples/examples-ahead.js';
import { LearnedDetector } from '../learned-detector.js';
import type { DetectorKind } from '../network/kinds.js';
import { partsOf, usualNetwork } from '../network/network-of.js';
import { type DetectorDescription, FORMAT, FORMAT_VERSION } from '../schema.js';
import { contentOf, type DetectorData } from './detector-data.js';
import { type DetectorOptions, type DetectorPart, planOf } from './detector-plan.js';
import { pairsOf, scenesOf } from './detector-work.js';
import { fitDetector } from './fit-detector.js';
import { type Separator, trainSeparator } from './train-separator.js';
import { summaryOf } from './training-parts.js';

/** Boxes of different organisms may be alike; those of YOLO's cells, of the same organism, are less so. */
export const SUPPRESSION: Readonly<Record<DetectorKind, number>> = { centre: 0.8, 'two-slot': 0.8, yolo: 0.5 };

/**
 * Trains a detector: to find organisms, not to name them. What is found in validation examples chooses the best epoch (by average
 * precision) and the score from which on detections are kept (the break-even point of precision and recall), for one view of a frame and
 * for four mirrored ones.
 *
 * @throws CladenetError USAGE, CONFIG, DATASET, RUNTIME, TRAINING, DIVERGED, ABORTED
 */
export async function trainDetector(data: DetectorData, options: DetectorOptions = {}): Promise<LearnedDetector> {
  const plan = planOf(data, options);
  const { config } = plan;
  const make = options.make ?? programsOn({ device: options.device });
  const { checkpoint, onPart, ...reports } = options.hooks ?? {};
  const hooksOf = (part: DetectorPart): FitHooks => ({ ...reports, checkpoint: checkpoint?.(part) });
  const network = usualNetwork(plan.kind, plan.size);
  const suppression = SUPPRESSION[plan.kind];
  onPart?.('detector');
  const threads = options.threads ?? usualThreads(config.batch);
  const hooks = hooksOf('detector');
  const { fitted, judgement } = await fitDetector(data, plan, partsOf(network), { make, suppression, threads, hooks });
  const separator = plan.separator && data.from === 'scenes' ? await separatorOf(data, plan.separator) : undefined;
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
      scenes: scenesOf(data)?.trained ?? null,
      content: contentOf(data),
    },
    ...judgement,
    suppression,
    summary: summaryOf(fitted),
    separator: separator === undefined ? null : separator.description,
  };
  const weights = { detector: fitted.weights, separator: separator?.weights };
  return new LearnedDetector(make, description, weights, fitted.history);

  function separatorOf(scenes: DetectorData & { readonly from: 'scenes' }, own: TrainingConfig): Promise<Separator> {
    onPart?.('separator');
    const pairs = pairsOf(scenes, plan, own.seed);
    return trainSeparator({ pairs, config: own, threads: options.threads, make, hooks: hooksOf('separator') });
  }
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
  const purpose = { ...plan, scenes: scenesOf(data), content: contentOf(data) };
  return withOutputs(
    [
      { where: 'out', path: out, kind: 'detector' },
      { where: 'out', path: folder, kind: 'unfinished' },
    ],
    [],
    async () => {
      if (fresh) await removeFolder(folder);
      else if (hasFolder(folder)) onResume?.(folder);
      const checkpoint = (part: DetectorPart) => {
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
