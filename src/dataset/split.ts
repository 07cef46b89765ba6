/** Splits labelled images into training, validation and test sets, or into folds, stratified by class. */
import { CladenetError, type Problem } from '../errors.js';
import { random } from '../random.js';
import { copiesAmong, dealPictures } from './deal.js';
import { dealGroups, unitsOf } from './groups.js';

/** The shares of the three subsets, which add up to 1. */
export interface Fractions {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** Options of {@link splitImages}. */
export interface SplitOptions {
  /** An integer; the same labels and seed give the same split. */
  readonly seed: number;
  /** Default: 0.8 for training, 0.1 for validation and 0.1 for the test. */
  readonly fractions?: Fractions | undefined;
  /** The names of the classes, for the notes. Default: their numbers. */
  readonly classes?: readonly string[] | undefined;
  /**
   * What each image shows: images with equal values are copies of one picture, which go to the same subset, of whatever
   * class they are. Default: no image has a copy.
   */
  readonly pictures?: ArrayLike<string | number> | undefined;
  /**
   * The group of each image, such as its sample: images of equal values go to the same subset, those of an empty text are in no
   * group. Default: no groups.
   */
  readonly groups?: ArrayLike<string | number> | undefined;
}

/** Every labelled image is in exactly one subset; an image without a label (-1) is in none. */
export interface Split {
  /** The training set, as ascending indices of images. */
  readonly train: Int32Array;
  /** The validation set, as ascending indices of images. */
  readonly validation: Int32Array;
  /** The test set, as ascending indices of images. */
  readonly test: Int32Array;
  /** A sentence for each class with too few pictures to be in every subset. */
  readonly notes: readonly string[];
}

/** The parts of a split. */
export type Subset = keyof Fractions;

/** The parts of a split, in the order of their use. */
export const SUBSETS: readonly Subset[] = ['train', 'validation', 'test'];

/** In the order in which they get an image of a class that has too few for all subsets. */
const BY_NEED = ['train', 'test', 'validation'] as const;

/**
 * Splits images at random, stratified by class: in every subset, the number of images of a class is within one of its
 * exact share (largest remainders, Hamilton's method).
 *
 * A class with at least as many images as there are subsets (with a share above 0) has one or more in each, even if its
 * largest subset then gives up more than one. The images of a smaller class go to the training set first, then to the
 * test set.
 *
 * Images that are copies of one picture (`pictures`) go to one subset: pictures are dealt, each with all of its copies.
 * The number of images of a class in a subset is then less than one picture from its share, and what holds above for
 * the images of a small class holds for its pictures. For a picture in several classes, their shares are met as well as
 * they can be together.
 *
 * With `groups`, groups are dealt whole, connected by copies of a picture where there are any. The classes are then as near to
 * their shares as groups allow; a class that is in one group only goes to the training set with it.
 *
 * The same labels and seed give the same split. The images of an `ImageSet` are in path order, in whatever order the
 * files were found.
 *
 * @param labels     the class of each image, as an index below `classCount`; -1 for none
 * @param classCount the number of classes
 * @throws CladenetError USAGE when the fractions do not add up to 1; DATASET when a label is not below `classCount`, or there are
 *   fewer groups than subsets
 * @example
 * ```ts
 * import { splitImages } from 'cladenet/images';
 *
 * const labels = Int32Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
 * const { train, validation, test } = splitImages(labels, 2, { seed: 1 });
 * [train.length, validation.length, test.length]; // => [ 16, 2, 2 ]
 * ```
 */
export function splitImages(labels: Int32Array, classCount: number, options: SplitOptions): Split {
  const { seed, fractions = { train: 0.8, validation: 0.1, test: 0.1 }, classes, pictures, groups } = options;
  checkFractions(fractions);
  const used = BY_NEED.filter((subset) => fractions[subset] > 0);
  const shares = used.map((subset) => fractions[subset]);
  const byClass = imagesByClass(labels, classCount);
  const units = groups && unitsOf([groups, ...(pictures === undefined ? [] : [pictures])], labels.length);
  if (groups !== undefined && units !== undefined) requireGroups(labels, groups, units, used.length);
  const subsetOf =
    units === undefined
      ? dealPictures({ labels, byClass, pictures, shares, seed })
      : dealGroups({ labels, classCount, units, shares, seed, keepsClasses: used[0] === 'train' });
  const notes = byClass.flatMap((images, number) => {
    const name = classes?.[number] ?? `class ${number}`;
    const subsets = used.filter((_, i) => images.some((image) => subsetOf[image] === i));
    if (units !== undefined) {
      const count = new Set(images.map((image) => units[image])).size;
      if (subsets.length === used.length || images.length === 0) return [];
      return [
        `${name}: its ${images.length} images are of ${count === 1 ? 'one group' : `${count} groups`}, in ${subsets.join(' and ')}`,
      ];
    }
    const count = pictures === undefined ? images.length : new Set(images.map((image) => pictures[image])).size;
    if (count >= used.length) return [];
    return [`${name}: ${imagesInWords(images.length, count, subsets)}`];
  });
  const members = (subset: Subset) => {
    const number = used.indexOf(subset);
    return number < 0 ? new Int32Array(0) : Int32Array.from(labels.keys()).filter((i) => subsetOf[i] === number);
  };
  return { train: members('train'), validation: members('validation'), test: members('test'), notes };
}

/**
 * Splits images at random into stratified folds for cross-validation: every labelled image is in exactly one fold, and
 * the number of images of a class differs by at most one between folds. A class of fewer than `k` images is missing from
 * some folds.
 *
 * @param labels       the class of each image, as an index below `classCount`; -1 for none
 * @param classCount   the number of classes
 * @param options      `k`: the number of folds, at least 2; `seed`: an integer, the same labels and seed give the same folds;
 *   `pictures`: images of equal values are copies of one picture, which is dealt with all of its copies, as one of its first image's class;
 *   `groups`: images of equal values are in the same fold, where classes are then as even as groups allow
 * @returns for each fold, the ascending indices of the images to hold out
 * @throws CladenetError USAGE when `k` is not a whole number from 2 to the number of labelled images; DATASET when a label
 *   is not below `classCount`
 */
export function kFolds(
  labels: Int32Array,
  classCount: number,
  {
    k,
    seed,
    pictures,
    groups: of,
  }: { readonly k: number; readonly seed: number } & Pick<SplitOptions, 'pictures' | 'groups'>,
): Int32Array[] {
  if (pictures !== undefined && of === undefined) {
    const copies = copiesAmong(labels, pictures);
    const first = labels.slice();
    for (const [, ...others] of copies) for (const image of others) first[image] = -1;
    const firstOf = new Map(
      copies.flatMap(([image = -1, ...others]) => others.map((other) => [other, image] as const)),
    );
    return kFolds(first, classCount, { k, seed }).map((images) => {
      const held = new Set(images);
      return Int32Array.from(labels.keys()).filter((image) => held.has(firstOf.get(image) ?? image));
    });
  }
  const groups = imagesByClass(labels, classCount);
  const total = groups.reduce((sum, images) => sum + images.length, 0);
  if (!Number.isInteger(k) || k < 2 || k > total) {
    const expected = `a whole number from 2 to ${total}, the number of labelled images`;
    throw new CladenetError('USAGE', 'The number of folds is not valid.', [{ where: 'k', expected, received: `${k}` }]);
  }
  if (of !== undefined) {
    const units = unitsOf([of, ...(pictures === undefined ? [] : [pictures])], labels.length);
    requireGroups(labels, of, units, k);
    const shares = Array.from({ length: k }, () => 1 / k);
    const foldOf = dealGroups({ labels, classCount, units, shares, seed, keepsClasses: false });
    return shares.map((_, fold) => Int32Array.from(labels.keys()).filter((image) => foldOf[image] === fold));
  }
  const folds = Array.from({ length: k }, () => [] as number[]);
  // Each class continues where the last one ended, so that the folds are of equal size too.
  let next = 0;
  groups.forEach((images, number) => {
    for (const image of random('folds', seed, number).shuffle(images)) folds[next++ % k]?.push(image);
  });
  return folds.map((fold) => Int32Array.from(fold).sort());
}

/** @throws CladenetError DATASET where there are fewer groups than subsets or folds */
function requireGroups(labels: Int32Array, groups: ArrayLike<string | number>, units: Int32Array, parts: number): void {
  const count = new Set(units.filter((_, i) => (labels[i] ?? -1) >= 0)).size;
  if (count >= parts) return;
  const apart = new Set(Array.from(groups).filter((group, i) => group !== '' && (labels[i] ?? -1) >= 0)).size;
  const connected =
    apart > count ? ` (${apart}, of which copies of a picture connect ${apart - count + 1} or more)` : '';
  const received = `${count}${connected}`;
  const problem = { where: 'groups', expected: `at least ${parts}, one for each part`, received };
  throw new CladenetError('DATASET', 'There are too few groups to divide the images by them.', [problem]);
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

function imagesInWords(images: number, pictures: number, subsets: readonly string[]): string {
  if (images === 0) return 'no images';
  const only = images === 1 ? 'only 1 image' : `only ${images} images`;
  const copies = pictures === images ? '' : `, copies of ${pictures === 1 ? 'one picture' : `${pictures} pictures`}`;
  return `${only}${copies}, in ${subsets.join(' and ')}`;
}

function checkFractions(fractions: Fractions): void {
  const problems: Problem[] = SUBSETS.filter((subset) => !(fractions[subset] >= 0)).map((subset) => ({
    where: `fractions.${subset}`,
    expected: 'a number from 0 to 1',
    received: `${fractions[subset]}`,
  }));
  const sum = fractions.train + fractions.validation + fractions.test;
  if (problems.length === 0 && Math.abs(sum - 1) > 1e-6) {
    const received = `${fractions.train} + ${fractions.validation} + ${fractions.test} = ${sum}`;
    problems.push({ where: 'fractions', expected: 'shares that add up to 1', received });
  }
  if (problems.length > 0) throw new CladenetError('USAGE', 'The fractions are not valid.', problems);
}
