/** Groups for display: named, largest first, with members that merged early side by side. */
import { append } from '../arrays.js';
import { byCodePoint } from '../order.js';
import { nameGroups } from './group-names.js';
import type { Grouping } from './grouping.js';

/** A group of two classes or more. */
export interface NamedGroup {
  /** The name of its node in the taxonomy of the groups. */
  readonly name: string;
  readonly classes: readonly string[];
}

/**
 * The groups of two or more classes, largest first, each with the name of its node in `groupTaxonomy`. Their classes are in
 * an order in which a dendrogram of the merges has no crossing lines; without merges in the order of the confusion matrix.
 */
export function namedGroups(grouping: Grouping): NamedGroup[] {
  const groups = grouping.groups.filter((members) => members.length > 1);
  const names = nameGroups(groups, grouping.classes);
  // A merged group is called by its first class in code point order, under which its classes are gathered here.
  const gathered = new Map(grouping.classes.map((name) => [name, [name]]));
  for (const { a, b } of grouping.merges) append(gathered.get(a) ?? [], gathered.get(b) ?? []);
  const inOrder = (members: readonly string[]): readonly string[] => {
    const merged = gathered.get(members.toSorted(byCodePoint)[0] as string);
    return merged?.length === members.length ? merged : members;
  };
  return groups
    .map((members, g) => ({ name: names[g] as string, classes: inOrder(members) }))
    .sort((x, y) => y.classes.length - x.classes.length);
}
