/**
 * What every reader (tables, edges, JSON, folders) makes of its input: the lineage of each class with the place of each
 * name, so that whatever is wrong with the tree as a whole can still be reported where it was written.
 */

import type { Taxon } from '../formats/taxon.js';
import type { Finding, Place } from './findings.js';

/** A name, the id and the rank as written, and where. A node of a JSON file has one place in all lineages through it. */
export interface PlacedName extends Taxon {
  readonly name: string;
  readonly at: Place;
}

/** A class and the names from the top of the tree down to its leaf, which is the last of them. */
export interface PlacedLineage {
  /** Undefined where a refused row names a branch: no class, but its parent's children are counted right. */
  readonly label: string | undefined;
  readonly names: readonly PlacedName[];
  /** Whether the class is one of organisms. Default true. */
  readonly isBiological?: boolean | undefined;
}

export interface Reading {
  readonly lineages: readonly PlacedLineage[];
  /** What the reader itself found wrong. */
  readonly findings: readonly Finding[];
  /** Names that are not accepted, each with the classes or inner nodes that it is a synonym of. Default: none. */
  readonly synonyms?: ReadonlyMap<string, readonly string[]> | undefined;
  /** Classes that are left out. Default: none. */
  readonly dropped?: ReadonlySet<string> | undefined;
  /** Whether it has every rank, most of them with nothing to decide. Default false. */
  readonly hasEveryRank?: boolean | undefined;
}
