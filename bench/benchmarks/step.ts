/** A training step of preset networks, without augmentation, on images that are already where the contender wants them. */
import { ALL_PEERS, type Context, contenders, dataFor, inPrecision } from '../context.js';
import type { ContenderName } from '../field.js';
import { type Comparison, compare, takeTurns } from '../turns.js';

interface Case {
  readonly network: 'report' | 'compact' | 'efficientnet_lite0';
  readonly batch: number;
  /** The peers in the summary of `--json`. */
  readonly peers: readonly ContenderName[];
  readonly bars: Partial<Record<ContenderName, number>>;
}

export const STEP_CASES: readonly Case[] = [
  {
    network: 'report',
    batch: 32,
    peers: ['kerasOneDnn', 'kerasDefault', 'torch'],
    bars: { kerasOneDnn: 1, kerasDefault: 1.35, torch: 1.35 },
  },
  {
    network: 'compact',
    batch: 128,
    peers: ['kerasOneDnn', 'torch', 'torchChannelsLast'],
    bars: { kerasOneDnn: 1, kerasDefault: 1, torch: 1.2, torchChannelsLast: 1 },
  },
];

/** At 96 pixels, the preset's. */
const LITE_CASE: Case = {
  network: 'efficientnet_lite0',
  batch: 64,
  peers: ['kerasOneDnn', 'torch', 'torchChannelsLast'],
  bars: { kerasOneDnn: 1, kerasDefault: 1, torch: 1.2, torchChannelsLast: 1.2 },
};

/** Number of different batches, through which a contender cycles. */
const BATCHES = 4;

export async function benchSteps(context: Context): Promise<Partial<Record<Case['network'], Comparison>>> {
  const results: Partial<Record<Case['network'], Comparison>> = {};
  for (const one of STEP_CASES) results[one.network] = await benchStep(context, one);
  return results;
}

export const benchLite = (context: Context): Promise<Comparison> => benchStep(context, LITE_CASE);

async function benchStep(context: Context, { network, peers, bars, ...rest }: Case): Promise<Comparison> {
  const batch = context.batch ?? rest.batch;
  const data = await dataFor(context, network, BATCHES * batch, batch);
  const { seconds, precision } = context;
  const options = { network, batch, data, seconds, precision };
  const entrants = contenders(context, context.quick ? peers : ALL_PEERS).map((name) => ({
    name,
    task: 'step',
    options,
  }));
  const series = await takeTurns(context.field, entrants, context.rounds);
  const [title, wanted] = inPrecision(precision, `Training step, ${network}, batch ${batch}`, bars);
  return compare(title, series, wanted);
}
