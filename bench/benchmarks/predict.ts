/** Class probabilities of images in main memory. */
import { ALL_PEERS, type Context, contenders, dataFor } from '../context.js';
import { type Comparison, compare, takeTurns } from '../turns.js';

/** cladenet predicts in batches of this size. */
const BATCH = 128;
const BATCHES = 4;
const BARS = { kerasOneDnn: 1, kerasDefault: 1, torch: 1, torchChannelsLast: 1 };

export async function benchPredictions(context: Context): Promise<readonly Comparison[]> {
  const results: Comparison[] = [];
  for (const network of ['report', 'compact', 'efficientnet_lite0'] as const) {
    const data = await dataFor(context, network, BATCHES * BATCH, BATCH);
    const options = { network, batch: BATCH, data, seconds: context.seconds };
    const entrants = contenders({ ...context, eager: false }, ALL_PEERS).map((name) => ({
      name,
      task: 'predict',
      options,
    }));
    const series = await takeTurns(context.field, entrants, context.rounds);
    results.push(compare(`Prediction, ${network}, batch ${BATCH}`, series, BARS));
  }
  return results;
}
