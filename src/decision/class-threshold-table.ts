/** Thresholds of classes as a table: chosen once, stored beside the classifier, read by people and changed by them. */
import { formatCsv } from '../csv.js';
import { CladenetError, didYouMean, type Problem } from '../errors.js';
import { writeFileAtomic } from '../files.js';
import { MAX_DOCUMENT_BYTES, readProblem, readRegularFile } from '../regular-file.js';
import { parseRows, type Row } from '../table-rows.js';
import { decodeText } from '../text.js';
import type { ClassThreshold, ClassThresholdRule } from './class-thresholds.js';

/** Thresholds as they are stored. */
export interface ClassThresholdTable {
  /** Of each class, in the order of the classifier's; infinity for a class that is never named. */
  readonly thresholds: readonly number[];
  /** SHA-256 of the description of the classifier that they were chosen for; undefined where the table does not say. */
  readonly classifier: string | undefined;
}

const COLUMNS = ['class', 'threshold', 'images', 'named', 'right', 'rule', 'classifier'] as const;
const NEVER = 'never';

/** `f1`, or `precision:0.9`. */
export const ruleText = (rule: ClassThresholdRule): string => (rule === 'f1' ? rule : `precision:${rule.precision}`);

/**
 * Writes thresholds as CSV, a class a row: `class`, `threshold` (a probability, or `never`), the validation images of the class,
 * those that are `named` so and those that are `right` among these, the rule and the classifier.
 *
 * @param classifier SHA-256 of its description; null where it is not known
 */
export async function writeClassThresholds(
  path: string,
  thresholds: readonly ClassThreshold[],
  { rule, classifier }: { readonly rule: ClassThresholdRule; readonly classifier: string | null },
): Promise<void> {
  const rows = thresholds.map(({ name, threshold, images, named, right }) => {
    const value = threshold === Number.POSITIVE_INFINITY ? NEVER : String(threshold);
    return [name, value, images, named, right, ruleText(rule), classifier ?? ''];
  });
  await writeFileAtomic(path, formatCsv([COLUMNS, ...rows]));
}

/**
 * Reads the thresholds of a classifier. Only the columns `class` and `threshold` are needed.
 *
 * @param classes those of the classifier
 * @throws CladenetError USAGE with everything that is wrong: by line, what is no probability, and classes that are missing,
 *   unknown or there twice
 */
export async function readClassThresholds(path: string, classes: readonly string[]): Promise<ClassThresholdTable> {
  const text = await textOf(path);
  const { rows, faults } = parseRows(text);
  if (faults.length > 0)
    throw refusal(
      path,
      faults.map(({ line, ...fault }) => ({ where: `${path}:${line}`, ...fault })),
    );
  const [header, ...body] = rows;
  const names = header?.fields.map((name) => name.toLowerCase()) ?? [];
  const at = (column: (typeof COLUMNS)[number]) => names.indexOf(column);
  const missing = (['class', 'threshold'] as const).filter((column) => at(column) < 0);
  if (missing.length > 0) {
    const received = names.length === 0 ? 'an empty file' : names.join(', ');
    const problem = (column: string) => ({
      where: `${path}:${header?.line ?? 1}`,
      expected: `a column ${column}`,
      received,
    });
    throw refusal(path, missing.map(problem));
  }
  const problems: Problem[] = [];
  const found = new Map<string, { readonly line: number; readonly threshold: number }>();
  for (const row of body) {
    const name = row.fields[at('class')] ?? '';
    const problem = rowProblem(row, name, row.fields[at('threshold')] ?? '', classes, found);
    if (problem !== undefined) problems.push({ where: `${path}:${row.line}`, ...problem });
    found.set(name, { line: row.line, threshold: probabilityIn(row.fields[at('threshold')] ?? '') ?? 0 });
  }
  for (const name of classes.filter((name) => !found.has(name))) {
    const remedy = `Add a row; the threshold 0 names the class whenever it is decided on.`;
    problems.push({ where: path, expected: `a threshold for '${name}'`, received: 'none', remedy });
  }
  if (problems.length > 0) throw refusal(path, problems);
  const classifier = body.map(({ fields }) => fields[at('classifier')] ?? '').find((hash) => hash !== '');
  return { thresholds: classes.map((name) => found.get(name)?.threshold ?? 0), classifier };
}

function rowProblem(
  { line }: Row,
  name: string,
  threshold: string,
  classes: readonly string[],
  found: ReadonlyMap<string, { readonly line: number }>,
): Omit<Problem, 'where'> | undefined {
  if (!classes.includes(name)) {
    const remedy = didYouMean(name, classes) ?? 'The thresholds are those of another classifier.';
    return { expected: 'a class of the classifier', received: `'${name}'`, remedy };
  }
  const first = found.get(name);
  if (first !== undefined && first.line !== line) {
    return { expected: 'each class once', received: `'${name}' again (first in line ${first.line})` };
  }
  if (probabilityIn(threshold) !== undefined) return undefined;
  return {
    expected: `a probability from 0 to 1, or ${NEVER}`,
    received: threshold === '' ? 'nothing' : `'${threshold}'`,
  };
}

/** Also with a decimal comma, as spreadsheets write it. */
function probabilityIn(cell: string): number | undefined {
  if (/^(never|inf|infinity)$/i.test(cell)) return Number.POSITIVE_INFINITY;
  const value = cell === '' ? Number.NaN : Number(cell.replace(',', '.'));
  return value >= 0 && value <= 1 ? value : undefined;
}

async function textOf(path: string): Promise<string> {
  const bytes = await readRegularFile(path, { maxBytes: MAX_DOCUMENT_BYTES }).catch((error: unknown) => {
    throw refusal(path, [readProblem(path, error, 'f1, precision: and a share, or a table of thresholds')]);
  });
  const decoded = decodeText(bytes);
  if ('text' in decoded) return decoded.text;
  throw refusal(path, [{ where: `${path}:${decoded.line}`, ...decoded.problem }]);
}

const refusal = (path: string, problems: readonly Problem[]) =>
  new CladenetError('USAGE', `The thresholds in ${path} cannot be used`, problems);
