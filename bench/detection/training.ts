/** Trains the detectors that are compared, each kind with each seed; those that are there are not trained again. */
import type { DetectorData } from '../../src/detection/learned/training/detector-data.js';
import { trainDetectorInto } from '../../src/detection/learned/training/train-detector.js';
import { cutoutsOf, folderOf, isTrained, percent, row, say, setting } from './setting.js';

export async function trainAll(): Promise<void> {
  const [train, validation] = [await cutoutsOf('train'), await cutoutsOf('validation')];
  say(`${train.length} organisms to train on, ${validation.length} to choose by`);
  for (const kind of setting.kinds) {
    for (const seed of setting.seeds) {
      await trainOne(kind, folderOf(kind, seed), { from: 'scenes', train, validation }, { kind, seed });
    }
  }
}

/** One training, which resumes; its processor time is that of this process. */
export async function trainOne(
  name: string,
  folder: string,
  data: DetectorData,
  { kind, seed, scale, examples = setting.examples, separator = kind === 'two-slot' }: TrainOptions,
): Promise<void> {
  if (isTrained(folder)) return;
  const { epochs } = setting;
  const usage = process.cpuUsage();
  const detector = await trainDetectorInto(folder, data, {
    kind,
    scale,
    examples,
    separator: separator && data.from === 'scenes',
    training: { ...(epochs !== undefined && { epochs }), seed },
    separatorTraining: { ...(epochs !== undefined && { epochs: 2 * epochs }), seed },
    hooks: {
      onPart: (part) => {
        if (part === 'separator') say(`  its detector took ${minutes(usage)} of processor time`);
      },
      onEpoch({ epoch, loss, accuracy, validationAccuracy, seconds }) {
        const judged = validationAccuracy === null ? '' : `, validation ${percent(validationAccuracy)}`;
        say(
          `  ${name} ${seed}, epoch ${epoch}: loss ${loss.toFixed(3)}, ${percent(accuracy)}${judged}, ${seconds.toFixed(0)} s, ${minutes(usage)}`,
        );
      },
    },
  });
  const { summary, validation: judged, threshold } = detector.description;
  row(
    name,
    seed,
    `${(summary.seconds / 60).toFixed(1)} min`,
    `${minutes(usage)}, separator included`,
    `AP ${percent(judged?.averagePrecision ?? 0)}`,
    `AP50 ${percent(judged?.averagePrecision50 ?? 0)}`,
    `score ${threshold.toFixed(3)}`,
  );
  detector.dispose();
}

interface TrainOptions {
  readonly kind: (typeof setting.kinds)[number];
  readonly seed: number;
  readonly scale?: number;
  readonly examples?: number;
  readonly separator?: boolean;
}

function minutes(since: NodeJS.CpuUsage): string {
  const { user, system } = process.cpuUsage(since);
  return `${((user + system) / 6e7).toFixed(1)} core min`;
}
