/** Parses taxonomies from text of any supported format. */
import { type Either, left } from 'fp-ts/lib/Either.js';
import type { Problem } from '../errors.js';
import type { CheckOptions } from './check.js';
import { readJson } from './read-json.js';
import { readTable, type TaxonomyTableOptions } from './read-table.js';
import { Taxonomy } from './taxonomy.js';

/** Options of {@link parseTaxonomy}. */
export interface ParseOptions extends CheckOptions, TaxonomyTableOptions {
  /** The format. Default: JSON if the text begins with `{` or `[`, otherwise a table. */
  readonly format?: 'table' | 'json' | undefined;
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
 *   A column `biological` (yes or no; empty means yes) marks classes that are no organisms; in a table of edges, all below the
 *   child.
 * - **JSON**: nested `{name, children, label?, biological?}`, or nested objects whose keys are names.
 *
 * White space around names is removed.
 *
 * @returns right: the taxonomy; left: everything that is wrong with the text, each problem with its line
 */
export function parseTaxonomy(text: string, options: ParseOptions = {}): Either<readonly Problem[], Taxonomy> {
  const { source = 'taxonomy' } = options;
  const body = text.replace(/^\uFEFF/, '');
  if (body.trim() === '') {
    return left([{ where: source, expected: 'a table of classes and paths, or JSON', received: 'an empty file' }]);
  }
  const { format = /^\s*[{[]/.test(body) ? 'json' : 'table' } = options;
  const reading = format === 'json' ? readJson(body, source) : readTable(body, source, options);
  return Taxonomy.fromReading(reading, source, options);
}
