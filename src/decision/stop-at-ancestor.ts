/** "Some copepod" instead of a guess at the species: a decision that goes up the tree until it is confident enough. */
import { CladenetError, type Problem } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { decideLeaves } from './decide-leaves.js';
import { sumUpwards } from './node-probabilities.js';
import { countImages, type Probabilities } from './probabilities.js';
import { indexTree } from './tree-index.js';

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
   * Why the decision goes no deeper: the next node on the lineage of `leaf`, whose probability is below the threshold.
   * Null where the class itself reaches the threshold.
   */
  readonly doubted: NodeChance | null;
}

/** Options of {@link stopAtAncestor}. */
export interface StopOptions {
  /**
   * The lowest probability of a node to decide on it. At 0 every class is kept; above 1 only the root is left. A value
   * from `calibrateStop` guarantees an accuracy.
   */
  readonly threshold: number;
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
  { threshold, leaves }: StopOptions,
): StoppedDecision[] {
  const tree = indexTree(taxonomy, classes);
  const images = countImages(probabilities, classes.length);
  refuse([...thresholdProblems(threshold), ...leavesProblems(leaves, images, classes.length)]);
  const starts = leaves ?? decideLeaves(probabilities, classes);
  const values = new Float64Array(tree.paths.length);
  const chance = (v: number) => ({ path: tree.paths[v] as string, probability: probabilityOf(values, v) });
  return Array.from(starts, (column, image) => {
    sumUpwards(tree, probabilities, image, values);
    let below = -1;
    let node = tree.leaf[column] as number;
    while (node > 0 && probabilityOf(values, node) < threshold) {
      below = node;
      node = tree.parent[node] as number;
    }
    return {
      ...chance(node),
      depth: tree.depth[node] as number,
      leaf: classes[column] as string,
      doubted: below < 0 ? null : chance(below),
    };
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

function thresholdProblems(threshold: number): Problem[] {
  if (threshold >= 0 && threshold < Number.POSITIVE_INFINITY) return [];
  return [{ where: 'threshold', expected: 'a number of 0 or more', received: `${threshold}` }];
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'The nodes to stop at cannot be found.', problems);
}
