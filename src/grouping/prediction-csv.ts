/** Confusion matrices from tables of predictions: one image per row, with its true class and its predicted class or probabilities. */

import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js';
import { largest } from '../arrays.js';
import type { Problem } from '../errors.js';
import { byCodePoint } from '../order.js';
import { type Delimiter, TableNumbers } from '../table-numbers.js';
import { atLine, type Finding, suggester, toProblems } from '../taxonomy/findings.js';
import { type Row, readRows } from '../taxonomy/rows.js';
import { classProblems, ROW_TOLERANCE, valueProblems } from './check-confusion.js';
import { Confusion, refusal, sumOf } from './confusion.js';
import { readText } from './confusion-csv.js';

/** Names of the column of true classes; case is ignored, and `_` is read as a space. */
const TRUE_COLUMNS: readonly string[] = ['true', 'true class', 'true label', 'label'];
/** Names of the column of predicted classes. */
const PREDICTED_COLUMNS: readonly string[] = ['predicted', 'predicted class', 'predicted label', 'prediction'];
/** Columns of a table of probabilities that are not classes. */
const OTHER_COLUMNS: readonly string[] = ['path', 'image', 'file'];

/** What stands in place of a class in a row that sums others. */
const AGGREGATE = /^(grand )?totals?$/i;

/** What was read of a table of predictions. */
export interface PredictionTable {
  readonly trueColumn: string;
  /** Undefined where the columns of probabilities were read. */
  readonly predictedColumn: string | undefined;
  /** Images, all of which are used. */
  readonly rows: number;
}

/** Options of {@link confusionFromPredictionFile}. */
export interface PredictionCsvOptions {
  /** Name of the text in problems, for instance a file name. Default `predictions`. */
  readonly source?: string | undefined;
  /** Sum the probabilities instead of counting the most probable classes. Default false. */
  readonly soft?: boolean | undefined;
  /**
   * All classes, in the order of the matrix. Default: the columns of probabilities, or in a table without these the classes
   * that occur, in code point order.
   */
  readonly classes?: readonly string[] | undefined;
  /** Called with what is read of the table. */
  readonly onTable?: ((table: PredictionTable) => void) | undefined;
}

/**
 * The confusion matrix of a table (CSV, TSV, also with `;`) with a column `true` and either a column `predicted` or one
 * column of probabilities per class; or all its problems, each with its line.
 */
export function parsePredictions(
  text: string,
  options: PredictionCsvOptions = {},
): Either<readonly Problem[], Confusion> {
  const { source = 'predictions' } = options;
  const { rows, delimiter, findings } = readRows(text.replace(/^\uFEFF/, ''), source);
  const [header, ...body] = rows;
  if (findings.length > 0) return left(toProblems(findings));
  if (header === undefined || body.length === 0) {
    const expected = "a table with a column 'true' and one image per row";
    return left([{ where: source, expected, received: header === undefined ? 'an empty file' : 'no rows' }]);
  }
  const names = header.fields.map((name) => name.toLowerCase().replaceAll('_', ' '));
  const at = (known: readonly string[]): number => names.findIndex((name) => known.includes(name));
  const several = [TRUE_COLUMNS, PREDICTED_COLUMNS].flatMap((known): Finding[] => {
    const found = [...names.keys()].filter((i) => known.includes(names[i] ?? ''));
    const [first = -1] = found;
    if (body.every(({ fields }) => found.every((i) => fields[i] === fields[first]))) return [];
    const received = found.map((i) => `'${header.fields[i]}'`).join(' and ');
    const expected = `one column that could be ${known === TRUE_COLUMNS ? 'the true class' : 'the prediction'}`;
    return [{ at: atLine(source, header.line), expected, received, remedy: 'Rename or remove one of them.' }];
  });
  const truth = at(TRUE_COLUMNS);
  const predicted = at(PREDICTED_COLUMNS);
  const problems: Finding[] = [...several];
  if (truth < 0) {
    const received = `the columns ${header.fields.map((name) => `'${name}'`).join(', ')}`;
    problems.push({ at: atLine(source, header.line), expected: "a column 'true' with the true classes", received });
  }
  for (const { line, fields } of body) {
    if (fields.length === names.length) continue;
    const expected = `${names.length} fields, as in the first line`;
    problems.push({ at: atLine(source, line), expected, received: `${fields.length}` });
  }
  for (const { line, fields } of body) {
    const name = fields[truth] ?? '';
    if (!AGGREGATE.test(name) || options.classes?.includes(name)) continue;
    const remedy = 'Remove a row of totals; if it is a class, give it another name.';
    problems.push({
      at: atLine(source, line),
      expected: 'one image',
      received: `'${name}', as in a row of totals`,
      remedy,
    });
  }
  if (problems.length > 0) return left(toProblems(problems));
  const asLabels = predicted >= 0 && !options.soft;
  options.onTable?.({
    trueColumn: header.fields[truth] ?? '',
    predictedColumn: asLabels ? header.fields[predicted] : undefined,
    rows: body.length,
  });
  return asLabels
    ? fromLabels(body, truth, predicted, options, source)
    : fromProbabilities(header, body, { truth, predicted, delimiter }, options, source);
}

/**
 * Reads the confusion matrix of a table of predictions (CSV, TSV, also with `;`): one image a row, a column `true`, and either a
 * column `predicted` or a column of probabilities for each class.
 * @throws CladenetError `EVALUATION` with every problem, each with its line
 */
export async function confusionFromPredictionFile(
  path: string,
  options: PredictionCsvOptions = {},
): Promise<Confusion> {
  const { source = path } = options;
  const result = parsePredictions(await readText(path), { ...options, source });
  if (isLeft(result)) throw refusal(result.left);
  return result.right;
}

function fromLabels(
  body: readonly Row[],
  truth: number,
  predicted: number,
  options: PredictionCsvOptions,
  source: string,
): Either<readonly Problem[], Confusion> {
  const occurring = new Set(body.flatMap(({ fields }) => [fields[truth] ?? '', fields[predicted] ?? '']));
  const classes = options.classes ?? [...occurring].filter((name) => name !== '').sort(byCodePoint);
  const label = labeller(classes, source);
  const n = classes.length;
  const counts = new Float64Array(n * n);
  for (const { line, fields } of body) {
    const [t, p] = [label.index(fields[truth] ?? '', line), label.index(fields[predicted] ?? '', line)];
    if (t >= 0 && p >= 0) counts[t * n + p] = (counts[t * n + p] as number) + 1;
  }
  return finish(classes, counts, label.findings, source);
}

function fromProbabilities(
  header: Row,
  body: readonly Row[],
  {
    truth,
    predicted,
    delimiter,
  }: { readonly truth: number; readonly predicted: number; readonly delimiter: Delimiter },
  options: PredictionCsvOptions,
  source: string,
): Either<readonly Problem[], Confusion> {
  const columns = header.fields
    .map((name, column) => ({ name, column }))
    .filter(({ name, column }) => column !== truth && column !== predicted && !isOther(name));
  if (columns.length === 0) {
    const expected = `a column of probabilities for each class${predicted < 0 ? ", or a column 'predicted'" : ', to sum them'}`;
    const received = `the columns ${header.fields.map((name) => `'${name}'`).join(', ')}`;
    return left([{ where: `${source}, line ${header.line}`, expected, received }]);
  }
  const columnOf = new Map(columns.map(({ name, column }) => [name, column]));
  const classes = options.classes ?? columns.map(({ name }) => name);
  const missing = classes.filter((name) => !columnOf.has(name));
  const extra = options.classes === undefined ? [] : columns.filter(({ name }) => !classes.includes(name));
  if (missing.length > 0 || extra.length > 0) {
    const received = [...missing.map((name) => `none for '${name}'`), ...extra.map(({ name }) => `one '${name}'`)];
    const where = `${source}, line ${header.line}`;
    return left([
      { where, expected: `a column for each of the ${classes.length} classes`, received: received.join(', ') },
    ]);
  }
  const label = labeller(classes, source);
  const findings = label.findings;
  const n = classes.length;
  const sums = new Float64Array(n * n);
  const numbers = new TableNumbers(delimiter);
  for (const { line, fields } of body) {
    const row = classes.map((name) => {
      const field = fields[columnOf.get(name) as number] as string;
      return numbers.read(field, () => `${source}, line ${line}, column '${name}'`) ?? Number(field);
    });
    const t = label.index(fields[truth] ?? '', line);
    const bad = row.findIndex((value) => !(value >= 0 && value < Infinity));
    const total = sumOf(row, 0, n);
    const at = atLine(source, line);
    if (bad >= 0) {
      const field = fields[columnOf.get(classes[bad] as string) as number] as string;
      const received = `'${field}' for '${classes[bad]}'`;
      const remedy = numbers.remedyFor(field);
      findings.push({ at, expected: 'finite probabilities of 0 or more', received, remedy });
    } else if (Math.abs(total - 1) > ROW_TOLERANCE) {
      findings.push({
        at,
        expected: `probabilities that sum to 1 (+/- ${ROW_TOLERANCE})`,
        received: `a sum of ${total}`,
      });
    } else if (t >= 0) {
      const best = row.indexOf(largest(row));
      row.forEach((value, p) => {
        const amount = options.soft ? value / total : Number(p === best);
        sums[t * n + p] = (sums[t * n + p] as number) + amount;
      });
    }
  }
  const mixed = numbers.mixed();
  if (mixed !== undefined) findings.push({ ...mixed, at: { where: mixed.where, order: 0 } });
  return finish(classes, sums, findings, source);
}

function finish(
  classes: readonly string[],
  counts: Float64Array,
  findings: readonly Finding[],
  source: string,
): Either<readonly Problem[], Confusion> {
  if (findings.length > 0) return left(toProblems(findings));
  const ofClass = (i: number): string => `${source}, class '${classes[i]}'`;
  const problems = [
    ...classProblems(classes, ofClass),
    ...valueProblems(classes, counts, 'images', { row: ofClass, cell: ofClass }),
  ];
  return problems.length > 0 ? left(problems) : right(new Confusion(classes, counts, 'images'));
}

/** Finds classes by name, and collects unknown names. */
function labeller(classes: readonly string[], source: string) {
  const indexOf = new Map(classes.map((name, i) => [name, i]));
  const suggest = suggester(classes);
  const findings: Finding[] = [];
  return {
    findings,
    index(name: string, line: number): number {
      const index = indexOf.get(name) ?? -1;
      if (index < 0) {
        const expected = `one of the ${classes.length} classes`;
        findings.push({ at: atLine(source, line), expected, received: `'${name}'`, remedy: suggest(name) });
      }
      return index;
    },
  };
}

function isOther(column: string): boolean {
  return OTHER_COLUMNS.includes(column.toLowerCase());
}
