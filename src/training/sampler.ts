/** Which images an epoch uses, and in which order: a pure function of the seed and the epoch, so a training can resume. */
import { random } from '../random.js';

export interface Sample {
  /** The images that may be drawn. */
  readonly train: Int32Array;
  /** Class of each image of the set. */
  readonly labels: Int32Array;
  /** Images of each class in an epoch; 0 takes every image once. */
  readonly balance: number;
  readonly batch: number;
  readonly seed: number;
}

/** Steps in an epoch: the number of batches that its images fill. */
export function stepsPerEpoch({ train, labels, balance, batch }: Omit<Sample, 'seed'>): number {
  const classes = balance > 0 ? new Set(Array.from(train, (image) => labels[image])).size : 0;
  return Math.ceil((balance > 0 ? balance * classes : train.length) / batch);
}

/**
 * Shuffled image indices for a whole number of batches. The last batch is padded from the beginning of the order, so every
 * batch has the same size.
 */
export function epochOrder(sample: Sample, epoch: number): Int32Array {
  const { train, batch, balance, seed } = sample;
  const draw = random(seed, 'order', epoch);
  const once = balance > 0 ? balanced(sample, epoch) : train.slice();
  const order = draw.shuffle(once);
  const steps = Math.ceil(order.length / batch);
  return Int32Array.from({ length: steps * batch }, (_, i) => order[i % order.length] ?? 0);
}

/** `balance` images of each class: all its images as often as they fit, then a random sample of them. */
function balanced({ train, labels, balance, seed }: Sample, epoch: number): Int32Array {
  const members = new Map<number, number[]>();
  for (const image of train) {
    const label = labels[image] ?? -1;
    const list = members.get(label);
    if (list === undefined) members.set(label, [image]);
    else list.push(image);
  }
  const order: number[] = [];
  for (const [label, images] of members) {
    const shuffled = random(seed, 'balance', epoch, label).shuffle(images);
    for (let i = 0; i < balance; i++) order.push(shuffled[i % shuffled.length] ?? 0);
  }
  return Int32Array.from(order);
}
