/** The tree of classes: immutable, with every node identified by its path. */
import { type Either, map } from 'fp-ts/lib/Either.js';
import { CladenetError, type Problem } from '../errors.js';
import type { Taxon } from '../formats/taxon.js';
import { type CheckOptions, checkReading } from './check.js';
import { type Finding, orThrow, suggester } from './findings.js';
import { printPath, SEPARATOR } from './names.js';
import { nodesOf, type TaxonomyNode } from './nodes.js';
import type { PlacedName, Reading } from './reading.js';
import { buildGraph, mergeChains, pathOfKey, type TreeGraph } from './tree-graph.js';

export type { TaxonomyNode } from './nodes.js';

/** A class and the names from the top of the tree down to its leaf, the leaf's own name included. */
export interface Lineage {
  readonly label: string;
  readonly lineage: readonly string[];
  /** The id and the rank of each name of the lineage, `{}` where neither is known. Default: none of them has any. */
  readonly taxa?: readonly Taxon[] | undefined;
  /** `false` for a class of no organisms, such as detritus or bubbles: see {@link Taxonomy.nonBiological}. Default `true`. */
  readonly biological?: boolean | undefined;
}

/**
 * A taxonomy whose leaves are the classes. A node is identified by its path, since a name can occur in several places
 * (`Copepod>other`, `Diatom>other`), and a class by its label, which is unique. If all paths begin with the same node,
 * that node is the root; otherwise the root is implicit: its path is `''`, and it is printed as `(root)`.
 *
 * Nodes and classes are in pre-order: a node before the nodes below it, siblings in code point order of their names.
 */
export class Taxonomy {
  /** The path of the root. */
  readonly root: string;
  /** The labels of the leaves, in pre-order. */
  readonly classes: readonly string[];
  /** The classes of no organisms, such as detritus or bubbles. Metrics are also given over the other ones only. */
  readonly nonBiological: ReadonlySet<string>;
  /**
   * Names that are not accepted, each with the class or inner node that it is a synonym of; several for a homonym. Only of a
   * taxonomy as it was read from names (Darwin Core, WoRMS), and of its restrictions: stored ones have none.
   */
  readonly synonyms: ReadonlyMap<string, readonly string[]>;
  /** Classes that a grouping table leaves out, whose images are not used. Only of a taxonomy as it was read. */
  readonly dropped: ReadonlySet<string>;

  readonly #nodes: readonly TaxonomyNode[];
  /** The position of each node in pre-order, by its path. */
  readonly #positions: ReadonlyMap<string, number>;
  /** The path of the leaf of each class. */
  readonly #leaves: ReadonlyMap<string, string>;

  private constructor(tree: TreeGraph, { synonyms, dropped }: Pick<Reading, 'synonyms' | 'dropped'> = {}) {
    const nodes = nodesOf(tree);
    const nonBiological = tree.filterNodes((_, { label, isBiological }) => label !== undefined && !isBiological);
    this.synonyms = synonyms ?? new Map();
    this.dropped = dropped ?? new Set();
    this.root = nodes[0]?.path ?? '';
    this.classes = Object.freeze(nodes.flatMap(({ label }) => label ?? []));
    this.nonBiological = new Set(nonBiological.map((key) => tree.getNodeAttribute(key, 'label') ?? ''));
    this.#nodes = nodes;
    this.#positions = new Map(nodes.map(({ path }, i) => [path, i]));
    this.#leaves = new Map(nodes.flatMap(({ label, path }) => (label === undefined ? [] : [[label, path]])));
  }

  /**
   * Makes a taxonomy from the lineage of each class, in any order.
   * @throws CladenetError `TAXONOMY` with every problem: names that are empty or not valid, a class twice or in two places,
   *   two classes at one leaf, a class at an inner node, chains of single children (see `singleChild`), fewer than 2
   *   classes
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
    const findings: Finding[] = [];
    const placed = entries.map(({ label, lineage, taxa, biological: isBiological }, i) => {
      const at = { where: `entries[${i}]`, order: i };
      if (taxa !== undefined && taxa.length !== lineage.length) {
        const expected = `taxa for the ${lineage.length} names of the lineage`;
        findings.push({ at, expected, received: `${taxa.length}` });
      }
      const names = (lineage.length === 0 ? [''] : lineage).map((name, j) => ({ name, at, ...taxa?.[j] }));
      return { label, names, isBiological };
    });
    return orThrow(
      'These lineages do not form a taxonomy.',
      Taxonomy.fromReading({ lineages: placed, findings }, 'entries', options),
    );
  }

  /**
   * Makes a taxonomy from what a reader made of its input, or returns everything that is wrong with it.
   * @internal
   */
  static fromReading(reading: Reading, source: string, options: CheckOptions): Either<readonly Problem[], Taxonomy> {
    return map((tree: TreeGraph) => new Taxonomy(tree, reading))(checkReading(reading, source, options));
  }

  /**
   * The node of a path.
   * @throws CladenetError `TAXONOMY`, suggesting the nearest path, when there is no such node
   */
  node(path: string): TaxonomyNode {
    const node = this.#nodes[this.#positions.get(path) ?? -1];
    if (node === undefined) throw this.#unknownPath(path);
    return node;
  }

  /** Whether there is a node of that path. */
  has(path: string): boolean {
    return this.#positions.has(path);
  }

  /** All nodes, in pre-order. */
  nodes(): readonly TaxonomyNode[] {
    return this.#nodes;
  }

  /** The nodes that have children, in pre-order, the root first. */
  internalNodes(): readonly TaxonomyNode[] {
    return this.#nodes.filter(({ label }) => label === undefined);
  }

  /** The nodes that have something to decide, because they have two children or more, in pre-order. */
  decidingNodes(): readonly TaxonomyNode[] {
    return this.#nodes.filter(({ children }) => children.length > 1);
  }

  /**
   * The path of the leaf of a class.
   * @throws CladenetError `TAXONOMY`, suggesting the nearest class, when there is no such class
   */
  leafOf(label: string): string {
    const path = this.#leaves.get(label);
    if (path !== undefined) return path;
    throw new CladenetError('TAXONOMY', `The taxonomy has no class '${label}'.`, this.#unknownClasses([label]));
  }

  /** The classes of the leaves below a node, in pre-order; of a leaf, its own. */
  classesBelow(path: string): readonly string[] {
    const { depth, label } = this.node(path);
    const below = label === undefined ? [] : [label];
    // In pre-order, the nodes below a node follow it, and all of them are deeper.
    for (let i = (this.#positions.get(path) ?? 0) + 1; (this.#nodes[i]?.depth ?? 0) > depth; i++) {
      const leaf = this.#nodes[i]?.label;
      if (leaf !== undefined) below.push(leaf);
    }
    return below;
  }

  /**
   * The paths from the root down to a node, both included.
   * @throws CladenetError `TAXONOMY` when there is no such node
   */
  lineage(path: string): readonly string[] {
    const paths: string[] = [];
    for (let at: string | undefined = path; at !== undefined; at = this.node(at).parent) paths.push(at);
    return paths.reverse();
  }

  /**
   * The path of the lowest common ancestor (LCA) of two nodes: the deepest node that is an ancestor of both, or one of
   * them.
   * @throws CladenetError `TAXONOMY` when there is no such node
   */
  lca(a: string, b: string): string {
    let x = this.node(a);
    let y = this.node(b);
    while (x !== y) {
      // Only the root has depth 0, so the deeper of two different nodes has a parent.
      if (x.depth >= y.depth) x = this.node(x.parent ?? this.root);
      else y = this.node(y.parent ?? this.root);
    }
    return x.path;
  }

  /**
   * The taxonomy of some of the classes. A node that loses all children but one is replaced by that child, which takes
   * the node's name if a sibling already has its own. Nodes that had a single child before stay.
   * @throws CladenetError `TAXONOMY` when a label is not a class, or when there are fewer than 2
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
    const tree = buildGraph(
      this.classes
        .filter((label) => wanted.has(label))
        .map((label) => ({ label, isBiological: !this.nonBiological.has(label), names: namesTo(this, label) })),
    );
    mergeChains(tree, (key) => this.node(pathOfKey(key)).children.length > 1);
    return new Taxonomy(tree, this);
  }

  /**
   * The lineages of all classes, in pre-order: `Taxonomy.fromLineages(taxonomy.lineages(), { singleChild: 'keep' })` is the
   * same taxonomy.
   */
  lineages(): readonly Lineage[] {
    return this.classes.map((label) => {
      const names = namesTo(this, label);
      return {
        label,
        lineage: names.map(({ name }) => name),
        ...(names.some(isIdentified) && {
          taxa: names.map(({ id, rank }) => ({ ...(id && { id }), ...(rank && { rank }) })),
        }),
        ...(this.nonBiological.has(label) && { biological: false }),
      };
    });
  }

  #unknownPath(path: string): CladenetError {
    const leaf = this.#leaves.get(path);
    return new CladenetError('TAXONOMY', `The taxonomy has no node '${printPath(path)}'.`, [
      {
        where: 'path',
        expected: `the path of a node: its names from the top, joined by '${SEPARATOR}'`,
        received: `'${path}'`,
        remedy:
          leaf === undefined
            ? suggester([...this.#positions.keys()])(path)
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

const isIdentified = ({ id, rank }: Taxon): boolean => id !== undefined || rank !== undefined;

/** The names from the top down to the leaf of a class, with their ids and ranks. */
function namesTo(taxonomy: Taxonomy, label: string): PlacedName[] {
  const at = { where: '', order: 0 };
  const nodes = taxonomy.lineage(taxonomy.leafOf(label)).filter((path) => path !== '');
  return nodes.map((path) => {
    const { name, id, rank } = taxonomy.node(path);
    return { name, id, rank, at };
  });
}
