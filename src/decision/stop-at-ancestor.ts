/** "Some copepod" instead of a guess at the species: a decision that goes up the tree until it is confident enough. */
import { CladenetError, type Problem } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { decideLeaves } from './decide-leaves.js';
import { nodeInformation } from './node-information.js';
import { sumUpwards } from './node-probabilities.js';
import { countImages, type Probabilities } from './probabilities.js';
import { type Descent, descend, ruleProblems, type StopRule, stopAt } from './stop-rules.js';
import { indexTree, type TreeIndex } from './tree-index.js';

/** A node and its probability. */
export interface NodeChance {
  readonly path: string;
  /** The probability that the true class lies below the node, or is it. */
  readonly probability: number;
}

/** One image's decision: a node, which may be a leaf. */
export interface StoppedDecision extends NodeChance {
  /** Edges from the root. */
  readonly depth: number;
  /** The class that the walk started from. */
  readonly leaf: string;
  /**
   * Why the decision goes no deeper: the next node on the lineage of `leaf` that the rule could have decided on. Null where
   * the class itself reaches the threshold.
   */
  readonly doubted: NodeChance | null;
}

/** Options of {@link stopAtAncestor}. */
export interface StopOptions {
  /**
   * The lowest probability of a node to decide on it; with `rule: 'information'` the weight of being right against saying more.
   * At 0 every class is kept; above 1 only the root is left. A value from `calibrateStop` for the same rule guarantees an
   * accuracy. A list has one value for each class, in the order of the matrix's columns, for the walks that start from it (see
   * `chooseClassThresholds`).
   */
  readonly threshold: number | readonly number[];
  /**
   * `probability` (default): the deepest node that is probable enough. `information`: the node with the largest
   * (1 - threshold) · information + threshold · probability, which keeps the most information for the same share of right
   * decisions. `rejection`: the class where it is probable enough, else the root.
   */
  readonly rule?: StopRule | undefined;
  /**
   * The class that the walk of each image starts from, as an index into the classes. Default: the most probable one. With
   * the classes of `greedyDescent`, a threshold above 0.5 gives the deepest of all nodes that reach it, not only of those
   * on one lineage.
   */
  readonly leaves?: Int32Array | undefined;
}

/**
 * Decides on the deepest node that is probable enough: from the class of each image up its lineage to the first node whose
 * probability is at least `threshold`, at the latest the root. Probabilities never fall on the way up (that of a node is the
 * sum over its leaves, at most 1), so a higher threshold gives the same node or one of its ancestors.
 * @param probabilities images × classes, row-major
 * @param classes       the matrix's columns: the taxonomy's classes in any order
 * @returns one decision per image
 * @throws CladenetError `EVALUATION` when classes, taxonomy, matrix, threshold and leaves do not fit together
 * @example
 * ```ts
 * import { stopAtAncestor, Taxonomy } from 'cladenet';
 *
 * const taxonomy = Taxonomy.fromLineages([
 *   { label: 'calanoid', lineage: ['Copepod', 'calanoid'] },
 *   { label: 'cyclopoid', lineage: ['Copepod', 'cyclopoid'] },
 *   { label: 'diatom', lineage: ['diatom'] },
 * ]);
 * const classes = ['calanoid', 'cyclopoid', 'diatom'];
 * const [decision] = stopAtAncestor(Float64Array.of(0.5, 0.4, 0.1), classes, taxonomy, { threshold: 0.8 });
 * decision?.path; // => Copepod
 * decision?.leaf; // => calanoid
 * ```
 */
export function stopAtAncestor(
  probabilities: Probabilities,
  classes: readonly string[],
  taxonomy: Taxonomy,
  { threshold, leaves, rule = 'probability' }: StopOptions,
): StoppedDecision[] {
  const tree = indexTree(taxonomy, classes);
  const images = countImages(probabilities, classes.length);
  const k = classes.length;
  refuseStop([...thresholdProblems(threshold, k), ...ruleProblems('rule', rule), ...leavesProblems(leaves, images, k)]);
  const starts = leaves ?? decideLeaves(probabilities, classes);
  const decisions: StoppedDecision[] = [];
  forEachDescent(tree, probabilities, starts, rule, (descent, image, probability) => {
    const chance = (v: number) => ({ path: tree.paths[v] as string, probability: probability(v) });
    const at = stopAt(descent, thresholdOf(threshold, starts[image] as number));
    const node = descent.nodes[at] as number;
    const below = descent.nodes[at + 1];
    decisions.push({
      ...chance(node),
      depth: tree.depth[node] as number,
      leaf: classes[starts[image] as number] as string,
      doubted: below === undefined ? null : chance(below),
    });
  });
  return decisions;
}

/**
 * Calls `use` with the descent of each image by a rule, and with the probabilities of its nodes.
 * @param starts the class that the descent of each image leads to, as a column of the matrix
 */
export function forEachDescent(
  tree: TreeIndex,
  probabilities: Probabilities,
  starts: Int32Array,
  rule: StopRule,
  use: (descent: Descent, image: number, probability: (node: number) => number) => void,
): void {
  const information = nodeInformation(tree);
  const values = new Float64Array(tree.paths.length);
  const probability = (node: number) => probabilityOf(values, node);
  starts.forEach((column, image) => {
    sumUpwards(tree, probabilities, image, values);
    use(descend(rule, { tree, information, probability, leaf: tree.leaf[column] as number }), image, probability);
  });
}

/** The probability of a node, at most 1: a sum of rounded values may exceed it. */
export function probabilityOf(values: Float64Array, v: number): number {
  return Math.min(1, values[v] as number);
}

/** Everything wrong with the classes that the walks start from. */
function leavesProblems(leaves: Int32Array | undefined, images: number, k: number): Problem[] {
  if (leaves === undefined) return [];
  const problems: Problem[] = [];
  if (leaves.length !== images) {
    problems.push({ where: 'leaves', expected: `${images} values, one per image`, received: `${leaves.length}` });
  }
  leaves.forEach((c, image) => {
    if (Number.isInteger(c) && c >= 0 && c < k) return;
    problems.push({ where: `leaves[${image}]`, expected: `an index of one of the ${k} classes`, received: `${c}` });
  });
  return problems;
}

/** The threshold of a walk from the class of this column. */
export const thresholdOf = (threshold: number | readonly number[], column: number): number =>
  typeof threshold === 'number' ? threshold : (threshold[column] as number);

export function thresholdProblems(threshold: StopOptions['threshold'], k: number): Problem[] {
  if (typeof threshold !== 'number') {
    if (threshold.length === k && threshold.every((value) => value >= 0)) return [];
    const received = `${threshold.length} values${threshold.length === k ? `, ${threshold.find((value) => !(value >= 0))} among them` : ''}`;
    return [{ where: 'threshold', expected: `a number of 0 or more for each of the ${k} classes`, received }];
  }
  if (threshold >= 0 && threshold < Number.POSITIVE_INFINITY) return [];
  return [{ where: 'threshold', expected: 'a number of 0 or more', received: `${threshold}` }];
}

/** @throws CladenetError `EVALUATION` listing all `problems`, if there are any */
export function refuseStop(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'The nodes to stop at cannot be found.', problems);
}
