/**
 * The tree while it is being checked and reshaped: a graphology graph whose keys are the paths at which the nodes were
 * born, so that nodes keep their identity while merging changes their names and parents.
 */
import { DirectedGraph } from 'graphology';
import type { Place } from './findings.js';
import { nameFlaw, SEPARATOR } from './names.js';
import type { PlacedLineage, PlacedName } from './reading.js';

export interface GrownNode {
  name: string;
  /** The name at the upper end of the chain that was merged into this node: its own where nothing was merged. */
  upper: string;
  /** The class of a leaf. */
  label: string | undefined;
  /** Whether all names down to this one can be names. */
  isSound: boolean;
  /** Where the node is first named. */
  at: Place;
}

export type TreeGraph = DirectedGraph<GrownNode>;

/** The key of the node above all tops. It is the root if there are several tops, otherwise the only top is. */
export const SEED = '';

export function keyOf(names: readonly PlacedName[]): string {
  return names.map(({ name }) => SEPARATOR + name).join('');
}

/** The path at which the node of a key was born. */
export function birthPath(key: string): string {
  return key.slice(SEPARATOR.length);
}

/** Grows the tree of all the lineages, however wrong they are: the checks want to see every one of them. */
export function buildGraph(lineages: readonly PlacedLineage[]): TreeGraph {
  const tree: TreeGraph = new DirectedGraph<GrownNode>();
  tree.addNode(SEED, { name: '', upper: '', label: undefined, isSound: true, at: { where: '', order: 0 } });
  for (const { label, names } of lineages) {
    let key = SEED;
    for (const { name, at } of names) {
      const child = key + SEPARATOR + name;
      if (!tree.hasNode(child)) {
        const isSound = tree.getNodeAttribute(key, 'isSound') && nameFlaw(name) === undefined;
        tree.addNode(child, { name, upper: name, label: undefined, isSound, at });
        tree.addDirectedEdge(key, child);
      }
      key = child;
    }
    if (label !== undefined) tree.setNodeAttribute(key, 'label', label);
  }
  return tree;
}

/**
 * Merges every node that has a single child, and that `merge` agrees to, into that child: the child takes its place.
 * The child keeps its own name; where that would give two siblings the same name it takes the merged node's.
 */
export function mergeChains(tree: TreeGraph, merge: (key: string) => boolean): void {
  // Nodes are listed in the order they were added, parents first; from the back, chains shrink from their lower end.
  for (const key of tree.nodes().reverse()) {
    const [child, second] = tree.outNeighbors(key);
    const [parent] = tree.inNeighbors(key);
    if (parent === undefined || child === undefined || second !== undefined || !merge(key)) continue;
    tree.setNodeAttribute(child, 'upper', tree.getNodeAttribute(key, 'name'));
    tree.dropNode(key);
    tree.addDirectedEdge(parent, child);
  }
  tree.forEachNode((parent) => {
    nameApart(tree, tree.outNeighbors(parent));
  });
}

/** Gives siblings of one name their upper names, which are those that siblings had before anything was merged. */
function nameApart(tree: TreeGraph, siblings: readonly string[]): void {
  for (let settled = false; !settled; ) {
    const count = new Map<string, number>();
    for (const key of siblings) {
      const name = tree.getNodeAttribute(key, 'name');
      count.set(name, (count.get(name) ?? 0) + 1);
    }
    settled = true;
    for (const key of siblings) {
      const { name, upper } = tree.getNodeAttributes(key);
      if (name === upper || count.get(name) === 1) continue;
      tree.setNodeAttribute(key, 'name', upper);
      settled = false;
    }
  }
}
