/** The tree of classes: immutable, every node known by its path. */
import { type Either, map } from 'fp-ts/lib/Either.js';
import { CladenetError, type Problem } from '../errors.js';
import { byCodePoint } from '../order.js';
import { type CheckOptions, checkReading } from './check.js';
import { orThrow, suggester } from './findings.js';
import { printPath, SEPARATOR } from './names.js';
import type { Reading } from './reading.js';
import { birthPath, buildGraph, mergeChains, SEED, type TreeGraph } from './tree-graph.js';

export interface TaxonomyNode {
  /** The names from the top down to the node, joined by `>`: what identifies it. Empty for an implicit root. */
  readonly path: string;
  /** The last name of the path; `(root)` for an implicit root. */
  readonly name: string;
  /** The path of the node above; undefined for the root. */
  readonly parent: string | undefined;
  /** The paths of the nodes below, in code point order of their names. */
  readonly children: readonly string[];
  /** Edges up to the root. */
  readonly depth: number;
  /** Edges down to the deepest leaf below; 0 for a leaf. */
  readonly height: number;
  /** The class of a leaf, which is what images are labelled with; undefined for inner nodes. */
  readonly label: string | undefined;
}

/** A class and the names from the top of the tree down to its leaf, the leaf's own name included. */
export interface Lineage {
  readonly label: string;
  readonly lineage: readonly string[];
}

/** A node and the run of classes below it. */
interface Stored {
  readonly node: TaxonomyNode;
  readonly firstClass: number;
  readonly endClass: number;
}

/**
 * A taxonomy whose leaves are the classes. Nodes are identified by path, since one name may occur in several places
 * (`Copepod>other`, `Diatom>other`); classes by their label, which is unique. If all paths begin with the same node,
 * that node is the root; otherwise the root is implicit, with path `''`, printed as `(root)`.
 *
 * Nodes and classes are in pre-order: a node before what is below it, children by name in code point order.
 */
export class Taxonomy {
  /** The path of the root. */
  readonly root: string;
  /** The labels of the leaves, in pre-order. */
  readonly classes: readonly string[];

  readonly #nodes: readonly TaxonomyNode[];
  readonly #byPath: ReadonlyMap<string, Stored>;
  readonly #leaves: ReadonlyMap<string, string>;

  private constructor(tree: TreeGraph) {
    const drafts = preOrder(tree);
    const heights = new Int32Array(drafts.length);
    const firstClass = new Int32Array(drafts.length);
    const endClass = new Int32Array(drafts.length);
    const classes: string[] = [];
    drafts.forEach(({ label }, i) => {
      firstClass[i] = classes.length;
      if (label !== undefined) classes.push(label);
      endClass[i] = classes.length;
    });
    // From the back every node comes before its parent.
    for (let i = drafts.length - 1; i > 0; i--) {
      const above = drafts[i]?.above ?? 0;
      heights[above] = Math.max(heights[above] ?? 0, (heights[i] ?? 0) + 1);
      endClass[above] = Math.max(endClass[above] ?? 0, endClass[i] ?? 0);
    }
    const nodes = drafts.map(({ path, name, above, children, depth, label }, i) =>
      Object.freeze({
        path,
        name,
        parent: drafts[above]?.path,
        children: Object.freeze(children),
        depth,
        height: heights[i] ?? 0,
        label,
      }),
    );
    this.root = drafts[0]?.path ?? '';
    this.classes = Object.freeze(classes);
    this.#nodes = Object.freeze(nodes);
    this.#byPath = new Map(
      nodes.map((node, i) => [node.path, { node, firstClass: firstClass[i] ?? 0, endClass: endClass[i] ?? 0 }]),
    );
    this.#leaves = new Map(nodes.flatMap(({ label, path }) => (label === undefined ? [] : [[label, path]])));
  }

  /**
   * A taxonomy from the lineage of each class, in any order.
   * @throws CladenetError `TAXONOMY` with every problem: empty or impossible names, a class twice or in two places, two
   *   classes at one leaf, a class at an inner node, chains of single children (see `singleChild`), fewer than 2 classes
   * @example
   * ```ts
   * import { Taxonomy } from 'cladenet';
   *
   * const taxonomy = Taxonomy.fromLineages([
   *   { label: 'calanoid', lineage: ['Copepod', 'calanoid'] },
   *   { label: 'cyclopoid', lineage: ['Copepod', 'cyclopoid'] },
   *   { label: 'diatom', lineage: ['diatom'] },
   * ]);
   * taxonomy.classes; // => [ 'calanoid', 'cyclopoid', 'diatom' ]
   * taxonomy.node('Copepod').children; // => [ 'Copepod>calanoid', 'Copepod>cyclopoid' ]
   * ```
   */
  static fromLineages(entries: readonly Lineage[], options: CheckOptions = {}): Taxonomy {
    const placed = entries.map(({ label, lineage }, i) => {
      const at = { where: `entries[${i}]`, order: i };
      return { label, names: (lineage.length === 0 ? [''] : lineage).map((name) => ({ name, at })) };
    });
    return orThrow(
      'These lineages do not form a taxonomy.',
      Taxonomy.check({ lineages: placed, findings: [] }, 'entries', options),
    );
  }

  /**
   * What every reader ends in: the taxonomy of the lineages it read, or all that is wrong with them.
   * @internal
   */
  static check(reading: Reading, source: string, options: CheckOptions): Either<readonly Problem[], Taxonomy> {
    return map((tree: TreeGraph) => new Taxonomy(tree))(checkReading(reading, source, options));
  }

  /** @throws CladenetError `TAXONOMY` naming the nearest path if there is no such node */
  node(path: string): TaxonomyNode {
    return this.#stored(path).node;
  }

  has(path: string): boolean {
    return this.#byPath.has(path);
  }

  /** All nodes, in pre-order. */
  nodes(): readonly TaxonomyNode[] {
    return this.#nodes;
  }

  /** The nodes that have children, in pre-order, the root first. */
  internalNodes(): readonly TaxonomyNode[] {
    return this.#nodes.filter(({ label }) => label === undefined);
  }

  /**
   * The path of the leaf of a class.
   * @throws CladenetError `TAXONOMY` naming the nearest class if there is no such class
   */
  leafOf(label: string): string {
    const path = this.#leaves.get(label);
    if (path !== undefined) return path;
    throw new CladenetError('TAXONOMY', `The taxonomy has no class '${label}'.`, this.#unknownClasses([label]));
  }

  /** The classes of the leaves below a node, in pre-order; of a leaf, its own. */
  classesBelow(path: string): readonly string[] {
    const { firstClass, endClass } = this.#stored(path);
    return this.classes.slice(firstClass, endClass);
  }

  /** The paths from the root down to a node, both included. */
  lineage(path: string): readonly string[] {
    const paths: string[] = [];
    for (let at: string | undefined = path; at !== undefined; at = this.node(at).parent) paths.push(at);
    return paths.reverse();
  }

  /** The path of the lowest common ancestor of two nodes: the deepest node that is above, or is, each of them. */
  lca(a: string, b: string): string {
    let x = this.node(a);
    let y = this.node(b);
    while (x !== y) {
      // The root is the only node of depth 0, so the deeper of two different nodes has a parent.
      if (x.depth >= y.depth) x = this.node(x.parent ?? this.root);
      else y = this.node(y.parent ?? this.root);
    }
    return x.path;
  }

  /**
   * The tree of just those classes. A node that loses all children but one is merged into it: the child takes its place
   * (and its name, where a sibling already has the child's). Nodes that had a single child before stay.
   * @throws CladenetError `TAXONOMY` for labels that are no classes, and for fewer than 2 classes
   */
  restrictTo(labels: Iterable<string>): Taxonomy {
    const wanted = new Set(labels);
    const problems = this.#unknownClasses([...wanted].filter((label) => !this.#leaves.has(label)));
    if (problems.length === 0 && wanted.size < 2) {
      problems.push({ where: 'labels', expected: 'at least 2 classes', received: `${wanted.size}` });
    }
    if (problems.length > 0) {
      throw new CladenetError('TAXONOMY', 'The taxonomy cannot be restricted to these classes.', problems);
    }
    const at = { where: '', order: 0 };
    const tree = buildGraph(
      this.classes
        .filter((label) => wanted.has(label))
        .map((label) => ({
          label,
          names: this.leafOf(label)
            .split(SEPARATOR)
            .map((name) => ({ name, at })),
        })),
    );
    mergeChains(tree, (key) => this.node(birthPath(key)).children.length > 1);
    return new Taxonomy(tree);
  }

  #stored(path: string): Stored {
    const stored = this.#byPath.get(path);
    if (stored !== undefined) return stored;
    const leaf = this.#leaves.get(path);
    throw new CladenetError('TAXONOMY', `The taxonomy has no node '${printPath(path)}'.`, [
      {
        where: 'path',
        expected: `the path of a node, its names from the top joined by '${SEPARATOR}'`,
        received: `'${path}'`,
        remedy:
          leaf === undefined
            ? suggester([...this.#byPath.keys()])(path)
            : `The path of the class '${path}' is '${leaf}'.`,
      },
    ]);
  }

  #unknownClasses(labels: readonly string[]): Problem[] {
    const suggest = suggester(this.classes);
    return labels.map((label) => ({
      where: 'labels',
      expected: 'a class of the taxonomy',
      received: `'${label}'`,
      remedy: suggest(label),
    }));
  }
}

/** A node without what is only known once all nodes below it are. */
interface Draft {
  readonly path: string;
  readonly name: string;
  /** The parent's position in pre-order; -1 for the root. */
  readonly above: number;
  readonly children: string[];
  readonly depth: number;
  readonly label: string | undefined;
}

function preOrder(tree: TreeGraph): Draft[] {
  const tops = tree.outNeighbors(SEED);
  const [onlyTop] = tops.length === 1 ? tops : [];
  const name = onlyTop === undefined ? '' : tree.getNodeAttribute(onlyTop, 'name');
  const root = { key: onlyTop ?? SEED, path: name, name: printPath(name), above: -1, depth: 0 };
  const drafts: Draft[] = [];
  const stack = [root];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const { key, path, name, above, depth } = at;
    const below = tree
      .outNeighbors(key)
      .map((child) => ({ key: child, name: tree.getNodeAttribute(child, 'name') }))
      .sort((a, b) => byCodePoint(a.name, b.name))
      .map((child) => ({ ...child, path: path === '' ? child.name : path + SEPARATOR + child.name }));
    const here = drafts.length;
    const label = tree.getNodeAttribute(key, 'label');
    drafts.push({ path, name, above, children: below.map((child) => child.path), depth, label });
    for (const child of below.reverse()) stack.push({ ...child, above: here, depth: depth + 1 });
  }
  return drafts;
}
