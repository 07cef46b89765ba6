/** Edits of a taxonomy: adding classes, moving and merging nodes. Taxonomies are immutable: an edit returns a new one. */
import { CladenetError, type Problem } from '../errors.js';
import type { Taxon } from '../formats/taxon.js';
import { findNode } from './find-node.js';
import { printPath } from './names.js';
import { type Lineage, Taxonomy, type TaxonomyNode } from './taxonomy.js';

/** A change of a taxonomy. Nodes are given by their path, or by a name that only one of them has. */
export type TaxonomyEdit =
  /** Adds a class as a leaf below an inner node. */
  | { readonly kind: 'add'; readonly label: string; readonly parent: string }
  /** Moves a node, with everything below it, to another inner node. */
  | { readonly kind: 'move'; readonly node: string; readonly parent: string }
  /** Merges inner nodes into one node of that name, at the place of the first, with the children of all. */
  | { readonly kind: 'merge'; readonly nodes: readonly string[]; readonly name: string };

/**
 * Applies edits one after another; each refers to the nodes as the edits before it left them. An inner node left without
 * children is removed, and one left with a single child is replaced by that child.
 *
 * @throws CladenetError `TAXONOMY` with every problem of every edit
 */
export function editTaxonomy(taxonomy: Taxonomy, edits: readonly TaxonomyEdit[]): Taxonomy {
  const problems: Problem[] = [];
  let edited = taxonomy;
  for (const edit of edits) {
    try {
      edited = apply(edited, edit);
    } catch (error) {
      if (!(error instanceof CladenetError)) throw error;
      for (const problem of error.problems) problems.push({ ...problem, where: inWords(edit) });
    }
  }
  if (problems.length > 0) throw new CladenetError('TAXONOMY', 'The taxonomy cannot be edited like this.', problems);
  return edited;
}

/** How edits of each kind are written. */
export const EDIT_FORMS = { add: 'CLASS=PARENT', move: 'NODE=NEW PARENT', merge: 'NAME=NODE,NODE' } as const;

/**
 * Reads an edit as it is typed: `ring=round` adds the class `ring` below `round`, or moves that node there;
 * `round=disc,ring` merges two nodes into `round`.
 *
 * @returns undefined where the text has another form
 */
export function parseEdit(kind: TaxonomyEdit['kind'], typed: string): TaxonomyEdit | undefined {
  const at = typed.indexOf('=');
  const [left, right] = [typed.slice(0, at).trim(), typed.slice(at + 1).trim()];
  if (at < 0 || left === '' || right === '') return undefined;
  if (kind === 'add') return { kind, label: left, parent: right };
  if (kind === 'move') return { kind, node: left, parent: right };
  return { kind, name: left, nodes: right.split(',').map((node) => node.trim()) };
}

/** An edit in short, for errors. */
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
  return regrow(taxonomy, [
    ...branchesOf(taxonomy),
    { label, steps: [...stepsTo(taxonomy, parent.path), { name: label }] },
  ]);
}

function move(taxonomy: Taxonomy, node: TaxonomyNode, parent: TaxonomyNode): Taxonomy {
  const { path } = node;
  const where = printPath(path);
  if (path === taxonomy.root) throw wrong('a node below the root', 'the root');
  if (node.parent === parent.path) throw wrong('a node other than its present parent', printPath(parent.path));
  if (taxonomy.lineage(parent.path).includes(path))
    throw wrong(`a node that is not below ${where}`, printPath(parent.path));
  requireFree(taxonomy, parent, [node.name]);
  const above = stepsTo(taxonomy, parent.path);
  const depth = stepsTo(taxonomy, path).length - 1;
  const moved = new Set(taxonomy.classesBelow(path));
  return regrow(
    taxonomy,
    branchesOf(taxonomy).map((branch) =>
      moved.has(branch.label) ? { ...branch, steps: [...above, ...branch.steps.slice(depth)] } : branch,
    ),
  );
}

function merge(taxonomy: Taxonomy, names: readonly string[], name: string): Taxonomy {
  const nodes = names.map((one) => innerNode(taxonomy, one));
  const [first] = nodes;
  if (first === undefined || new Set(nodes).size < 2) throw wrong('at least two nodes', names.join(', ') || 'none');
  for (const { path } of nodes) {
    const within = nodes.find((other) => other.path !== path && taxonomy.lineage(other.path).includes(path));
    if (within === undefined) continue;
    throw wrong('nodes of which none is below another', `${printPath(within.path)}, which is below ${printPath(path)}`);
  }
  const merged = new Set(nodes.map(({ path }) => path));
  const above = taxonomy.node(first.parent ?? taxonomy.root);
  requireFree(taxonomy, above, [name], merged);
  requireDistinct(taxonomy, nodes);
  // A merged node is still the taxon of its name, if one of the nodes was.
  const { id, rank } = nodes.find((node) => node.name === name) ?? {};
  const place = [...stepsTo(taxonomy, above.path), { name, id, rank }];
  return regrow(
    taxonomy,
    branchesOf(taxonomy).map((branch) => {
      const at = taxonomy.lineage(taxonomy.leafOf(branch.label)).filter((path) => path !== '');
      const depth = at.findIndex((path) => merged.has(path));
      return depth < 0 ? branch : { ...branch, steps: [...place, ...branch.steps.slice(depth + 1)] };
    }),
  );
}

function innerNode(taxonomy: Taxonomy, name: string): TaxonomyNode {
  const node = findNode(taxonomy, name);
  if (node.label === undefined) return node;
  throw wrong('an inner node', `the leaf of ${node.label}`);
}

/** Siblings must have different names. */
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
  const seen = new Set<string>();
  const twice = names.find((name) => seen.size === seen.add(name).size);
  if (twice !== undefined) throw wrong('children of different names', `${twice} in more than one`);
}

function wrong(expected: string, received: string): CladenetError {
  return new CladenetError('TAXONOMY', 'The taxonomy cannot be edited like this.', [{ where: '', expected, received }]);
}

/** A name of a lineage, with its id and rank. */
interface Step extends Taxon {
  readonly name: string;
}

/** A class and its lineage while it is edited. */
interface Branch extends Pick<Lineage, 'label' | 'biological'> {
  readonly steps: readonly Step[];
}

/** From the top down to a node. */
function stepsTo(taxonomy: Taxonomy, path: string): readonly Step[] {
  return taxonomy.lineage(path).flatMap((one) => (one === '' ? [] : [taxonomy.node(one)]));
}

const branchesOf = (taxonomy: Taxonomy): Branch[] =>
  taxonomy.classes.map((label) => ({
    label,
    biological: !taxonomy.nonBiological.has(label),
    steps: stepsTo(taxonomy, taxonomy.leafOf(label)),
  }));

/** Keeps chains of single children if there were any before; otherwise collapses them. */
function regrow(taxonomy: Taxonomy, branches: readonly Branch[]): Taxonomy {
  const lineages = branches.map(({ steps, ...branch }) => ({
    ...branch,
    lineage: steps.map(({ name }) => name),
    taxa: steps.map(({ id, rank }) => ({ id, rank })),
  }));
  const hadChains = taxonomy.internalNodes().some(({ children }) => children.length === 1);
  return Taxonomy.fromLineages(lineages, { singleChild: hadChains ? 'keep' : 'collapse' });
}
