/** Tables as CSV. */
import { stringify } from 'csv-stringify/sync';

export interface CsvOptions {
  /** Also quote fields with a tab or a semicolon, for programs that guess the delimiter. Default `false`. */
  readonly quoteDelimiters?: boolean | undefined;
}

/** Formats rows as CSV (RFC 4180, with `\n` at the end of each row). Fields are quoted only where they need it. */
export function formatCsv(
  rows: readonly (readonly (string | number | undefined)[])[],
  { quoteDelimiters = false }: CsvOptions = {},
): string {
  return stringify(rows as (string | number | undefined)[][], { quoted_match: quoteDelimiters ? /[\t;\r]/ : /\r/ });
}
