/** Reads a delimited table (CSV, TSV) into rows of fields, with findings for what is no row. */
import { parseRows, type TableRows } from '../table-rows.js';
import { atLine, type Finding } from './findings.js';

export type { Row } from '../table-rows.js';

export interface RowsAndFindings extends Pick<TableRows, 'rows' | 'delimiter' | 'isIncomplete'> {
  readonly findings: readonly Finding[];
}

/** Reads the rows of a table, header included, without blank rows; see `parseRows`. */
export function readRows(text: string, source: string): RowsAndFindings {
  const { rows, delimiter, faults, isIncomplete } = parseRows(text);
  return {
    rows,
    delimiter,
    isIncomplete,
    findings: faults.map(({ line, ...fault }) => ({ at: atLine(source, line), ...fault })),
  };
}
