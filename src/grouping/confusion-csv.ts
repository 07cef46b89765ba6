/**
 * Confusion matrices as files: a table with the class names in its first row and first column, one row per true class. The
 * field in the corner is the unit of the entries, `shares` or `images`.
 */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js';
import { formatCsv } from '../csv.js';
import { CladenetError, type Problem } from '../errors.js';
import { writeFileAtomic } from '../files.js';
import { MAX_TABLE_BYTES, readProblem, readRegularFile } from '../regular-file.js';
import { TableNumbers } from '../table-numbers.js';
import { atLine, type Finding, suggester, toProblems } from '../taxonomy/findings.js';
import { type Row, readRows } from '../taxonomy/rows.js';
import { decodeText } from '../text.js';
import { type ConfusionUnit, classProblems, ROW_TOLERANCE, rowProblem } from './check-confusion.js';
import { Confusion, refusal, sumOf } from './confusion.js';

/** Options of {@link readConfusion}. */
export interface ConfusionCsvOptions {
  /** Name of the text in problems, for instance a file name. Default `confusion matrix`. */
  readonly source?: string | undefined;
  /**
   * Unit of the entries. Default: the field in the corner; if that is neither unit, images where all entries are whole
   * numbers and not every row sums to 1, otherwise shares.
   */
  readonly unit?: ConfusionUnit | undefined;
}

/**
 * The confusion matrix of a table (CSV, TSV, also with `;`), or all its problems, each with its line. The rows may come in
 * another order than the columns; the order of the columns is kept.
 */
export function parseConfusion(text: string, options: ConfusionCsvOptions = {}): Either<readonly Problem[], Confusion> {
  const { source = 'confusion matrix' } = options;
  const { rows, delimiter, findings } = readRows(text.replace(/^\uFEFF/, ''), source);
  const [header, ...body] = rows;
  if (findings.length > 0) return left(toProblems(findings));
  if (header === undefined) {
    return left([{ where: source, expected: 'a table with the classes in its first row', received: 'an empty file' }]);
  }
  const [corner = '', ...classes] = header.fields;
  const top = classProblems(classes, (j) => `${source}, line ${header.line}, column ${j + 2}`, source);
  if (top.length > 0) return left(top);

  const n = classes.length;
  const { rowOf, findings: wrong } = matchRows(classes, body, source);
  const values = new Float64Array(n * n);
  const readable: number[] = [];
  const numbers = new TableNumbers(delimiter);
  rowOf.forEach(({ line, fields }, i) => {
    const placeOf = (j: number) => `${source}, line ${line}, column '${classes[j]}'`;
    const row = fields.slice(1).map((field, j) => numbers.read(field, () => placeOf(j)) ?? Number(field));
    row.forEach((value, j) => {
      if (!Number.isNaN(value)) return;
      const field = fields[j + 1] ?? '';
      const at = { where: placeOf(j), order: line };
      wrong.push({ at, expected: 'a number', received: `'${field}'`, remedy: numbers.remedyFor(field) });
    });
    values.set(row, i * n);
    if (!row.some(Number.isNaN)) readable.push(i);
  });
  const mixed = numbers.mixed();
  if (mixed !== undefined) wrong.push({ ...mixed, at: { where: mixed.where, order: 0 } });
  const unit = options.unit ?? (isUnit(corner) ? corner : guessUnit(values, n, readable));
  const lineOf = (i: number): number => rowOf.get(i)?.line ?? 0;
  const places = {
    row: (i: number) => `${source}, line ${lineOf(i)} ('${classes[i]}')`,
    cell: (i: number, j: number) => `${source}, line ${lineOf(i)}, column '${classes[j]}'`,
  };
  for (const i of readable) {
    const problem = rowProblem(classes, values, unit, places, i);
    if (problem !== undefined) wrong.push({ ...problem, at: { where: problem.where, order: lineOf(i) } });
  }
  for (const i of aggregates(classes, values)) {
    wrong.push({
      at: atLine(source, lineOf(i)),
      expected: 'rows and columns of classes',
      received: `'${classes[i]}', whose row and column are the sums of the others`,
      remedy: 'Remove this row and this column.',
    });
  }
  return wrong.length > 0 ? left(toProblems(wrong)) : right(new Confusion(classes, values, unit));
}

/**
 * Reads a confusion matrix from a table (CSV, TSV, also with `;`). The rows may come in another order than the columns; the
 * columns' order is kept.
 * @throws CladenetError `EVALUATION` with every problem, each with its line
 */
export async function readConfusion(path: string, options: ConfusionCsvOptions = {}): Promise<Confusion> {
  const { source = path } = options;
  const result = parseConfusion(await readText(path), { ...options, source });
  if (isLeft(result)) throw refusal(result.left);
  return result.right;
}

/**
 * The table of a confusion matrix as CSV, which `readConfusion` reads back.
 * @param unit unit of the entries. `shares` (default) is C itself; `images` also keeps the number of images
 * @throws CladenetError `USAGE` for `images` where only the shares are known
 */
export function confusionToCsv(confusion: Confusion, unit: ConfusionUnit = 'shares'): string {
  const { classes, shares, counts } = confusion;
  if (unit === 'images' && confusion.unit === 'shares') {
    throw new CladenetError('USAGE', 'The confusion matrix cannot be written as images.', [
      { where: 'unit', expected: "'shares', since the numbers of images are not known", received: "'images'" },
    ]);
  }
  const n = classes.length;
  // Nine decimals keep the rounding of summed probabilities out of the file; what is smaller stays as it is.
  const entries = unit === 'shares' ? shares : counts.map((count) => Math.round(count * 1e9) / 1e9 || count);
  const rows = classes.map((name, i) => [name, ...entries.subarray(i * n, (i + 1) * n)]);
  return formatCsv([[unit, ...classes], ...rows], { quoteDelimiters: true });
}

/**
 * Writes {@link confusionToCsv} to a file, completely or not at all.
 * @throws CladenetError `USAGE` for `images` where only the shares are known
 */
export async function writeConfusion(
  confusion: Confusion,
  path: string,
  unit: ConfusionUnit = 'shares',
): Promise<void> {
  await writeFileAtomic(path, confusionToCsv(confusion, unit));
}

/** @throws CladenetError `EVALUATION` if the file cannot be read, or is not UTF-8 */
export async function readText(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readRegularFile(path, { maxBytes: MAX_TABLE_BYTES });
  } catch (error) {
    throw new CladenetError('EVALUATION', `${path} cannot be read.`, [readProblem(path, error)], { cause: error });
  }
  const decoded = decodeText(bytes);
  if ('text' in decoded) return decoded.text;
  const problem = { where: `${path}, line ${decoded.line}`, ...decoded.problem };
  throw new CladenetError('EVALUATION', `${path} cannot be read.`, [problem]);
}

/** The row of each class by its index, if there is one of the right length; and everything that is not square. */
function matchRows(
  classes: readonly string[],
  body: readonly Row[],
  source: string,
): { rowOf: Map<number, Row>; findings: Finding[] } {
  const n = classes.length;
  const suggest = suggester(classes);
  const indexOf = new Map(classes.map((name, i) => [name, i]));
  const lineOf = new Map<string, number>();
  const rowOf = new Map<number, Row>();
  const findings: Finding[] = [];
  for (const row of body) {
    const { line, fields } = row;
    const at = atLine(source, line);
    const [name = ''] = fields;
    const index = indexOf.get(name);
    const earlier = lineOf.get(name);
    lineOf.set(name, earlier ?? line);
    if (index === undefined) {
      findings.push({ at, expected: 'a class of the first row', received: `'${name}'`, remedy: suggest(name) });
    } else if (earlier !== undefined) {
      findings.push({ at, expected: 'each class once', received: `'${name}', as in line ${earlier}` });
    } else if (fields.length !== n + 1) {
      const expected = `${n} entries after '${name}', one for each class of the first row`;
      findings.push({ at, expected, received: `${fields.length - 1}` });
    } else {
      rowOf.set(index, row);
    }
  }
  const missing = classes.filter((name) => !lineOf.has(name));
  if (missing.length > 0) {
    const [first = ''] = missing;
    const others = missing.length > 1 ? ` nor for ${missing.length - 1} others` : '';
    const at = { where: source, order: Infinity };
    const expected = `a row for each of the ${n} classes of the first row`;
    findings.push({ at, expected, received: `none for '${first}'${others}` });
  }
  return { rowOf, findings };
}

/** The rows and columns that hold sums: each entry is the sum of those of the other classes. */
function aggregates(classes: readonly string[], values: Float64Array): number[] {
  const n = classes.length;
  const value = (i: number, j: number) => values[i * n + j] ?? 0;
  const others = (i: number) => [...classes.keys()].filter((k) => k !== i);
  const isSum = (one: number, rest: number[]) => {
    const sum = rest.reduce((a, b) => a + b, 0);
    return Math.abs(one - sum) <= 1e-6 * Math.abs(sum);
  };
  return [...classes.keys()].filter((i) => {
    const rest = others(i);
    return (
      n > 2 &&
      value(i, i) > 0 &&
      rest.every((j) =>
        isSum(
          value(i, j),
          rest.map((k) => value(k, j)),
        ),
      ) &&
      rest.every((j) =>
        isSum(
          value(j, i),
          rest.map((k) => value(j, k)),
        ),
      )
    );
  });
}

function isUnit(corner: string): corner is ConfusionUnit {
  return corner === 'images' || corner === 'shares';
}

/** Images if the readable rows are whole numbers and do not all sum to 1. */
function guessUnit(values: Float64Array, n: number, readable: readonly number[]): ConfusionUnit {
  const rows = readable.map((i) => values.subarray(i * n, (i + 1) * n));
  if (!rows.every((row) => row.every(Number.isInteger))) return 'shares';
  return rows.every((row) => Math.abs(sumOf(row, 0, n) - 1) <= ROW_TOLERANCE) ? 'shares' : 'images';
}
