/** Tables as CSV. */
import { stringify } from 'csv-stringify/sync';

/**
 * Formats rows as CSV (RFC 4180, with `\n` at the end of each row). A field with a comma, a quote or a line break is quoted, and
 * so is one with a tab or a semicolon: some programs take these for the delimiter.
 */
export function formatCsv(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return stringify(rows as (string | number | undefined)[][], { quoted_match: /[\t;\r]/ });
}
