/** A whole epoch with augmentation, from decoded images in memory, and the share of it that cladenet's input takes. */
import { ALL_PEERS, type Context, contenders, dataFor, inPrecision } from '../context.js';
import { type Summary, summarise } from '../statistics.js';
import { type Comparison, compare, takeTurns } from '../turns.js';

const CASES = [
  { network: 'report', batch: 32, images: 1024 },
  { network: 'compact', batch: 128, images: 4096 },
] as const;
const BARS = { kerasOneDnn: 1.5, kerasDefault: 1.5, torch: 1.5, torchChannelsLast: 1.5 };

export interface EpochResult {
  readonly comparison: Comparison;
  /** Share of cladenet's epoch spent on drawing, gathering and augmenting. The target is at most 0.10. */
  readonly inputShare: Summary;
}

export async function benchEpochs(context: Context): Promise<readonly EpochResult[]> {
  const results: EpochResult[] = [];
  for (const { network, images, ...rest } of CASES) {
    const batch = context.batch ?? rest.batch;
    const { seconds, precision } = context;
    const options = { network, batch, data: await dataFor(context, network, images, batch), seconds, precision };
    const [ours, ...peers] = contenders({ ...context, eager: false }, ALL_PEERS).map((name) => ({
      name,
      task: 'epoch',
      options,
    }));
    const entrants = [...(ours ? [ours, { ...ours, task: 'inputless-epoch' }] : []), ...peers];
    const series = await takeTurns(context.field, entrants, context.rounds);
    const whole = series.filter(({ task }) => task === 'epoch');
    const inputless = series.find(({ task }) => task === 'inputless-epoch');
    const [title, wanted] = inPrecision(
      precision,
      `Epoch with augmentation, ${network}, batch ${batch}, ${options.data.count} images`,
      BARS,
    );
    const shares = whole[0]?.rates.map((rate, round) => 1 - rate / (inputless?.rates[round] ?? Number.NaN));
    results.push({ comparison: compare(title, whole, wanted), inputShare: summarise(shares ?? []) });
  }
  return results;
}
