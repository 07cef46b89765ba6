/** The nodes of a taxonomy, made from its checked graph. */
import { byCodePoint } from '../order.js';
import { printPath, SEPARATOR } from './names.js';
import { TOP, type TreeGraph } from './tree-graph.js';

/** A node of a taxonomy. */
export interface TaxonomyNode {
  /** The names from the top down to the node, joined by `>`. It identifies the node. Empty for an implicit root. */
  readonly path: string;
  /** The last name of the path; `(root)` for an implicit root. */
  readonly name: string;
  /** The path of the parent; undefined for the root. */
  readonly parent: string | undefined;
  /** The paths of the children, in code point order of their names. */
  readonly children: readonly string[];
  /** The number of edges up to the root. */
  readonly depth: number;
  /** The number of edges down to the deepest leaf below; 0 for a leaf. */
  readonly height: number;
  /** The class of a leaf, with which images are labelled; undefined for an inner node. */
  readonly label: string | undefined;
  /** The id of the taxon in its register, such as the AphiaID of WoRMS; undefined where it is not known. */
  readonly id: string | undefined;
  /** The rank of the taxon in lower case, such as `genus`; undefined where it is not known. */
  readonly rank: string | undefined;
}

/** A node that has something to decide, and what it decides between: the paths of two children or more. */
export type DecidingNode = Pick<TaxonomyNode, 'path' | 'children'>;

type Draft = { -readonly [Field in keyof TaxonomyNode]: TaxonomyNode[Field] } & { readonly children: string[] };

/** The nodes in pre-order, children in code point order of their names. A single top node is the root. */
export function nodesOf(tree: TreeGraph): readonly TaxonomyNode[] {
  const [top, another] = tree.outNeighbors(TOP);
  const root = top === undefined || another !== undefined ? TOP : top;
  const nodes: Draft[] = [];
  const parents: (Draft | undefined)[] = [];
  const stack: { key: string; parent: Draft | undefined }[] = [{ key: root, parent: undefined }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { key, parent } = next;
    const { name, label, id, rank } = tree.getNodeAttributes(key);
    const path = parent === undefined || parent.path === '' ? name : parent.path + SEPARATOR + name;
    const depth = parent === undefined ? 0 : parent.depth + 1;
    const place = { path, name: printPath(name), parent: parent?.path, children: [], depth, height: 0 };
    const node = { ...place, label, id, rank };
    parent?.children.push(path);
    nodes.push(node);
    parents.push(parent);
    const nameOf = (child: string) => tree.getNodeAttribute(child, 'name');
    const children = tree.outNeighbors(key).sort((a, b) => byCodePoint(nameOf(a), nameOf(b)));
    for (const child of children.reverse()) stack.push({ key: child, parent: node });
  }
  // Read backwards, every node comes before its parent.
  for (let i = nodes.length - 1; i > 0; i--) {
    const [node, parent] = [nodes[i], parents[i]];
    if (node !== undefined && parent !== undefined) parent.height = Math.max(parent.height, node.height + 1);
  }
  for (const node of nodes) {
    Object.freeze(node.children);
    Object.freeze(node);
  }
  return Object.freeze(nodes);
}
