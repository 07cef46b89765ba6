/** Heads with a new child at each node: their outputs, and what is left out of a training for them to learn from. */
import { childrenOf } from '../decision/conditionals.js';
import { indexTree, isBelow, type TreeIndex } from '../decision/tree-index.js';
import type { Head } from '../network/network.js';
import type { HeadSpec } from '../network/spec.js';
import { createTreeHead, type TreeShape } from '../network/tree-head.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { type Branch, type LeftOut, leftOut } from '../training/left-out.js';
import type { LabelGroup } from './data/truth.js';
import type { TreeDescription } from './schema.js';
import { edgesTo, treeShape } from './tree-shape.js';

/**
 * The paths of the nodes whose new children are outputs, after the classes: all that have two children or more, since with one known
 * child nothing could be learned about another. None for other kinds of heads.
 */
export const newChildPaths = (taxonomy: Taxonomy, headKind: TreeDescription['headKind']): string[] =>
  headKind === 'new-child' ? taxonomy.decidingNodes().map(({ path }) => path) : [];

/** The tree's shape with these new children as further leaves, after the classes. */
export function shapeWithNewChildren(taxonomy: Taxonomy, classes: readonly string[]): TreeShape {
  const tree = indexTree(taxonomy, classes);
  const { siblings, paths } = treeShape(taxonomy, classes);
  const parents = deciding(tree);
  const edgeOf = (i: number) => tree.paths.length - 1 + i;
  const added = new Map(parents.map((node, i) => [node, edgeOf(i)]));
  const inner = [...tree.paths.keys()].filter((node) => tree.column[node] === -1);
  return {
    siblings: siblings.map((group, i) => {
      const edge = added.get(inner[i] as number);
      return edge === undefined ? group : [...group, edge];
    }),
    paths: [...paths, ...parents.map((node, i) => [...edgesTo(tree, node), edgeOf(i)])],
  };
}

/**
 * For each class the branches that are left out: each node on its path that has a sibling, with all classes below it and their new
 * children. A new child of its parent is then right. After the classes come `groups`: of these, the nodes above all their classes.
 */
export function leftOutBranches(
  taxonomy: Taxonomy,
  classes: readonly string[],
  groups: readonly Pick<LabelGroup, 'classes'>[] = [],
): LeftOut {
  const tree = indexTree(taxonomy, classes);
  const parents = deciding(tree);
  const output = new Map(parents.map((node, i) => [node, classes.length + i]));
  const outputsBelow = (node: number): number[] => [
    ...[...classes.keys()].filter((column) => isBelow(tree, tree.leaf[column] as number, node)),
    ...parents.filter((parent) => isBelow(tree, parent, node)).map((parent) => output.get(parent) as number),
  ];
  const branchesTo = (node: number): Branch[] => {
    const branches: Branch[] = [];
    for (let at = node; at > 0; at = tree.parent[at] as number) {
      const right = output.get(tree.parent[at] as number);
      if (right !== undefined) branches.push({ without: outputsBelow(at), right });
    }
    return branches;
  };
  const nodeOf = ({ classes: members }: Pick<LabelGroup, 'classes'>) =>
    tree.paths.indexOf(
      members.map((column) => taxonomy.leafOf(classes[column] ?? '')).reduce((a, b) => taxonomy.lca(a, b)),
    );
  return leftOut([...tree.leaf, ...groups.map(nodeOf)].map(branchesTo), classes.length + parents.length);
}

/** The nodes that have two children or more. */
const deciding = (tree: TreeIndex): number[] =>
  [...tree.paths.keys()].filter((node) => childrenOf(tree, node).length > 1);

type Form = Pick<TreeDescription, 'classes' | 'headKind'>;

/** The shape of the outputs of a tree's one head. */
export const globalShape = (taxonomy: Taxonomy, { classes, headKind }: Form): TreeShape =>
  headKind === 'new-child' ? shapeWithNewChildren(taxonomy, classes) : treeShape(taxonomy, classes);

/** The one head of a tree that decides in all nodes. */
export const createGlobalHead = (spec: HeadSpec, features: number, taxonomy: Taxonomy, form: Form): Head =>
  createTreeHead(
    spec,
    features,
    globalShape(taxonomy, form),
    form.headKind === 'new-child' ? 'path-sum' : form.headKind,
  );
