/**
 * Numbers in the cells of tables: with a decimal point or, as spreadsheets write them in many languages, with a decimal comma.
 * Between commas, `1,234` could as well be a thousand and something, so it is no number there.
 */
import type { Problem } from './errors.js';

/** What separates the fields of a table. */
export type Delimiter = ',' | ';' | '\t';

const WITH_POINT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const WITH_COMMA = /^[+-]?(?:\d+,\d*|,\d+)(?:e[+-]?\d+)?$/i;
const NONE = /^(?:nan|na|null)?$/i;

/** Whether a cell is a number that cannot be read, because its comma could separate thousands. */
export function hasUnclearComma(cell: string, delimiter: Delimiter): boolean {
  return delimiter === ',' && WITH_COMMA.test(cell);
}

/** Reads the numbers of one table, which all have the same decimal mark. */
export class TableNumbers {
  #point: { readonly cell: string; readonly where: string } | undefined;
  #comma: { readonly cell: string; readonly where: string } | undefined;

  constructor(private readonly delimiter: Delimiter) {}

  /**
   * The number of a cell: NaN where there is none, undefined where it holds something else.
   * @param where the place of the cell, for problems
   */
  read(cell: string, where: () => string): number | undefined {
    if (NONE.test(cell)) return Number.NaN;
    if (WITH_POINT.test(cell)) {
      if (this.#point === undefined && cell.includes('.')) this.#point = { cell, where: where() };
      return Number(cell);
    }
    if (this.delimiter === ',' || !WITH_COMMA.test(cell)) return undefined;
    this.#comma ??= { cell, where: where() };
    return Number(cell.replace(',', '.'));
  }

  /** What to do about a cell that is no number, if that is known. */
  remedyFor(cell: string): string | undefined {
    if (hasUnclearComma(cell, this.delimiter)) {
      const [whole, rest] = cell.split(',');
      return `It may be ${whole}.${rest} or ${whole}${rest}: write it as one of them, or separate the columns by semicolons.`;
    }
    return /^[+-]?\d[\d.,' \u00a0\u202f]*\d$/.test(cell) ? 'Write numbers without marks between thousands.' : undefined;
  }

  /** That some numbers of the table have a decimal point and others a decimal comma: one of them may separate thousands. */
  mixed(): Problem | undefined {
    const [point, comma] = [this.#point, this.#comma];
    if (point === undefined || comma === undefined) return undefined;
    return {
      where: comma.where,
      expected: 'numbers with one decimal mark',
      received: `'${comma.cell}', and '${point.cell}' in ${point.where}`,
      remedy: 'Write all numbers with a decimal point, or all with a decimal comma, and none between thousands.',
    };
  }
}
