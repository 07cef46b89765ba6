/**
 * Composes the outputs of a tree's nodes into one leaf-probability matrix, so that all classifiers look the same: the
 * probability of a node is the sum of its leaves', and decisions follow from the matrix.
 */
import { CladenetError, type Problem } from '../../errors.js';
import { printPath } from '../../taxonomy/names.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';

/** The conditional probabilities p(child | node) of one node: [images x children], children in the taxonomy's order. */
export interface NodeDecision {
  readonly path: string;
  readonly conditional: Float32Array;
}

/**
 * The product of the conditionals along each leaf's lineage: p(leaf) = prod p(child | node). Rows sum to 1 when the
 * conditionals do.
 *
 * @param decisions one for each node with two children or more
 * @param classes   the order of the columns: the taxonomy's classes, in any order
 * @returns images x classes, row-major
 * @throws CladenetError EVALUATION when decisions or classes do not fit the taxonomy
 */
export function composeProduct(
  taxonomy: Taxonomy,
  classes: readonly string[],
  decisions: readonly NodeDecision[],
  images: number,
): Float32Array {
  const columns = new Map(classes.map((name, column) => [name, column]));
  const byPath = new Map(decisions.map(({ path, conditional }) => [path, conditional]));
  requireFit(taxonomy, columns, byPath, images);
  /** Probability of reaching a node, for each image. */
  const reach = new Map<string, Float32Array>([[taxonomy.root, new Float32Array(images).fill(1)]]);
  const leaves = new Float32Array(images * classes.length);
  for (const node of taxonomy.nodes()) {
    const arrived = reach.get(node.path) as Float32Array;
    reach.delete(node.path);
    if (node.label !== undefined) {
      const column = columns.get(node.label) ?? 0;
      for (let i = 0; i < images; i++) leaves[i * classes.length + column] = arrived[i] ?? 0;
      continue;
    }
    const width = node.children.length;
    const conditional = byPath.get(node.path);
    node.children.forEach((child, k) => {
      const next = arrived.slice();
      // A node with one child has nothing to decide and needs no classifier.
      if (conditional !== undefined)
        for (let i = 0; i < images; i++) next[i] = (arrived[i] ?? 0) * (conditional[i * width + k] ?? 0);
      reach.set(child, next);
    });
  }
  return leaves;
}

function requireFit(
  taxonomy: Taxonomy,
  columns: ReadonlyMap<string, number>,
  decisions: ReadonlyMap<string, Float32Array>,
  images: number,
): void {
  const problems: Problem[] = [];
  for (const { path, label, children } of taxonomy.nodes()) {
    if (label !== undefined && !columns.has(label)) {
      problems.push({ where: 'classes', expected: `the class '${label}' of the taxonomy`, received: 'none' });
    }
    const conditional = decisions.get(path);
    const expected = `${images} x ${children.length} probabilities`;
    const where = `decision of ${printPath(path)}`;
    if (conditional === undefined) {
      if (children.length > 1) problems.push({ where, expected, received: 'none' });
    } else if (conditional.length !== images * children.length) {
      problems.push({ where, expected, received: `${conditional.length} numbers` });
    }
  }
  const known = new Set(taxonomy.classes);
  for (const name of columns.keys()) {
    if (known.has(name)) continue;
    problems.push({
      where: `class '${name}'`,
      expected: 'a class of the taxonomy',
      received: 'one that it does not have',
    });
  }
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'These decisions cannot be composed', problems);
}
