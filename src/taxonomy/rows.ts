/** Reads a delimited table (CSV, TSV) into rows of fields, each with its line. */
import { CsvError, parse } from 'csv-parse/sync';
import { atLine, type Finding } from './findings.js';

export interface Row {
  /** The line on which the row begins, counted from 1. */
  readonly line: number;
  /** Trimmed. */
  readonly fields: readonly string[];
}

/**
 * Reads the rows of a table, header included, without blank rows. The delimiter is the most frequent of comma, tab and
 * semicolon in the first line. A row that is not valid CSV is a finding; reading continues on the line after it.
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
