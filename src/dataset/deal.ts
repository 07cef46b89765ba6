/**
 * Deals labelled images to subsets at random, class by class, so that each subset gets its share of every class. The unit
 * that is dealt is a picture: an image with all of its copies, because an image that is learned in one copy cannot be
 * tested in another.
 */
import { largest, smallest } from '../arrays.js';
import { random } from '../random.js';

/** What is dealt. */
export interface Deal {
  /** The class of each image; -1 for an image that is not dealt. */
  readonly labels: Int32Array;
  /** The images of each class. */
  readonly byClass: readonly (readonly number[])[];
  /** What each image shows: images with equal values are copies of one picture. Undefined: every image is a picture. */
  readonly pictures: ArrayLike<string | number> | undefined;
  /** The shares of the subsets, which add up to 1. A class with too few pictures goes to the first ones. */
  readonly shares: readonly number[];
  readonly seed: number;
}

/** The images of one picture. */
type Picture = readonly number[];

/**
 * The subset of each image as an index into `shares`; -1 for an image that is not dealt.
 *
 * Pictures without copies are shuffled and cut into subsets of the sizes that are wanted. Before that, pictures with
 * copies go one by one, the largest first, to the subset that lacks the most images (in each of its classes). So a subset is less than one picture
 * (with its copies) away from its share, and a class without copies is dealt as if no other class had any.
 */
export function dealPictures({ labels, byClass, pictures, shares, seed }: Deal): Int8Array {
  const subsetOf = new Int8Array(labels.length).fill(-1);
  const wanted = byClass.map((images) => apportion(images.length, shares));
  const counts = byClass.map(() => shares.map(() => 0));
  const place = (picture: Picture, subset: number, step: 1 | -1 = 1) => {
    const classes = new Set<number>();
    for (const image of picture) {
      subsetOf[image] = subset;
      const label = labels[image] ?? -1;
      classes.add(label);
      add(wanted[label], subset, -step);
    }
    for (const label of classes) add(counts[label], subset, step);
  };
  const placeCopies = (copies: Picture[], ...key: readonly (string | number)[]) => {
    random('split', seed, ...key).shuffle(copies);
    for (const picture of copies.sort((a, b) => b.length - a.length)) {
      const rows = [...new Set(picture.map((image) => labels[image] ?? -1))].map((label) => wanted[label]);
      const lacking = shares.map((_, subset) => smallest(rows.map((row) => row?.[subset] ?? 0)));
      place(picture, lacking.indexOf(largest(lacking)));
    }
  };

  const { spanning, within, single } = sortPictures(labels, byClass, pictures);
  placeCopies(spanning, 'several classes');
  byClass.forEach((_, label) => {
    const copies = within[label] ?? [];
    placeCopies(copies, label, 'copies');
    const singles = random('split', seed, label).shuffle(single[label] ?? []);
    let from = 0;
    trimmed(wanted[label] ?? [], singles.length).forEach((size, subset) => {
      for (; size > 0; size--) place([singles[from++] ?? -1], subset);
    });
    // Large pictures can leave a small subset without any.
    const own: Picture[] = [...copies];
    const count = counts[label] ?? [];
    const needed = Math.min(sum(count), shares.length);
    for (let subset = 0; subset < needed; subset++) {
      if (count[subset] !== 0) continue;
      for (; from > 0; from--) own.push([singles[from - 1] ?? -1]);
      const spare = (picture: Picture) => {
        const there = subsetOf[picture[0] ?? -1] ?? -1;
        return there >= needed || (count[there] ?? 0) > 1;
      };
      const moved = own.filter(spare).reduce(smaller, undefined);
      if (moved === undefined) continue;
      place(moved, subsetOf[moved[0] ?? -1] ?? -1, -1);
      place(moved, subset);
    }
  });
  return subsetOf;
}

function smaller(a: Picture | undefined, b: Picture): Picture {
  return a === undefined || b.length < a.length ? b : a;
}

interface Pictures {
  /** Pictures with copies in several classes. */
  readonly spanning: Picture[];
  /** By class, the pictures with copies in this class only. */
  readonly within: readonly Picture[][];
  /** By class, the images without copies, ascending. */
  readonly single: readonly number[][];
}

function sortPictures(labels: Int32Array, byClass: Deal['byClass'], pictures: Deal['pictures']): Pictures {
  const copies = pictures === undefined ? [] : copiesAmong(labels, pictures);
  const spanning: Picture[] = [];
  const within = byClass.map(() => [] as Picture[]);
  const isCopied = new Uint8Array(labels.length);
  for (const picture of copies) {
    for (const image of picture) isCopied[image] = 1;
    const label = labels[picture[0] ?? -1] ?? -1;
    const isWithin = picture.every((image) => labels[image] === label);
    (isWithin ? within[label] : spanning)?.push(picture);
  }
  return { spanning, within, single: byClass.map((images) => images.filter((image) => isCopied[image] === 0)) };
}

/** The pictures that several of the labelled images show: the images of each, ascending. */
export function copiesAmong(labels: Int32Array, pictures: ArrayLike<string | number>): number[][] {
  const firstOf = new Map<string | number, number>();
  const copies = new Map<number, number[]>();
  labels.forEach((label, image) => {
    if (label < 0) return;
    const picture = pictures[image] ?? '';
    const first = firstOf.get(picture);
    if (first === undefined) firstOf.set(picture, image);
    else if (copies.get(first)?.push(image) === undefined) copies.set(first, [first, image]);
  });
  return [...copies.values()];
}

/**
 * Divides n images by largest remainders (Hamilton's method), then gives every subset at least one image, taken from the
 * largest subset. If there are fewer images than subsets, the first subsets get one each.
 */
function apportion(n: number, shares: readonly number[]): number[] {
  if (n < shares.length) return shares.map((_, i) => (i < n ? 1 : 0));
  const counts = shares.map((share) => Math.floor(n * share + 1e-9));
  const remainder = (i: number) => n * (shares[i] ?? 0) - (counts[i] ?? 0);
  const byRemainder = [...counts.keys()].sort((a, b) => remainder(b) - remainder(a) || a - b);
  const left = n - sum(counts);
  for (const i of byRemainder.slice(0, left)) add(counts, i, 1);
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] !== 0) continue;
    add(counts, counts.indexOf(largest(counts)), -1);
    counts[i] = 1;
  }
  return counts;
}

/** What the subsets still lack, without those that have too many, cut to `total` images at the largest. */
function trimmed(wanted: readonly number[], total: number): number[] {
  const sizes = wanted.map((count) => Math.max(0, count));
  for (let excess = sum(sizes) - total; excess > 0; excess--) add(sizes, sizes.indexOf(largest(sizes)), -1);
  return sizes;
}

function add(counts: number[] | undefined, i: number, amount: number): void {
  if (counts !== undefined) counts[i] = (counts[i] ?? 0) + amount;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
