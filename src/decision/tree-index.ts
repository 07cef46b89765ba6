/**
 * A taxonomy as flat arrays over its nodes in pre-order, joined to the columns of a probability matrix, so that loops over
 * thousands of images work on numbers instead of paths. They rely on two facts: a node comes
 * after its parent, and the sub-tree of a node is the run of nodes from it up to `end`.
 */
import { CladenetError, didYouMean, type Problem } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';

/** The nodes of a taxonomy as flat arrays. */
export interface TreeIndex {
  /** Path of each node, in pre-order; the root is node 0. */
  readonly paths: readonly string[];
  /** The parent of each node; -1 for the root. */
  readonly parent: Int32Array;
  /** One past the last node of each node's sub-tree: the children of `v` are `v + 1`, `end[v + 1]`, ... below `end[v]`. */
  readonly end: Int32Array;
  /** Edges from the root. */
  readonly depth: Int32Array;
  /** Edges down to the deepest leaf below. */
  readonly height: Int32Array;
  /** The column of each leaf's class; -1 for internal nodes. */
  readonly column: Int32Array;
  /** The node of each column's class. */
  readonly leaf: Int32Array;
}

/** Every difference between `classes`, the columns of a matrix, and the classes of `taxonomy`; their order is free. */
export function classProblems(classes: readonly string[], taxonomy: Taxonomy): Problem[] {
  const problems: Problem[] = [];
  const inTree = new Set(taxonomy.classes);
  const seen = new Set<string>();
  classes.forEach((name, i) => {
    if (!inTree.has(name)) {
      problems.push({
        where: `classes[${i}]`,
        expected: 'a class of the taxonomy',
        received: `'${name}'`,
        remedy: didYouMean(name, inTree),
      });
    }
    seen.add(name);
  });
  for (const name of taxonomy.classes) {
    if (seen.has(name)) continue;
    problems.push({
      where: 'classes',
      expected: `the taxonomy's class '${name}'`,
      received: 'no such class',
      remedy: 'Restrict the taxonomy to these classes with taxonomy.restrictTo(classes).',
    });
  }
  return problems;
}

/**
 * @param taxonomy whose classes are exactly `classes`, in any order
 * @param classes  the columns of the probability matrix
 * @throws CladenetError `EVALUATION` listing every class that only one of the two has
 */
export function indexTree(taxonomy: Taxonomy, classes: readonly string[]): TreeIndex {
  const problems = classProblems(classes, taxonomy);
  if (problems.length > 0) {
    throw new CladenetError('EVALUATION', 'The classes are not those of the taxonomy.', problems);
  }
  const nodes = taxonomy.nodes();
  const at = new Map(nodes.map(({ path }, v) => [path, v]));
  const columnOf = new Map(classes.map((name, c) => [name, c]));
  const parent = Int32Array.from(nodes, (node) => (node.parent === undefined ? -1 : (at.get(node.parent) ?? -1)));
  const column = Int32Array.from(nodes, ({ label }) => (label === undefined ? -1 : (columnOf.get(label) ?? -1)));
  const end = Int32Array.from(nodes, (_, v) => v + 1);
  for (let v = nodes.length - 1; v > 0; v--) {
    const above = parent[v] as number;
    end[above] = Math.max(end[above] as number, end[v] as number);
  }
  const leaf = new Int32Array(classes.length);
  column.forEach((c, v) => {
    if (c >= 0) leaf[c] = v;
  });
  return {
    paths: nodes.map(({ path }) => path),
    parent,
    end,
    depth: Int32Array.from(nodes, ({ depth }) => depth),
    height: Int32Array.from(nodes, ({ height }) => height),
    column,
    leaf,
  };
}

/** Whether `node` is `ancestor` or lies below it. */
export function isBelow({ end }: TreeIndex, node: number, ancestor: number): boolean {
  return ancestor <= node && node < (end[ancestor] as number);
}

/** The lowest common ancestor of nodes `a` and `b`: the later of two nodes is never an ancestor of the earlier. */
export function lowestCommonAncestor({ parent }: TreeIndex, a: number, b: number): number {
  let [x, y] = [a, b];
  while (x !== y) {
    if (x > y) x = parent[x] as number;
    else y = parent[y] as number;
  }
  return x;
}
