/** Tables as CSV. All that cladenet writes go through here, so that no cell becomes a formula in a spreadsheet. */
import { stringify } from 'csv-stringify/sync';

export interface CsvOptions {
  /** Also quote fields with a tab or a semicolon, for programs that guess the delimiter. Default `false`. */
  readonly quoteDelimiters?: boolean | undefined;
  /** Between fields. Default a comma. */
  readonly delimiter?: ',' | '\t' | undefined;
}

/**
 * Formats rows as CSV (RFC 4180, with `\n` at the end of each row). Fields are quoted only where they need it.
 *
 * Text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV injection"), which
 * `parseRows` removes. Numbers, also those given as text, stay as they are.
 */
export function formatCsv(
  rows: readonly (readonly (string | number | undefined)[])[],
  { quoteDelimiters = false, delimiter = ',' }: CsvOptions = {},
): string {
  const cells = rows.map((row) => row.map((value) => (typeof value === 'string' ? asCell(value) : value)));
  return stringify(cells, { delimiter, quoted_match: quoteDelimiters ? /[\t;\r]/ : /\r/ });
}

/** What begins a formula, also in the full-width forms of Chinese and Japanese, behind any apostrophes. */
const FORMULA = /^'*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A text as it is written into a cell. */
function asCell(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** The text of a cell that {@link formatCsv} wrote. */
export function ofCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}
