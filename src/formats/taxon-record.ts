/** What the readers of names (Darwin Core, WoRMS, Newick) make of their text, and what the writers take. */
import type { Problem } from '../errors.js';
import type { Taxon } from './taxon.js';

/** A place in a text. */
export interface TextPlace {
  /** Where the text was in several files: which one. */
  readonly file?: string | undefined;
  /** From 1. */
  readonly line: number;
  /** The name of a column of a table, or the number of a character in its line, from 1. */
  readonly column?: string | number | undefined;
}

/** Something wrong in a text, and where. */
export interface FormatFault extends Omit<Problem, 'where'>, TextPlace {}

/** A taxon with its place in a tree and in its text. */
export interface TaxonRecord extends Taxon {
  readonly name: string;
  /** The parent by its position in the list, before or after this one; undefined at the top. */
  readonly parent: number | undefined;
  /** The class that its images are labelled with, where that is not its name. */
  readonly label?: string | undefined;
  /** Whether it is a class even with taxa below it, which no taxonomy allows. Default: a taxon without any below it is one. */
  readonly isClass?: boolean | undefined;
  /** Whether the class is one of organisms. Default true. */
  readonly isBiological?: boolean | undefined;
  /** Whether it was refused: no class, but its parent's children are counted right. Default false. */
  readonly isRefused?: boolean | undefined;
  readonly at: TextPlace;
}

/** The taxa of a text. */
export interface TaxonRecords {
  readonly taxa: readonly TaxonRecord[];
  readonly faults: readonly FormatFault[];
  /** Names that are not accepted, each with the position of the accepted taxon in the list. Default: none. */
  readonly synonyms?: readonly { readonly name: string; readonly of: number }[] | undefined;
  /** What was decided in reading, in sentences. */
  readonly notes: readonly string[];
}

/** A few of many, for a note. */
export function someOf(items: readonly string[], most = 5): string {
  const rest = items.length - most;
  return items.slice(0, most).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
