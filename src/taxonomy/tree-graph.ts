/**
 * The tree while it is checked and reshaped: a graphology graph. The key of a node is the path that it was added with, so
 * that it keeps its identity while merging changes names and parents.
 */
import { DirectedGraph } from 'graphology';
import { asId, asRank, type Taxon } from '../formats/taxon.js';
import type { Place } from './findings.js';
import { nameFlaw, SEPARATOR } from './names.js';
import type { PlacedLineage, PlacedName } from './reading.js';

/** A name with its id and its rank. */
interface Named extends Taxon {
  readonly name: string;
}

export interface GraphNode {
  name: string;
  id: string | undefined;
  rank: string | undefined;
  /** What was at the upper end of the chain that was merged into this node; undefined if nothing was merged. */
  upper: Named | undefined;
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
    id: undefined,
    rank: undefined,
    upper: undefined,
    label: undefined,
    isBiological: true,
    isSound: true,
    at: { where: '', order: 0 },
  });
  // Keys are long: they are made once for each node, and found by the names of the children.
  const childrenOf = new Map<string, Map<string, string>>([[TOP, new Map()]]);
  for (const { label, names, isBiological = true } of lineages) {
    let key = TOP;
    for (const { name, at, ...written } of names) {
      const [id, rank] = [asId(written.id), asRank(written.rank)];
      const siblings = childrenOf.get(key);
      let child = siblings?.get(name);
      if (child === undefined) {
        child = key + SEPARATOR + name;
        const isSound = tree.getNodeAttribute(key, 'isSound') && nameFlaw(name) === undefined;
        // A name with the separator in it can lead to a key that exists.
        if (!tree.hasNode(child)) {
          tree.addNode(child, { name, id, rank, upper: undefined, label: undefined, isBiological: true, isSound, at });
          tree.addDirectedEdge(key, child);
          childrenOf.set(child, new Map());
        }
        siblings?.set(name, child);
      }
      // A lineage may leave out what another one says.
      if (id !== undefined) tree.setNodeAttribute(child, 'id', id);
      if (rank !== undefined) tree.setNodeAttribute(child, 'rank', rank);
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
    const { name, id, rank } = tree.getNodeAttributes(key);
    tree.setNodeAttribute(child, 'upper', { name, id, rank });
    tree.dropNode(key);
    tree.addDirectedEdge(parent, child);
  }
  tree.forEachNode((parent) => {
    nameApart(tree, tree.outNeighbors(parent));
  });
}

/** Gives siblings with the same name their upper names, ids and ranks, which were different before anything was merged. */
function nameApart(tree: TreeGraph, siblings: readonly string[]): void {
  const named = new Map<string, string[]>();
  const shared: string[] = [];
  const add = (key: string, name: string) => {
    const others = named.get(name);
    if (others === undefined) named.set(name, [key]);
    else if (others.push(key) === 2) shared.push(name);
  };
  for (const key of siblings) add(key, tree.getNodeAttribute(key, 'name'));
  for (let name = shared.pop(); name !== undefined; name = shared.pop()) {
    const keys = named.get(name) ?? [];
    const uppers = keys.map((key): Named | undefined => tree.getNodeAttribute(key, 'upper'));
    const keepsName = (upper: Named | undefined): boolean => upper === undefined || upper.name === name;
    named.set(
      name,
      keys.filter((_, i) => keepsName(uppers[i])),
    );
    for (const [i, key] of keys.entries()) {
      const upper = uppers[i];
      if (upper === undefined || keepsName(upper)) continue;
      tree.mergeNodeAttributes(key, upper);
      add(key, upper.name);
    }
  }
}
