/** Prediction sets that people can read: at most a few nodes of the tree that together contain the true class. */
import { CladenetError, type Problem } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { childrenOf } from './conditionals.js';
import { sumUpwards } from './node-probabilities.js';
import { countImages, type Probabilities } from './probabilities.js';
import { indexTree, isBelow, type TreeIndex } from './tree-index.js';

/** A set of classes as nodes, none below another. */
export interface NodeSet {
  /** Paths in pre-order. */
  readonly paths: readonly string[];
  /** How many classes lie below them. */
  readonly classes: number;
}

/** Options of {@link nodeSets}. */
export interface NodeSetOptions {
  /** The set grows while its probability is at most this. 0 gives the most probable class alone, 1 the root. */
  readonly quantile: number;
  /** The most nodes that a set may consist of. 1 gives a single node, at or above the most probable class. Default 3. */
  readonly nodes?: number | undefined;
}

/**
 * The smallest sets of nodes, in steps: from the most probable class, each step either takes one more class, if there are fewer
 * than `nodes` nodes, or climbs from a node to the next ancestor with more classes, whichever adds more probability for each
 * class that it adds. Siblings that are all there become their parent. The set grows while its probability is at most `quantile`.
 * With a quantile from `calibrateNodeSets` for as many nodes, a set contains the true class with the coverage chosen there.
 *
 * Split conformal prediction on nested sets (Gupta, Kuchibhotla & Ramdas, 2022) that are restricted in their number of
 * nodes as those of Mortier, Hüllermeier, Dembczyński & Waegeman, "Conformal prediction in hierarchical classification with
 * constrained representation complexity", 2025. Theirs are exact minima; these are greedy, and nested. Without a bound on the
 * nodes they are those of `conformalSets`.
 * @param probabilities images × classes, row-major
 * @param classes       the matrix's columns: the taxonomy's classes in any order
 * @throws CladenetError `EVALUATION` when classes, taxonomy, matrix and options do not fit together
 * @example
 * ```ts
 * import { nodeSets } from 'cladenet/decision';
 * import { Taxonomy } from 'cladenet/taxonomy';
 *
 * const taxonomy = Taxonomy.fromLineages([
 *   { label: 'calanoid', lineage: ['Copepod', 'calanoid'] },
 *   { label: 'cyclopoid', lineage: ['Copepod', 'cyclopoid'] },
 *   { label: 'diatom', lineage: ['diatom'] },
 *   { label: 'radiolarian', lineage: ['radiolarian'] },
 * ]);
 * const classes = ['calanoid', 'cyclopoid', 'diatom', 'radiolarian'];
 * const probabilities = Float64Array.of(0.5, 0.125, 0.25, 0.125);
 * nodeSets(probabilities, classes, taxonomy, { quantile: 0.6, nodes: 2 });
 * // => [ { paths: [ 'Copepod>calanoid', 'diatom' ], classes: 2 } ]
 * nodeSets(probabilities, classes, taxonomy, { quantile: 0.6, nodes: 1 });
 * // => [ { paths: [ 'Copepod' ], classes: 2 } ]
 * ```
 */
export function nodeSets(
  probabilities: Probabilities,
  classes: readonly string[],
  taxonomy: Taxonomy,
  { quantile, nodes = 3 }: NodeSetOptions,
): NodeSet[] {
  const tree = indexTree(taxonomy, classes);
  const images = countImages(probabilities, classes.length);
  const problems = nodesProblems(nodes);
  if (!(quantile >= 0 && quantile <= 1)) {
    problems.push({ where: 'quantile', expected: 'a number from 0 to 1', received: `${quantile}` });
  }
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'The sets of nodes cannot be formed.', problems);
  const counts = leavesBelow(tree);
  const values = new Float64Array(tree.paths.length);
  return Array.from({ length: images }, (_, image) => {
    sumUpwards(tree, probabilities, image, values);
    let set: readonly number[] = [];
    for (const grown of growing(tree, counts, values, nodes)) {
      // The set before this step says whether the step is taken.
      if (set.length > 0 && grown.before > quantile) break;
      set = grown.set;
    }
    return {
      paths: set.map((node) => tree.paths[node] as string),
      classes: set.reduce((sum, node) => sum + (counts[node] as number), 0),
    };
  });
}

export function nodesProblems(nodes: number): Problem[] {
  if (Number.isSafeInteger(nodes) && nodes >= 1) return [];
  return [{ where: 'nodes', expected: 'a positive integer', received: `${nodes}` }];
}

export function leavesBelow({ column, parent }: TreeIndex): Int32Array {
  const counts = Int32Array.from(column, (c) => (c < 0 ? 0 : 1));
  for (let v = counts.length - 1; v > 0; v--) {
    const above = parent[v] as number;
    counts[above] = (counts[above] as number) + (counts[v] as number);
  }
  return counts;
}

/** One set of the sequence, and the probability of the set before it. */
interface Grown {
  readonly set: readonly number[];
  readonly before: number;
}

/** The sets of one image, each containing the one before, from the most probable class to the root. */
export function* growing(
  tree: TreeIndex,
  counts: Int32Array,
  values: Float64Array,
  most: number,
): Generator<Grown, void> {
  // In falling order of probability; the sort is stable, so ties go to the first column.
  const ranked = Array.from(tree.leaf.keys())
    .sort((a, b) => (values[tree.leaf[b] as number] as number) - (values[tree.leaf[a] as number] as number))
    .map((c) => tree.leaf[c] as number);
  let set = [ranked[0] as number];
  let before = 0;
  yield { set, before };
  const probability = () => set.reduce((sum, node) => sum + (values[node] as number), 0);
  const within = (node: number, ancestor: number) => isBelow(tree, node, ancestor);
  while ((counts[set[0] as number] as number) < tree.leaf.length) {
    before = Math.min(1, probability());
    let [best, density] = [-1, -1];
    const consider = (node: number) => {
      const inside = set.filter((other) => within(other, node));
      const classes = inside.reduce((sum, other) => sum + (counts[other] as number), 0);
      const held = inside.reduce((sum, other) => sum + (values[other] as number), 0);
      const added = ((values[node] as number) - held) / ((counts[node] as number) - classes);
      if (added > density) [best, density] = [node, added];
    };
    if (set.length < most) {
      const next = ranked.find((leaf) => !set.some((node) => within(leaf, node)));
      if (next !== undefined) consider(next);
    }
    for (const node of set) {
      const larger = nextLarger(tree, counts, node);
      if (larger >= 0) consider(larger);
    }
    set = whole(tree, counts, [...set.filter((node) => !within(node, best)), best]);
    yield { set, before };
  }
}

/** The first ancestor with more classes. */
function nextLarger({ parent }: TreeIndex, counts: Int32Array, node: number): number {
  let above = parent[node] as number;
  while (above >= 0 && counts[above] === counts[node]) above = parent[above] as number;
  return above;
}

/** The same classes by as few nodes as possible, in pre-order: siblings that are all there become their parent. */
function whole(tree: TreeIndex, counts: Int32Array, set: readonly number[]): number[] {
  // A parent of a single child is the same set of classes: at the upper end of such a chain siblings are found, at the lower
  // one stands what the set says.
  const upper = (node: number): number => {
    const parent = tree.parent[node] as number;
    return parent >= 0 && counts[parent] === counts[node] ? upper(parent) : node;
  };
  const lower = (node: number): number => {
    const isChain = (tree.column[node] as number) < 0 && counts[node + 1] === counts[node];
    return isChain ? lower(node + 1) : node;
  };
  const inSet = new Set(set.map(upper));
  const pending = [...inSet];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const parent = tree.parent[node] as number;
    if (parent < 0 || !inSet.has(node)) continue;
    const children = childrenOf(tree, parent);
    if (!children.every((child) => inSet.has(child))) continue;
    for (const child of children) inSet.delete(child);
    inSet.add(upper(parent));
    pending.push(upper(parent));
  }
  return Array.from(inSet, lower).sort((a, b) => a - b);
}
