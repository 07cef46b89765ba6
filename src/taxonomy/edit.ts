/** Changing a taxonomy: classes added, nodes moved and merged. Taxonomies are immutable, so each change gives a new one. */
import { CladenetError, type Problem } from '../errors.js';
import { findNode } from './find-node.js';
import { printPath, SEPARATOR } from './names.js';
import { type Lineage, Taxonomy, type TaxonomyNode } from './taxonomy.js';

/** Nodes are named by their path, or by a name that only one of them has. */
export type TaxonomyEdit =
  /** A new class, as a leaf below an inner node. */
  | { readonly kind: 'add'; readonly label: string; readonly parent: string }
  /** A node with all that is below it goes below another inner node. */
  | { readonly kind: 'move'; readonly node: string; readonly parent: string }
  /** Inner nodes become one of that name, where the first of them is. It has the children of all. */
  | { readonly kind: 'merge'; readonly nodes: readonly string[]; readonly name: string };

/**
 * Makes the changes one after another; each names nodes as they are after those before it. An inner node that is left
 * without children is gone, and one that is left with a single child gives its place to the child.
 *
 * @throws CladenetError TAXONOMY with what is wrong with any of the changes
 */
export function editTaxonomy(taxonomy: Taxonomy, edits: readonly TaxonomyEdit[]): Taxonomy {
  const problems: Problem[] = [];
  let edited = taxonomy;
  for (const edit of edits) {
    try {
      edited = apply(edited, edit);
    } catch (error) {
      if (!(error instanceof CladenetError)) throw error;
      problems.push(...error.problems.map((problem) => ({ ...problem, where: inWords(edit) })));
    }
  }
  if (problems.length > 0) throw new CladenetError('TAXONOMY', 'The taxonomy cannot be changed so', problems);
  return edited;
}

/** A change in short, as errors name it. */
function inWords(edit: TaxonomyEdit): string {
  switch (edit.kind) {
    case 'add':
      return `add ${edit.label} below ${printPath(edit.parent)}`;
    case 'move':
      return `move ${printPath(edit.node)} below ${printPath(edit.parent)}`;
    case 'merge':
      return `merge ${edit.nodes.map(printPath).join(' and ')}`;
  }
}

function apply(taxonomy: Taxonomy, edit: TaxonomyEdit): Taxonomy {
  switch (edit.kind) {
    case 'add':
      return add(taxonomy, edit.label, innerNode(taxonomy, edit.parent));
    case 'move':
      return move(taxonomy, findNode(taxonomy, edit.node), innerNode(taxonomy, edit.parent));
    case 'merge':
      return merge(taxonomy, edit.nodes, edit.name);
  }
}

function add(taxonomy: Taxonomy, label: string, parent: TaxonomyNode): Taxonomy {
  if (taxonomy.classes.includes(label)) throw wrong('a new class', `${label}, which is at ${taxonomy.leafOf(label)}`);
  requireFree(taxonomy, parent, [label]);
  return regrow(taxonomy, [...lineagesOf(taxonomy), { label, lineage: [...namesTo(parent.path), label] }]);
}

function move(taxonomy: Taxonomy, node: TaxonomyNode, parent: TaxonomyNode): Taxonomy {
  const { path } = node;
  const where = printPath(path);
  if (path === taxonomy.root) throw wrong('a node below the root', 'the root');
  if (node.parent === parent.path) throw wrong('another node than it is below now', printPath(parent.path));
  if (taxonomy.lineage(parent.path).includes(path))
    throw wrong(`a node that is not below ${where}`, printPath(parent.path));
  requireFree(taxonomy, parent, [node.name]);
  const above = namesTo(parent.path);
  const depth = namesTo(path).length - 1;
  const moved = new Set(taxonomy.classesBelow(path));
  return regrow(
    taxonomy,
    lineagesOf(taxonomy).map(({ label, lineage }) => ({
      label,
      lineage: moved.has(label) ? [...above, ...lineage.slice(depth)] : lineage,
    })),
  );
}

function merge(taxonomy: Taxonomy, names: readonly string[], name: string): Taxonomy {
  const nodes = names.map((one) => innerNode(taxonomy, one));
  const [first] = nodes;
  if (first === undefined || new Set(nodes).size < 2) throw wrong('two nodes or more', names.join(', ') || 'none');
  for (const { path } of nodes) {
    const within = nodes.find((other) => other.path !== path && taxonomy.lineage(other.path).includes(path));
    if (within === undefined) continue;
    throw wrong('nodes of which none is below another', `${printPath(within.path)}, which is below ${printPath(path)}`);
  }
  const merged = new Set(nodes.map(({ path }) => path));
  const above = taxonomy.node(first.parent ?? taxonomy.root);
  requireFree(taxonomy, above, [name], merged);
  requireDistinct(taxonomy, nodes);
  const place = [...namesTo(above.path), name];
  return regrow(
    taxonomy,
    lineagesOf(taxonomy).map(({ label, lineage }) => {
      const at = taxonomy.lineage(taxonomy.leafOf(label)).filter((path) => path !== '');
      const depth = at.findIndex((path) => merged.has(path));
      return { label, lineage: depth < 0 ? lineage : [...place, ...lineage.slice(depth + 1)] };
    }),
  );
}

function innerNode(taxonomy: Taxonomy, name: string): TaxonomyNode {
  const node = findNode(taxonomy, name);
  if (node.label === undefined) return node;
  throw wrong('an inner node', `the leaf of ${node.label}`);
}

/** Siblings have different names. */
function requireFree(
  taxonomy: Taxonomy,
  parent: TaxonomyNode,
  names: readonly string[],
  but?: ReadonlySet<string>,
): void {
  for (const child of parent.children) {
    if (but?.has(child) || !names.includes(taxonomy.node(child).name)) continue;
    throw wrong(`a name that no node below ${printPath(parent.path)} has`, taxonomy.node(child).name);
  }
}

function requireDistinct(taxonomy: Taxonomy, nodes: readonly TaxonomyNode[]): void {
  const names = nodes.flatMap(({ children }) => children.map((path) => taxonomy.node(path).name));
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw wrong('children of different names', `${twice} in more than one`);
}

function wrong(expected: string, received: string): CladenetError {
  return new CladenetError('TAXONOMY', 'The taxonomy cannot be changed so', [{ where: '', expected, received }]);
}

/** Names from the top to a node. */
const namesTo = (path: string): string[] => (path === '' ? [] : path.split(SEPARATOR));

function lineagesOf(taxonomy: Taxonomy): Lineage[] {
  return taxonomy.classes.map((label) => ({ label, lineage: namesTo(taxonomy.leafOf(label)) }));
}

/** Chains of single children stay where there were some before; otherwise none are made. */
function regrow(taxonomy: Taxonomy, lineages: readonly Lineage[]): Taxonomy {
  const hadChains = taxonomy.internalNodes().some(({ children }) => children.length === 1);
  return Taxonomy.fromLineages(lineages, { singleChild: hadChains ? 'keep' : 'collapse' });
}
