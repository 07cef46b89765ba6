/** Parses taxonomies from text of any supported format. */
import { type Either, left } from 'fp-ts/lib/Either.js';
import type { Problem } from '../errors.js';
import { parseDarwinCoreTaxa } from '../formats/darwin-core/parse-taxa.js';
import { isTaxonHeader } from '../formats/darwin-core/taxon-rows.js';
import { parseNewick } from '../formats/newick/parse.js';
import { isWorms, parseWorms } from '../formats/worms/parse.js';
import type { CheckOptions } from './check.js';
import { readJson } from './read-json.js';
import { readRecords } from './read-records.js';
import { readTable, type TaxonomyTableOptions } from './read-table.js';
import type { Reading } from './reading.js';
import { Taxonomy } from './taxonomy.js';

/** The formats that taxonomies are read from. */
export const TAXONOMY_FORMATS = ['table', 'json', 'darwin-core', 'worms', 'newick'] as const;
/** How the text of a taxonomy is read. */
export type TaxonomyFormat = (typeof TAXONOMY_FORMATS)[number];

/** Extensions of trees in Newick. */
export const NEWICK: readonly string[] = ['.nwk', '.newick', '.tree', '.tre'];

/** Options of {@link parseTaxonomy}. */
export interface ParseOptions extends CheckOptions, TaxonomyTableOptions {
  /**
   * The format. Default: `newick` if the text begins with `(`; if it begins with `{` or `[`, `worms` where an `AphiaID` is in it
   * and otherwise `json`; a table whose header has taxonID, parentNameUsageID and scientificName is `darwin-core`, any other `table`.
   */
  readonly format?: TaxonomyFormat | undefined;
  /** Called with what was decided in reading, in sentences: synonyms that were followed, names that had to be told apart. */
  readonly onNote?: ((note: string) => void) | undefined;
  /** The name of the text in problems, such as its file. Default `taxonomy`. */
  readonly source?: string | undefined;
}

/**
 * Parses a taxonomy.
 *
 * - A **table** (CSV, TSV, also with `;`) has one of these pairs of columns; others are ignored:
 *   - `class` and `path`: the names from the top down to the leaf of the class;
 *   - `class` and `parent path`: the names down to the parent of the class, whose leaf has the name of the class;
 *   - `parent` and `child`: one edge per line, where a name is one node.
 *
 *   - `class` (or `taxon`) and `level0`, `level1`, ...: the groups of the class, the finest first. Blank ones are skipped, a class
 *     without any is left out, and nodes with a single child are collapsed unless they are kept.
 *
 *   A column `biological` (yes or no; empty means yes) marks classes that are no organisms; in a table of edges, all below the
 *   child.
 *   Columns `ids` and `ranks` hold those of all names of a path, joined by `>`; in a table of edges, `id` and `rank` are the
 *   child's.
 * - **JSON**: nested `{name, children, label?, id?, rank?, biological?}`, or nested objects whose keys are names.
 * - **Darwin Core**: a Taxon table; synonyms stand for their accepted names.
 * - **WoRMS**: classification records of its REST service, in JSON.
 * - **Newick**: a tree in parentheses, all of whose nodes have names.
 *
 * White space around names is removed.
 *
 * @returns right: the taxonomy; left: everything that is wrong with the text, each problem with its line
 */
export function parseTaxonomy(text: string, options: ParseOptions = {}): Either<readonly Problem[], Taxonomy> {
  const { source = 'taxonomy' } = options;
  const body = text.replace(/^\uFEFF/, '');
  if (body.trim() === '') {
    const expected = 'a table of classes and paths, JSON, Darwin Core, WoRMS or Newick';
    return left([{ where: source, expected, received: 'an empty file' }]);
  }
  const reading = readingOf(body, source, options);
  const singleChild = reading.hasEveryRank && options.singleChild !== 'keep' ? 'collapse' : options.singleChild;
  return Taxonomy.fromReading(reading, source, { ...options, singleChild });
}

function readingOf(text: string, source: string, options: ParseOptions): Reading {
  switch (options.format ?? formatOf(text)) {
    case 'json':
      return readJson(text, source);
    case 'darwin-core':
      return readRecords(parseDarwinCoreTaxa(text), source, options.onNote);
    case 'worms':
      return readRecords(parseWorms([{ text }]), source, options.onNote);
    case 'newick':
      return readRecords(parseNewick(text), source, options.onNote);
    case 'table':
      return readTable(text, source, options);
  }
}

function formatOf(text: string): TaxonomyFormat {
  if (/^\s*\(/.test(text)) return 'newick';
  if (/^\s*[{[]/.test(text)) return isWorms(text) ? 'worms' : 'json';
  return isTaxonHeader(columnsOf(text)) ? 'darwin-core' : 'table';
}

/** The columns of the header of a table, good enough to recognise it by. */
function columnsOf(text: string): readonly string[] {
  const [, header = ''] = /^\s*(?:"?sep=[,;\t]"?\s*\n\s*)?([^\r\n]*)/i.exec(text) ?? [];
  return header.split(/[,;\t]/).map((column) => column.trim().replace(/^"(.*)"$/, '$1'));
}
