/** Which images an epoch uses, and in which order: a pure function of the seed and the epoch, so a training can resume. */
import { random } from '../random.js';

export interface Sample {
  /** The images that may be drawn. */
  readonly train: Int32Array;
  /** Class of each image of the set. */
  readonly labels: Int32Array;
  /** Images of each class in an epoch; 0 takes every image once. */
  readonly balance: number;
  /** The number of classes: labels from it on are those of inner nodes. */
  readonly classes: number;
  /** The least share of an epoch's images that are labelled by a class; without `balance`. */
  readonly classShare: number;
  readonly batch: number;
  readonly seed: number;
}

/** Steps in an epoch: the number of batches that its images fill. */
export function stepsPerEpoch({
  train,
  labels,
  balance,
  batch,
}: Pick<Sample, 'train' | 'labels' | 'balance' | 'batch'>): number {
  const classes = balance > 0 ? new Set(Array.from(train, (image) => labels[image])).size : 0;
  return Math.ceil((balance > 0 ? balance * classes : train.length) / batch);
}

/**
 * Shuffled image indices for a whole number of batches. The last batch is padded from the beginning of the order, so every
 * batch has the same size.
 */
export function epochOrder(sample: Sample, epoch: number): Int32Array {
  const { batch, balance, seed } = sample;
  const draw = random(seed, 'order', epoch);
  const once = balance > 0 ? balanced(sample, epoch) : withClasses(sample, epoch);
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

/**
 * As many images as there are, of which at least `classShare` are labelled by a class: where fewer are, these are repeated, and of
 * those labelled at inner nodes a random sample is taken.
 */
function withClasses({ train, labels, classes, classShare, seed }: Sample, epoch: number): Int32Array {
  const isOfClass = (image: number) => (labels[image] ?? -1) < classes;
  const own = train.filter(isOfClass);
  const others = train.filter((image) => !isOfClass(image));
  const wanted = Math.round(classShare * train.length);
  if (own.length === 0 || others.length === 0 || own.length >= wanted) return train.slice();
  const order = train.slice();
  const [first, second] = [own, others].map((images, i) => random(seed, 'labels', epoch, i).shuffle(images));
  for (let i = 0; i < order.length; i++) {
    order[i] = (i < wanted ? first?.[i % own.length] : second?.[i - wanted]) ?? 0;
  }
  return order;
}
