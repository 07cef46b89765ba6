/** Rows of a delimited table (CSV, TSV), each with its line. */
import { CsvError, parse } from 'csv-parse/sync';
import type { Problem } from './errors.js';

/** A row of a table. */
export interface Row {
  /** The line on which the row begins, counted from 1. */
  readonly line: number;
  /** Trimmed. */
  readonly fields: readonly string[];
}

/** A place in a table that is not valid CSV, or that is most likely several rows read as one. */
export interface RowFault extends Omit<Problem, 'where'> {
  readonly line: number;
}

/** What is in a table. */
export interface TableRows {
  readonly rows: readonly Row[];
  readonly faults: readonly RowFault[];
  /** Whether a fault hides several rows, so that what is read is not the whole table. */
  readonly isIncomplete: boolean;
}

/** Reading stops after this many faults: what follows is not a table. */
const MOST_FAULTS = 100;

/**
 * Reads the rows of a table, header included, without blank rows. The delimiter is the most frequent of comma, tab and
 * semicolon in the first line; between tabs, a quote within a cell stands for itself. After a row that is not valid CSV, reading continues on the next line.
 *
 * A quote that is never meant to open a cell swallows all rows up to the next quote. Two such quotes look like one cell of
 * several lines, with at least as many delimiters in it as there are in a row, so such a cell is a fault.
 */
export function parseRows(text: string): TableRows {
  const lines = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n');
  const delimiter = delimiterOf(lines.find(isFilled) ?? '');
  const rows: Row[] = [];
  const faults: RowFault[] = [];
  let isIncomplete = false;
  for (let begin = 0; begin < lines.length && faults.length < MOST_FAULTS; ) {
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
        relax_quotes: delimiter === '\t',
        on_record: (fields: string[], { lines: read }) => {
          const line = startOfRow() + 1;
          next = begin + read;
          if (!fields.some(isFilled)) return null;
          const columns = rows[0]?.fields.length ?? fields.length;
          const fault = swallowed(fields, line, delimiter, columns);
          if (fault === undefined) rows.push({ line, fields });
          else {
            faults.push(fault);
            isIncomplete = true;
          }
          return null;
        },
      });
      break;
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      const line = startOfRow() + 1;
      faults.push({
        line,
        expected: 'a row whose quotes are closed and stand around whole fields',
        received: `'${shortened((lines[line - 1] ?? '').trim())}'`,
        remedy: 'Remove the quote, or write a field with quotes in it as "a ""quoted"" word".',
      });
      begin = line;
    }
  }
  return { rows, faults, isIncomplete };
}

/** The fault of a row with a cell of several lines in which further rows seem to be. */
function swallowed(fields: readonly string[], start: number, delimiter: string, columns: number): RowFault | undefined {
  let line = start;
  for (const field of fields) {
    const breaks = field.split('\n').length - 1;
    const delimiters = field.split(delimiter).length - 1;
    if (breaks > 0 && (delimiters >= columns - 1 || fields.length > columns)) {
      return {
        line,
        expected: `rows of ${columns} fields`,
        received: `a quoted cell from line ${line} to line ${line + breaks} that seems to hold rows`,
        remedy: `Remove the quotes in line ${line} and in line ${line + breaks}; if it is one cell, remove its line breaks.`,
      };
    }
    line += breaks;
  }
  return undefined;
}

function isFilled(text: string): boolean {
  return text.trim() !== '';
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : text;
}

function delimiterOf(header: string): string {
  const count = (delimiter: string): number => header.split(delimiter).length;
  return [',', '\t', ';'].reduce((best, other) => (count(other) > count(best) ? other : best));
}
