/** Agreement of two groupings of the same classes. */
import { largest } from '../arrays.js';
import { CladenetError } from '../errors.js';
import type { Grouping } from './grouping.js';

/**
 * The adjusted Rand index (Hubert & Arabie, "Comparing partitions", 1985): how many of the pairs of classes that one
 * grouping puts together the other puts together, too, corrected for the agreement expected by chance from groups of these
 * sizes. 1 for equal groups, about 0 for unrelated ones; it can be negative. Two groupings that put no pair together are
 * equal.
 * @throws CladenetError `EVALUATION` when the groupings are not of the same classes; their order is free
 */
export function adjustedRandIndex(first: Grouping, second: Grouping): number {
  const known = new Set(second.classes);
  if (first.classes.length !== second.classes.length || !first.classes.every((name) => known.has(name))) {
    const name = first.classes.find((other) => !known.has(other));
    throw new CladenetError('EVALUATION', 'These groupings cannot be compared.', [
      {
        where: 'second.classes',
        expected: `the ${first.classes.length} classes of the first grouping, in any order`,
        received: name === undefined ? `${second.classes.length} classes` : `no '${name}'`,
      },
    ]);
  }
  const numbers = (grouping: Grouping): Int32Array => {
    const groupOf = new Map(grouping.groups.flatMap((members, g) => members.map((member) => [member, g] as const)));
    return Int32Array.from(first.classes, (member) => groupOf.get(member) ?? -1);
  };
  return adjustedRand(numbers(first), numbers(second));
}

/** The same from the number of each item's group. */
export function adjustedRand(first: Int32Array, second: Int32Array): number {
  const both = new Map<number, number>();
  const rows = new Map<number, number>();
  const columns = new Map<number, number>();
  const add = (counts: Map<number, number>, key: number): void => {
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  const width = 1 + largest(second, 0);
  first.forEach((a, i) => {
    const b = second[i] as number;
    add(both, a * width + b);
    add(rows, a);
    add(columns, b);
  });
  const together = pairs(both.values());
  const [inFirst, inSecond] = [pairs(rows.values()), pairs(columns.values())];
  const expected = (inFirst * inSecond) / ((first.length * (first.length - 1)) / 2);
  const greatest = (inFirst + inSecond) / 2;
  return greatest === expected ? 1 : (together - expected) / (greatest - expected);
}

function pairs(sizes: Iterable<number>): number {
  let sum = 0;
  for (const size of sizes) sum += (size * (size - 1)) / 2;
  return sum;
}
