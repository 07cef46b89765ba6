/** The result of every clustering method: groups of classes, and the merges that formed them. */

/** Two groups (or single classes) that became one. */
export interface Merge {
  /** The class of the first group whose name comes first in code point order. */
  readonly a: string;
  /** The same for the second group; from here on the merged group is called `a`. */
  readonly b: string;
  /** The similarity at which they merged, on the scale of beta. */
  readonly height: number;
}

/** Groups of classes, and the merges that led to them. */
export interface Grouping {
  /** All classes, in the order of the confusion matrix. */
  readonly classes: readonly string[];
  /** Every class is in one group; single classes are groups, too. Ordered by first class, in the order of `classes`. */
  readonly groups: readonly (readonly string[])[];
  /** From the most similar to the least; empty for methods without merges (k-means, spectral). */
  readonly merges: readonly Merge[];
  /** The classes in groups of one, in the order of `classes`. */
  readonly alone: readonly string[];
}

/** A grouping of classes by number, as the methods compute it. */
export interface Partition {
  /** For each class the number of its group. */
  readonly groupOf: Int32Array;
  readonly merges: readonly {
    /** The lowest class of each of the two groups; a < b. */
    readonly a: number;
    readonly b: number;
    readonly height: number;
  }[];
}

/**
 * The grouping of a partition, by class names.
 * @param order for each number of the partition the index of its class
 */
export function toGrouping(classes: readonly string[], order: Int32Array, { groupOf, merges }: Partition): Grouping {
  const name = (i: number): string => classes[order[i] as number] as string;
  const groupOfClass = new Int32Array(classes.length);
  order.forEach((c, i) => {
    groupOfClass[c] = groupOf[i] as number;
  });
  const groups = new Map<number, string[]>();
  classes.forEach((member, c) => {
    const group = groupOfClass[c] as number;
    const members = groups.get(group);
    if (members === undefined) groups.set(group, [member]);
    else members.push(member);
  });
  const lists = [...groups.values()];
  return {
    classes,
    groups: lists,
    merges: merges.map(({ a, b, height }) => ({ a: name(a), b: name(b), height })),
    alone: lists.flatMap((members) => (members.length === 1 ? members : [])),
  };
}

/** For each class the lowest class of its group, from merges that each keep the lower number. */
export function lowestMembers(n: number, merges: Partition['merges']): Int32Array {
  const lowest = Int32Array.from({ length: n }, (_, i) => i);
  for (const { a, b } of merges) lowest[b] = a;
  // A class points at a lower one, which is already resolved.
  for (let i = 0; i < n; i++) lowest[i] = lowest[lowest[i] as number] as number;
  return lowest;
}
