/**
 * The tree while it is checked and reshaped: a graphology graph. The key of a node is the path that it was added with, so
 * that it keeps its identity while merging changes names and parents.
 */
import { DirectedGraph } from 'graphology';
import type { Place } from './findings.js';
import { nameFlaw, SEPARATOR } from './names.js';
import type { PlacedLineage, PlacedName } from './reading.js';

export interface GraphNode {
  name: string;
  /** The name at the upper end of the chain that was merged into this node; its own if nothing was merged. */
  upper: string;
  /** The class of a leaf. */
  label: string | undefined;
  /** Whether the class of a leaf is one of organisms. */
  isBiological: boolean;
  /** Whether all names down to this one are valid. */
  isSound: boolean;
  /** Where the node is named first. */
  at: Place;
}

export type TreeGraph = DirectedGraph<GraphNode>;

/** The key of the node above all top nodes. It is the root if there are several; a single top node is the root itself. */
export const TOP = '';

export function keyOf(names: readonly PlacedName[]): string {
  return names.map(({ name }) => SEPARATOR + name).join('');
}

/** The path that the node of a key was added with. */
export function pathOfKey(key: string): string {
  return key.slice(SEPARATOR.length);
}

/** Builds the tree of all lineages, valid or not, so that the checks see every one of them. */
export function buildGraph(lineages: readonly PlacedLineage[]): TreeGraph {
  const tree: TreeGraph = new DirectedGraph<GraphNode>();
  tree.addNode(TOP, {
    name: '',
    upper: '',
    label: undefined,
    isBiological: true,
    isSound: true,
    at: { where: '', order: 0 },
  });
  for (const { label, names, isBiological = true } of lineages) {
    let key = TOP;
    for (const { name, at } of names) {
      const child = key + SEPARATOR + name;
      if (!tree.hasNode(child)) {
        const isSound = tree.getNodeAttribute(key, 'isSound') && nameFlaw(name) === undefined;
        tree.addNode(child, { name, upper: name, label: undefined, isBiological: true, isSound, at });
        tree.addDirectedEdge(key, child);
      }
      key = child;
    }
    if (label !== undefined) tree.mergeNodeAttributes(key, { label, isBiological });
  }
  return tree;
}

/**
 * Replaces every node with a single child, if `merge` accepts it, by that child. The child keeps its own name, or takes
 * the merged node's if two siblings would have the same name.
 */
export function mergeChains(tree: TreeGraph, merge: (key: string) => boolean): void {
  // Nodes are listed in the order in which they were added, parents first: read backwards, chains shrink from below.
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

/** Gives siblings with the same name their upper names, which were different before anything was merged. */
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
