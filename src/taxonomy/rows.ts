/** A delimited table (CSV, TSV) as rows of fields that know their line. */
import { CsvError, parse } from 'csv-parse/sync';
import { atLine, type Finding } from './findings.js';

export interface Row {
  /** Counted from 1: the line on which the row begins. */
  readonly line: number;
  /** Without white space around them. */
  readonly fields: readonly string[];
}

/**
 * The rows of a table, its header included; blank rows are left out. The delimiter is the one that the first line has
 * most of. A row that is not valid CSV is a finding, and reading goes on in the line after it.
 */
export function readRows(text: string, source: string): { rows: readonly Row[]; findings: readonly Finding[] } {
  const lines = text.replace(/\r\n?/g, '\n').split('\n');
  const delimiter = delimiterOf(lines.find(isFilled) ?? '');
  const rows: Row[] = [];
  const findings: Finding[] = [];
  for (let begin = 0; begin < lines.length; ) {
    let next = begin;
    const startOfRow = (): number => {
      while (next < lines.length && !isFilled(lines[next] ?? '')) next++;
      return next;
    };
    try {
      parse(lines.slice(begin).join('\n'), {
        delimiter,
        record_delimiter: '\n',
        trim: true,
        skip_empty_lines: true,
        relax_column_count: true,
        on_record: (fields: string[], { lines: read }) => {
          const line = startOfRow() + 1;
          next = begin + read;
          if (fields.some(isFilled)) rows.push({ line, fields });
          return null;
        },
      });
      break;
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      const line = startOfRow() + 1;
      findings.push({
        at: atLine(source, line),
        expected: 'a row whose quotes are closed and stand around whole fields',
        received: `'${(lines[line - 1] ?? '').trim()}'`,
        remedy: 'Write a field with quotes in it as "a ""quoted"" word".',
      });
      begin = line;
    }
  }
  return { rows, findings };
}

function isFilled(text: string): boolean {
  return text.trim() !== '';
}

function delimiterOf(header: string): string {
  const count = (delimiter: string): number => header.split(delimiter).length;
  return [',', '\t', ';'].reduce((best, other) => (count(other) > count(best) ? other : best));
}
