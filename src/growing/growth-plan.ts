/** Which decisions of a tree a new taxonomy changes, by the classes below each node's children and not by names. */

import type { NodeDescription } from '../classifier/schema.js';
import type { DecidingNode } from '../taxonomy/nodes.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';

/** A node that separates the same sets of classes as one of the old tree, and keeps its weights. */
export interface KeptNode extends DecidingNode {
  /** The node in the old tree, whose path may differ. */
  readonly from: NodeDescription;
  /** For each child, the index of the same child in the old node. Children are sorted by name. */
  readonly order: readonly number[];
}

/** A node that decides differently from every node of the old tree. */
export interface ChangedNode extends DecidingNode {
  /** The old node with the same path. */
  readonly before: NodeDescription | undefined;
  /** Classes that are now below it and were not before, and those that were and no longer are. */
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/** The nodes that a changed taxonomy keeps, and those that it changes. */
export interface GrowthPlan {
  /** Both in pre-order of the new taxonomy. */
  readonly kept: readonly KeptNode[];
  readonly changed: readonly ChangedNode[];
  /** Classes that the old tree does not know. */
  readonly added: readonly string[];
}

/**
 * Compares two taxonomies by the classes below each node's children, independently of names and positions. A node above a class that
 * joined by a prototype was not trained on it, and counts as changed.
 *
 * @param before the taxonomy of a tree
 * @param nodes  the nodes of the tree that decide
 * @param after  the new taxonomy
 */
export function planGrowth(before: Taxonomy, nodes: readonly NodeDescription[], after: Taxonomy): GrowthPlan {
  const untaught = new Set(nodes.flatMap(({ prototypes = [] }) => prototypes.map(({ name }) => name)));
  const taught = nodes.filter(({ path }) => !before.classesBelow(path).some((name) => untaught.has(name)));
  const byDecision = new Map(taught.map((node) => [decisionOf(before, node.children), node]));
  const byPath = new Map(nodes.map((node) => [node.path, node]));
  const kept: KeptNode[] = [];
  const changed: ChangedNode[] = [];
  for (const { path, children } of after.decidingNodes()) {
    const from = byDecision.get(decisionOf(after, children));
    if (from !== undefined) {
      const old = from.children.map((child) => classSet(before, child));
      kept.push({ path, children, from, order: children.map((child) => old.indexOf(classSet(after, child))) });
      continue;
    }
    const then = byPath.get(path);
    const had = new Set(then === undefined ? [] : before.classesBelow(path));
    const has = new Set(after.classesBelow(path));
    const gained = then === undefined ? [] : [...has].filter((name) => !had.has(name));
    changed.push({ path, children, before: then, gained, lost: [...had].filter((name) => !has.has(name)) });
  }
  const known = new Set(before.classes);
  return { kept, changed, added: after.classes.filter((name) => !known.has(name)) };
}

/** A key that is equal for nodes that separate the same sets of classes. */
const decisionOf = (taxonomy: Taxonomy, children: readonly string[]): string =>
  JSON.stringify(children.map((child) => classSet(taxonomy, child)).sort());

const classSet = (taxonomy: Taxonomy, path: string): string => JSON.stringify([...taxonomy.classesBelow(path)].sort());
