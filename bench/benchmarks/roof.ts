/** The share of this machine's matrix-product rate that the training step of `report` reaches. */
import { type Context, dataFor } from '../context.js';
import { type Summary, summarise } from '../statistics.js';

const BATCH = 32;
const BATCHES = 4;

export interface RoofResult {
  readonly batch: number;
  readonly gigaflopsPerImage: number;
  /** Rate of a float32 matrix product in TensorFlow, in GFLOP/s. */
  readonly matrixProduct: Summary;
  /** Rate of the training step, in GFLOP/s. */
  readonly step: Summary;
  /** Rate of the step divided by that of the matrix product, round by round. The target is at least 0.65. */
  readonly share: Summary;
}

export async function benchRoof(context: Context): Promise<RoofResult> {
  const { field, rounds, seconds } = context;
  const batch = context.batch ?? BATCH;
  const ours = await field.get('ours');
  if (ours === undefined) throw new Error('cladenet did not take part');
  const data = await dataFor(context, 'report', BATCHES * batch, batch);
  const { flopsPerImage } = (await ours.prepare('step', { network: 'report', batch, data, seconds })) as {
    readonly flopsPerImage: number;
  };
  await ours.prepare('matrix-product', { seconds });
  const products: number[] = [];
  const steps: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { flopsPerSecond } = await ours.round<{ readonly flopsPerSecond: number }>('matrix-product');
    products.push(flopsPerSecond / 1e9);
    const taken = await ours.round('step');
    steps.push(((taken.images / taken.seconds) * flopsPerImage) / 1e9);
  }
  await ours.finish('matrix-product');
  await ours.finish('step');
  return {
    batch,
    gigaflopsPerImage: flopsPerImage / 1e9,
    matrixProduct: summarise(products),
    step: summarise(steps),
    share: summarise(steps.map((step, round) => step / (products[round] ?? Number.NaN))),
  };
}
