/** Large taxonomies in figures: with few enough rows to be read. */
import { counted } from '../../units.js';
import type { TaxonomyFigureNode } from './taxonomy-figure.js';

export interface SummarisedTree {
  readonly tree: TaxonomyFigureNode;
  /** Classes of the whole tree, and its inner nodes. */
  readonly classes: number;
  readonly inner: number;
  /** Sub-trees of up to this many classes are one row; undefined where every class has its own. */
  readonly collapsed: number | undefined;
}

/**
 * The same tree or, where it has more classes than `rows`, with its small sub-trees as leaves: those of up to 2, 4, 8, ...
 * classes, as many as are needed. Their names say how many classes they have. A node of many leaves keeps them all.
 */
export function summarised(tree: TaxonomyFigureNode, rows: number): SummarisedTree {
  const sizes = classesBelow(tree);
  const size = (node: TaxonomyFigureNode) => sizes.get(node) ?? 1;
  const classes = size(tree);
  const inner = [...sizes.keys()].filter(({ children }) => children !== undefined).length;
  const isRow = (node: TaxonomyFigureNode, most: number) => size(node) <= most && node !== tree;
  const rowsOf = (node: TaxonomyFigureNode, most: number): number =>
    node.children === undefined || isRow(node, most)
      ? 1
      : node.children.reduce((sum, child) => sum + rowsOf(child, most), 0);
  let most = 1;
  while (rowsOf(tree, most) > rows && most < classes) most *= 2;
  if (rowsOf(tree, most) === classes) return { tree, classes, inner, collapsed: undefined };
  const cut = (node: TaxonomyFigureNode): TaxonomyFigureNode => {
    const { children, ...own } = node;
    if (children === undefined) return node;
    if (isRow(node, most)) return { ...own, name: `${node.name} (${counted(size(node), 'class', 'classes')})` };
    return { ...own, children: children.map(cut) };
  };
  return { tree: cut(tree), classes, inner, collapsed: most };
}

/** The number of classes at and below each node. */
function classesBelow(tree: TaxonomyFigureNode): Map<TaxonomyFigureNode, number> {
  const sizes = new Map<TaxonomyFigureNode, number>();
  const visit = (node: TaxonomyFigureNode): number => {
    const size = node.children?.reduce((sum, child) => sum + visit(child), 0) ?? 1;
    sizes.set(node, size);
    return size;
  };
  visit(tree);
  return sizes;
}
