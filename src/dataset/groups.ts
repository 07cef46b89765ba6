/**
 * Deals groups of images (samples, acquisitions, cruises) to subsets whole, so that a classifier is tested on groups that it was
 * not trained on. Images of one sample resemble each other: a random split tests on more than a new sample would offer.
 */
import { smallest } from '../arrays.js';
import { random } from '../random.js';

/**
 * The unit of each image: images that have an equal value in any of the columns are in one unit, and so are those that others
 * connect. An empty text is no value.
 *
 * @returns numbers from 0, in the order of the first image of each unit
 */
export function unitsOf(columns: readonly ArrayLike<string | number>[], count: number): Int32Array {
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const top = (i: number): number => {
    let at = i;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at] as number] as number;
      at = parent[at] as number;
    }
    return at;
  };
  for (const column of columns) {
    const firstOf = new Map<string | number, number>();
    for (let i = 0; i < count; i++) {
      const value = column[i] ?? '';
      if (value === '') continue;
      const first = firstOf.get(value);
      if (first === undefined) firstOf.set(value, i);
      else {
        const [a, b] = [top(first), top(i)];
        parent[Math.max(a, b)] = Math.min(a, b);
      }
    }
  }
  const numbers = new Map<number, number>();
  return Int32Array.from({ length: count }, (_, i) => {
    const own = top(i);
    const known = numbers.get(own) ?? numbers.size;
    numbers.set(own, known);
    return known;
  });
}

export interface GroupDeal {
  /** The class of each image; -1 for an image that is not dealt. */
  readonly labels: Int32Array;
  readonly classCount: number;
  /** The group of each image. */
  readonly units: Int32Array;
  /** The shares of the subsets, which add up to 1. */
  readonly shares: readonly number[];
  readonly seed: number;
  /** Whether a class that is in one group only must be in the first subset, which is trained on. */
  readonly keepsClasses: boolean;
}

interface Group {
  readonly unit: number;
  readonly size: number;
  /** Images of each class that it has. */
  readonly counts: ReadonlyMap<number, number>;
}

/**
 * The subset of each image as an index into `shares`; -1 for an image that is not dealt.
 *
 * Groups go one by one, the largest first, equal ones at random, to the subset where they bring the classes nearest to their
 * shares: the sum over classes of the squared distance of the number of images from the wanted one, divided by the images of
 * the class. No subset stays empty as long as there are as many groups.
 */
export function dealGroups({ labels, classCount, units, shares, seed, keepsClasses }: GroupDeal): Int8Array {
  const groups = groupsOf(labels, units);
  const totals = new Float64Array(classCount);
  const groupsWith = new Int32Array(classCount);
  for (const { counts } of groups) {
    for (const [label, count] of counts) {
      totals[label] = (totals[label] ?? 0) + count;
      groupsWith[label] = (groupsWith[label] ?? 0) + 1;
    }
  }
  const found = shares.map(() => new Float64Array(classCount));
  const subsetOf = new Map<Group, number>();
  const members = shares.map(() => 0);
  const move = (group: Group, to: number) => {
    const from = subsetOf.get(group);
    for (const [subset, sign] of [
      [from, -1],
      [to, 1],
    ] as const) {
      const own = found[subset ?? -1];
      if (own === undefined || subset === undefined) continue;
      members[subset] = (members[subset] ?? 0) + sign;
      for (const [label, count] of group.counts) own[label] = (own[label] ?? 0) + sign * count;
    }
    subsetOf.set(group, to);
  };
  /** How much farther from their shares the classes are with a group in a subset. */
  const cost = ({ counts }: Group, subset: number): number => {
    let sum = 0;
    for (const [label, count] of counts) {
      const total = totals[label] ?? 1;
      const lacking = (shares[subset] ?? 0) * total - (found[subset]?.[label] ?? 0);
      sum += (count * (count - 2 * lacking)) / total;
    }
    return sum;
  };
  const isNeeded = ({ counts }: Group) => keepsClasses && [...counts.keys()].some((label) => groupsWith[label] === 1);
  const shuffled = random('split', seed, 'groups').shuffle([...groups]);
  for (const group of shuffled.sort((a, b) => b.size - a.size)) {
    const costs = shares.map((_, subset) => cost(group, subset));
    move(group, isNeeded(group) ? 0 : costs.indexOf(smallest(costs)));
  }
  const smallestFirst = [...shuffled].reverse();
  if (keepsClasses) {
    for (let label = 0; label < classCount; label++) {
      if ((totals[label] ?? 0) === 0 || (found[0]?.[label] ?? 0) > 0) continue;
      const group = smallestFirst.find(({ counts }) => counts.has(label));
      if (group !== undefined) move(group, 0);
    }
  }
  for (let subset = 0; subset < shares.length; subset++) {
    if ((members[subset] ?? 0) > 0) continue;
    const isSpare = (group: Group) => {
      const from = subsetOf.get(group) ?? 0;
      if ((members[from] ?? 0) < 2) return false;
      const own = found[from];
      return from !== 0 || !keepsClasses || [...group.counts].every(([label, count]) => (own?.[label] ?? 0) > count);
    };
    const spare = smallestFirst.find(isSpare);
    if (spare !== undefined) move(spare, subset);
  }
  const byUnit = new Map([...subsetOf].map(([{ unit }, subset]) => [unit, subset]));
  return Int8Array.from(labels, (label, i) => (label < 0 ? -1 : (byUnit.get(units[i] ?? -1) ?? -1)));
}

function groupsOf(labels: Int32Array, units: Int32Array): readonly Group[] {
  const counts = new Map<number, Map<number, number>>();
  labels.forEach((label, i) => {
    if (label < 0) return;
    const unit = units[i] ?? -1;
    const own = counts.get(unit) ?? new Map<number, number>();
    counts.set(unit, own);
    own.set(label, (own.get(label) ?? 0) + 1);
  });
  return Array.from(counts, ([unit, own]) => {
    return { unit, counts: own, size: [...own.values()].reduce((sum, count) => sum + count, 0) };
  });
}
