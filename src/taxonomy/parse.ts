/** Taxonomies from text: which of the formats it is, and what it says. */
import { type Either, left } from 'fp-ts/lib/Either.js';
import type { Problem } from '../errors.js';
import type { CheckOptions } from './check.js';
import { readJson } from './read-json.js';
import { readTable, type TableOptions } from './read-table.js';
import { Taxonomy } from './taxonomy.js';

export interface ParseOptions extends CheckOptions, TableOptions {
  /** Default: JSON if the text begins with `{` or `[`, otherwise a table. */
  readonly format?: 'table' | 'json' | undefined;
  /** What the text is called in problems: a file's name. Default `taxonomy`. */
  readonly source?: string | undefined;
}

/**
 * The taxonomy that a text describes, or everything that is wrong with it, each problem with its line.
 *
 * - A table (CSV, TSV, also with `;`) with the columns `class` and `path`, the names from the top down to the leaf; or
 *   `class` and `parent path`, the names down to the node below which the class hangs, as a leaf of its own name; or
 *   `parent` and `child`, one edge a line, where a name is one node. Other columns are ignored.
 * - JSON: nested `{name, children, label?}`, or nested objects whose keys are names.
 *
 * White space around names is dropped.
 */
export function parseTaxonomy(text: string, options: ParseOptions = {}): Either<readonly Problem[], Taxonomy> {
  const { source = 'taxonomy' } = options;
  const body = text.replace(/^\uFEFF/, '');
  if (body.trim() === '') {
    return left([{ where: source, expected: 'a table of classes and paths, or JSON', received: 'an empty file' }]);
  }
  const { format = /^\s*[{[]/.test(body) ? 'json' : 'table' } = options;
  const reading = format === 'json' ? readJson(body, source) : readTable(body, source, options);
  return Taxonomy.check(reading, source, options);
}
