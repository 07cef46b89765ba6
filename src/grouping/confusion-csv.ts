/**
 * Confusion matrices as files: a table with the class names as first row and first column, a row a true class. The field
 * in the corner says what the entries are, `shares` or `images`.
 */
import { readFile } from 'node:fs/promises';
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js';
import { CladenetError, type Problem } from '../errors.js';
import { writeFileAtomic } from '../files.js';
import { atLine, suggester, toProblems } from '../taxonomy/findings.js';
import { type Row, readRows } from '../taxonomy/rows.js';
import { classProblems, ROW_TOLERANCE, type Unit, valueProblems } from './check-confusion.js';
import { type Confusion, fromValues, refusal, sumOf } from './confusion.js';

export interface ConfusionCsvOptions {
  /** What the text is called in problems: a file's name. Default `confusion matrix`. */
  readonly source?: string | undefined;
  /**
   * What the entries are. Default: what the corner says; if it says neither, images if all entries are whole numbers
   * and not every row sums to 1, otherwise shares.
   */
  readonly unit?: Unit | undefined;
}

/**
 * The confusion matrix of a table (CSV, TSV, also with `;`), or everything wrong with it, each problem with its line.
 * The rows may come in another order than the columns; the columns' order is kept.
 */
export function parseConfusion(text: string, options: ConfusionCsvOptions = {}): Either<readonly Problem[], Confusion> {
  const { source = 'confusion matrix' } = options;
  const { rows, findings } = readRows(text.replace(/^\uFEFF/, ''), source);
  const [header, ...body] = rows;
  if (findings.length > 0) return left(toProblems(findings));
  if (header === undefined) {
    return left([{ where: source, expected: 'a table with the classes in its first row', received: 'an empty file' }]);
  }
  const [corner = '', ...classes] = header.fields;
  const top = classProblems(classes, (j) => `${source}, line ${header.line}, column ${j + 2}`);
  if (top.length > 0) return left(top);
  const shape = shapeProblems(classes, body, source);
  if (shape.length > 0) return left(shape);

  const n = classes.length;
  const rowOf = new Map(body.map((row) => [row.fields[0], row]));
  const values = new Float64Array(n * n);
  const lines = new Int32Array(n);
  const unreadable: Problem[] = [];
  classes.forEach((name, i) => {
    // The shape was checked: each class has one row, of n + 1 fields.
    const { line, fields } = rowOf.get(name) as Row;
    lines[i] = line;
    for (let j = 0; j < n; j++) {
      const field = fields[j + 1] as string;
      const value = field === '' ? Number.NaN : Number(field);
      values[i * n + j] = value;
      if (Number.isNaN(value)) {
        const where = `${source}, line ${line}, column '${classes[j]}'`;
        unreadable.push({ where, expected: 'a number', received: `'${field}'` });
      }
    }
  });
  if (unreadable.length > 0) return left(unreadable);
  const unit = options.unit ?? (isUnit(corner) ? corner : guessUnit(values, n));
  const problems = valueProblems(classes, values, unit, {
    row: (i) => `${source}, line ${lines[i]} ('${classes[i]}')`,
    cell: (i, j) => `${source}, line ${lines[i]}, column '${classes[j]}'`,
  });
  return problems.length > 0 ? left(problems) : right(fromValues(classes, values, unit));
}

/**
 * Reads a confusion matrix from a file, see {@link parseConfusion}.
 * @throws CladenetError `EVALUATION` with every problem, each with its line
 */
export async function readConfusion(path: string, options: ConfusionCsvOptions = {}): Promise<Confusion> {
  const { source = path } = options;
  const result = parseConfusion(await readText(path), { ...options, source });
  if (isLeft(result)) throw refusal(result.left);
  return result.right;
}

/**
 * The table of a confusion matrix, which {@link parseConfusion} reads as the same one.
 * @param unit what to write. Default `shares`, C itself; `images` keeps how many images there were, too
 * @throws CladenetError `USAGE` for `images` where only the shares are known
 */
export function confusionToCsv({ classes, shares, images }: Confusion, unit: Unit = 'shares'): string {
  if (unit === 'images' && images === undefined) {
    throw new CladenetError('USAGE', 'The confusion matrix cannot be written in images.', [
      { where: 'unit', expected: "'shares', which is all that is known", received: "'images'" },
    ]);
  }
  const n = classes.length;
  const lines = classes.map((name, i) => {
    const row = shares.subarray(i * n, (i + 1) * n);
    const count = images?.[i] ?? 1;
    // Counts come back whole from their shares, free of the rounding of the division.
    const entries = unit === 'shares' ? row : row.map((share) => Math.round(share * count * 1e9) / 1e9);
    return `${quote(name)},${entries.join(',')}\n`;
  });
  return `${[unit, ...classes.map(quote)].join(',')}\n${lines.join('')}`;
}

/** Writes {@link confusionToCsv} to a file, whole or not at all. */
export async function writeConfusion(confusion: Confusion, path: string, unit: Unit = 'shares'): Promise<void> {
  await writeFileAtomic(path, confusionToCsv(confusion, unit));
}

/** @throws CladenetError `EVALUATION` if the file cannot be read */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error)) throw error;
    const received = error.code === 'ENOENT' ? 'no such file' : error.message;
    const problem = { where: path, expected: 'a file that can be read', received };
    throw new CladenetError('EVALUATION', `${path} cannot be read.`, [problem], { cause: error });
  }
}

/** Rows that do not make a square with the columns. */
function shapeProblems(classes: readonly string[], body: readonly Row[], source: string): readonly Problem[] {
  const n = classes.length;
  const suggest = suggester(classes);
  const known = new Set(classes);
  const lineOf = new Map<string, number>();
  const findings = body.flatMap(({ line, fields }) => {
    const at = atLine(source, line);
    const [name = ''] = fields;
    const earlier = lineOf.get(name);
    lineOf.set(name, earlier ?? line);
    if (!known.has(name)) {
      return [{ at, expected: 'a class of the first row', received: `'${name}'`, remedy: suggest(name) }];
    }
    if (earlier !== undefined) {
      return [{ at, expected: 'each class once', received: `'${name}', as in line ${earlier}` }];
    }
    if (fields.length === n + 1) return [];
    const expected = `${n} entries after '${name}', one for each class of the first row`;
    return [{ at, expected, received: `${fields.length - 1}` }];
  });
  const missing = classes.filter((name) => !lineOf.has(name));
  const problems = [...toProblems(findings)];
  if (missing.length > 0) {
    const [first = ''] = missing;
    const others = missing.length > 1 ? ` nor for ${missing.length - 1} others` : '';
    const expected = `a row for each of the ${n} classes of the first row`;
    problems.push({ where: source, expected, received: `none for '${first}'${others}` });
  }
  return problems;
}

function isUnit(corner: string): corner is Unit {
  return corner === 'images' || corner === 'shares';
}

function guessUnit(values: Float64Array, n: number): Unit {
  if (!values.every(Number.isInteger)) return 'shares';
  for (let i = 0; i < n; i++) {
    if (Math.abs(sumOf(values, i * n, (i + 1) * n) - 1) > ROW_TOLERANCE) return 'images';
  }
  return 'shares';
}

function quote(field: string): string {
  return /[",\t;]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
