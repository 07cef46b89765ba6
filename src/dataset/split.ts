/** Dividing labelled images into parts, class by class, by a seed. */
import { CladenetError, type Problem } from '../errors.js';
import { random } from '../random.js';

export interface Fractions {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

export interface SplitOptions {
  readonly seed: number;
  /** Shares of the three parts, which add up to 1. Default: 0.8, 0.1 and 0.1. */
  readonly fractions?: Fractions | undefined;
  /** Names of the classes, for the notes. Default: their numbers. */
  readonly classes?: readonly string[] | undefined;
}

/** Every labelled image is in exactly one part; an image without a label (-1) is in none. */
export interface Split {
  /** Indices of images, ascending, as those of the other parts. */
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
  /** In words, each class that has too few images to be in every part. */
  readonly notes: readonly string[];
}

/** In the order in which they are served where a class has too few images for all. */
const PARTS = ['train', 'test', 'validation'] as const;

/**
 * Splits images so that every class is divided in the same proportions, within one image of the exact share.
 *
 * A class with as many images as there are parts (those with a share above 0) has at least one in each, even where that
 * takes more than one from its largest part. One with fewer goes to training first, then to the test part.
 *
 * The same labels and seed give the same split; images are in path order in an `ImageSet`, whatever order they were
 * found in.
 *
 * @param labels     indices of classes, -1 for none
 * @param classCount the number of classes
 * @throws CladenetError USAGE for fractions that do not add up to 1; DATASET for labels beyond the classes
 * @example
 * ```ts
 * import { splitImages } from 'cladenet';
 *
 * const labels = Int32Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
 * const { train, validation, test } = splitImages(labels, 2, { seed: 1 });
 * [train.length, validation.length, test.length]; // => [ 16, 2, 2 ]
 * ```
 */
export function splitImages(labels: Int32Array, classCount: number, options: SplitOptions): Split {
  const { seed, fractions = { train: 0.8, validation: 0.1, test: 0.1 }, classes } = options;
  checkFractions(fractions);
  const used = PARTS.filter((part) => fractions[part] > 0);
  const parts = { train: [] as number[], validation: [] as number[], test: [] as number[] };
  const notes: string[] = [];
  imagesByClass(labels, classCount).forEach((images, number) => {
    random('split', seed, number).shuffle(images);
    const counts = apportion(
      images.length,
      used.map((part) => fractions[part]),
    );
    let from = 0;
    used.forEach((part, i) => {
      parts[part].push(...images.slice(from, from + (counts[i] ?? 0)));
      from += counts[i] ?? 0;
    });
    if (images.length < used.length) {
      const name = classes?.[number] ?? `class ${number}`;
      notes.push(`${name}: ${imagesInWords(images.length, used.slice(0, images.length))}`);
    }
  });
  const sorted = (part: number[]) => Int32Array.from(part).sort();
  return { train: sorted(parts.train), validation: sorted(parts.validation), test: sorted(parts.test), notes };
}

/**
 * Stratified folds for cross-validation: every labelled image is in exactly one fold, and each fold holds each class
 * within one image of its k-th part. A class of fewer than k images is missing from some folds.
 *
 * @param options.k the number of folds, at least 2
 * @returns for each fold, the indices of the images to hold out, ascending
 * @throws CladenetError USAGE where k is not a whole number from 2 to the number of labelled images
 */
export function kFolds(
  labels: Int32Array,
  classCount: number,
  { k, seed }: { readonly k: number; readonly seed: number },
): Int32Array[] {
  const groups = imagesByClass(labels, classCount);
  const total = groups.reduce((sum, images) => sum + images.length, 0);
  if (!Number.isInteger(k) || k < 2 || k > total) {
    const expected = `a whole number from 2 to ${total}, the number of labelled images`;
    throw new CladenetError('USAGE', 'The images cannot be folded so.', [{ where: 'k', expected, received: `${k}` }]);
  }
  const folds = Array.from({ length: k }, () => [] as number[]);
  // Each class goes on where the last one ended, so that the folds are of one size too.
  let next = 0;
  groups.forEach((images, number) => {
    for (const image of random('folds', seed, number).shuffle(images)) folds[next++ % k]?.push(image);
  });
  return folds.map((fold) => Int32Array.from(fold).sort());
}

function imagesByClass(labels: Int32Array, classCount: number): number[][] {
  const groups = Array.from({ length: classCount }, () => [] as number[]);
  labels.forEach((label, i) => {
    if (label === -1) return;
    const group = groups[label];
    if (group) group.push(i);
    else {
      const expected = `-1 or a class from 0 to ${classCount - 1}`;
      const problem = { where: `labels[${i}]`, expected, received: `${label}` };
      throw new CladenetError('DATASET', 'The labels do not fit the classes.', [problem]);
    }
  });
  return groups;
}

/**
 * Divides n images by largest remainders (Hamilton's method), then gives every part one image at least, from the largest
 * part; where there are fewer images than parts, the first parts get one each.
 */
function apportion(n: number, shares: readonly number[]): number[] {
  if (n < shares.length) return shares.map((_, i) => (i < n ? 1 : 0));
  const counts = shares.map((share) => Math.floor(n * share + 1e-9));
  const remainder = (i: number) => n * (shares[i] ?? 0) - (counts[i] ?? 0);
  const byRemainder = [...counts.keys()].sort((a, b) => remainder(b) - remainder(a) || a - b);
  const left = n - counts.reduce((sum, count) => sum + count, 0);
  for (const i of byRemainder.slice(0, left)) counts[i] = (counts[i] ?? 0) + 1;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] !== 0) continue;
    const largest = counts.indexOf(Math.max(...counts));
    counts[largest] = (counts[largest] ?? 0) - 1;
    counts[i] = 1;
  }
  return counts;
}

function imagesInWords(count: number, parts: readonly string[]): string {
  if (count === 0) return 'no images';
  const images = count === 1 ? 'only 1 image' : `only ${count} images`;
  return `${images}, in ${parts.join(' and ')}`;
}

function checkFractions(fractions: Fractions): void {
  const problems: Problem[] = PARTS.filter((part) => !(fractions[part] >= 0)).map((part) => ({
    where: `fractions.${part}`,
    expected: 'a number from 0 to 1',
    received: `${fractions[part]}`,
  }));
  const sum = fractions.train + fractions.validation + fractions.test;
  if (problems.length === 0 && Math.abs(sum - 1) > 1e-6) {
    const received = `${fractions.train} + ${fractions.validation} + ${fractions.test} = ${sum}`;
    problems.push({ where: 'fractions', expected: 'shares that add up to 1', received });
  }
  if (problems.length > 0) throw new CladenetError('USAGE', 'The images cannot be split so.', problems);
}
