/** One node for a set of classes: the root of the smallest sub-tree that contains all of them. */
import { CladenetError, type Problem } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { indexTree, lowestCommonAncestor } from './tree-index.js';

/** The smallest sub-tree that covers a set of classes. */
export interface Subtree {
  /** The path of the node; for a set of one class, its leaf. */
  readonly path: string;
  /** Edges from the root. */
  readonly depth: number;
}

/**
 * The smallest sub-tree that covers each set of classes: that of the lowest common ancestor of their leaves. It contains
 * the true class whenever the set does.
 * @param sets    indices into `classes`, at least one each
 * @param classes the taxonomy's classes in any order
 * @throws CladenetError `EVALUATION` for classes that are not the taxonomy's, for empty sets, and for indices out of range
 */
export function smallestSubtrees(
  sets: readonly Int32Array[],
  classes: readonly string[],
  taxonomy: Taxonomy,
): Subtree[] {
  const tree = indexTree(taxonomy, classes);
  const problems = sets.flatMap((set, i) => setProblems(set, `sets[${i}]`, classes.length));
  if (problems.length > 0)
    throw new CladenetError('EVALUATION', 'The smallest sub-trees of these sets cannot be found.', problems);
  return sets.map((set) => {
    // In pre-order the leaves between two others are below the common ancestor of those two.
    let first = tree.paths.length;
    let last = -1;
    for (const c of set) {
      first = Math.min(first, tree.leaf[c] as number);
      last = Math.max(last, tree.leaf[c] as number);
    }
    const node = lowestCommonAncestor(tree, first, last);
    return { path: tree.paths[node] as string, depth: tree.depth[node] as number };
  });
}

function setProblems(set: Int32Array, where: string, k: number): Problem[] {
  if (set.length === 0) return [{ where, expected: 'at least one class', received: 'none' }];
  const wrong = set.find((c) => !Number.isInteger(c) || c < 0 || c >= k);
  if (wrong === undefined) return [];
  return [{ where, expected: `indices of the ${k} classes`, received: `${wrong}` }];
}
