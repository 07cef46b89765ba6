/** A taxonomy as the numbers that a head for a whole tree is built from. */
import type { TreeShape } from '../network/tree-head.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';

/** Edges are numbered as the nodes they lead to are in pre-order; leaves are in the order of `classes`. */
export function treeShape(taxonomy: Taxonomy, classes: readonly string[]): TreeShape {
  const edges = new Map(
    taxonomy
      .nodes()
      .filter(({ path }) => path !== taxonomy.root)
      .map(({ path }, edge) => [path, edge]),
  );
  const edgeTo = (path: string) => edges.get(path) ?? 0;
  return {
    siblings: taxonomy.internalNodes().map(({ children }) => children.map(edgeTo)),
    paths: classes.map((name) =>
      taxonomy
        .lineage(taxonomy.leafOf(name))
        .filter((path) => path !== taxonomy.root)
        .map(edgeTo),
    ),
  };
}
