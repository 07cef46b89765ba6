/** What features are selected on, and what can be wrong with it. */
import { append } from '../arrays.js';
import { CladenetError, type Problem } from '../errors.js';
import { type FeatureTable, requireFeatureTable } from '../features/feature-table.js';
import { valueProblems as infiniteProblems } from '../forest/check-table.js';
import { labelProblems, trainingProblems } from '../forest/check-training.js';
import { counted } from '../units.js';
import { picked } from './picked.js';

/** The most candidates whose correlations are computed. */
const MOST_CANDIDATES = 1000;

/** Features, classes and a split. */
export interface SelectionData {
  /** Features that are there in any case, such as learned ones, of the same rows as the candidates. Default: none */
  readonly base?: FeatureTable | undefined;
  /** Features that may add to them, such as those of biologists. NaN is replaced by the median of the training rows. */
  readonly candidates: FeatureTable;
  /** Of each row: its place in `classes`. Only rows of the split need one. */
  readonly labels: ArrayLike<number>;
  readonly classes: readonly string[];
  /** Indices of rows. Forests are trained on `train`, everything is chosen on `validation`, and `test` judges the result. */
  readonly split: {
    readonly train: ArrayLike<number>;
    readonly validation: ArrayLike<number>;
    /** Default: none, and nothing is judged */
    readonly test?: ArrayLike<number> | undefined;
  };
}

/** The base and the candidates side by side. */
export function joinedTable({ base, candidates }: Pick<SelectionData, 'base' | 'candidates'>): FeatureTable {
  if (base === undefined) return candidates;
  const [left, right] = [base.names.length, candidates.names.length];
  const values = new Float64Array(base.values.length + candidates.values.length);
  for (let row = 0; row < candidates.rows.length; row++) {
    values.set(base.values.subarray(row * left, (row + 1) * left), row * (left + right));
    values.set(candidates.values.subarray(row * right, (row + 1) * right), row * (left + right) + left);
  }
  return { names: [...base.names, ...candidates.names], rows: candidates.rows, values };
}

export const labelsOf = ({ labels }: Pick<SelectionData, 'labels'>, rows: ArrayLike<number>): Int32Array =>
  Int32Array.from(rows, (row) => labels[row] as number);

/** @throws CladenetError USAGE for tables that do not fit each other, DATASET for what forests cannot be trained or judged on */
export function requireSelectable(data: SelectionData): void {
  requireFeatureTable(data.candidates);
  if (data.base !== undefined) requireFeatureTable(data.base);
  const usage = [...baseProblems(data), ...candidateProblems(data), ...splitProblems(data)];
  if (usage.length > 0) throw new CladenetError('USAGE', 'Features cannot be selected on this', usage);
  const problems = dataProblems(data);
  if (problems.length > 0) throw new CladenetError('DATASET', 'Features cannot be selected on this', problems);
}

function baseProblems({ base, candidates }: SelectionData): Problem[] {
  if (base === undefined) return [];
  const problems: Problem[] = [];
  if (base.rows.length !== candidates.rows.length) {
    const expected = `the ${counted(candidates.rows.length, 'row')} of candidates`;
    problems.push({ where: 'base.rows', expected, received: `${base.rows.length}` });
  } else {
    const at = candidates.rows.findIndex((row, i) => row !== base.rows[i]);
    if (at >= 0) {
      const expected = `${candidates.rows[at]}, as in candidates`;
      const remedy = 'Give both tables the same rows in the same order.';
      problems.push({ where: `base.rows[${at}]`, expected, received: `${base.rows[at]}`, remedy });
    }
  }
  const own = new Set(base.names);
  const shared = candidates.names.filter((name) => own.has(name));
  if (shared.length > 0) {
    const expected = 'names that base does not have';
    problems.push({ where: 'candidates.names', expected, received: shared.join(', '), remedy: 'Rename them.' });
  }
  return problems;
}

function candidateProblems({ candidates: { names, rows }, labels }: SelectionData): Problem[] {
  const problems: Problem[] = [];
  const where = 'candidates.names';
  if (names.length === 0) problems.push({ where, expected: 'at least 1 feature', received: 'none' });
  if (names.length > MOST_CANDIDATES) {
    problems.push({ where, expected: `at most ${MOST_CANDIDATES} features`, received: `${names.length}` });
  }
  if (labels.length !== rows.length) {
    const expected = `one for each of the ${counted(rows.length, 'row')}`;
    problems.push({ where: 'labels', expected, received: `${labels.length}` });
  }
  return problems;
}

/** Sets that are empty, rows that do not exist, and rows in two sets. */
function splitProblems({ candidates, split: { train, validation, test = [] } }: SelectionData): Problem[] {
  const problems: Problem[] = [];
  const rows = candidates.rows.length;
  const placed = new Map<number, string>();
  for (const [name, set] of Object.entries({ train, validation, test })) {
    const where = `split.${name}`;
    if (set.length === 0 && name !== 'test') problems.push({ where, expected: 'at least 1 row', received: 'none' });
    const unknown = Array.from(set).filter((row) => !Number.isInteger(row) || row < 0 || row >= rows);
    if (unknown.length > 0) {
      const received = `${unknown.slice(0, 5).join(', ')}${unknown.length > 5 ? `, ... (${unknown.length})` : ''}`;
      problems.push({ where, expected: `indices of the ${counted(rows, 'row')}`, received });
    }
    const twice = Array.from(set).filter((row) => placed.has(row));
    if (twice.length > 0) {
      const first = twice[0] as number;
      const received = `${counted(twice.length, 'row')} of ${placed.get(first)} too, such as ${candidates.rows[first]}`;
      problems.push({ where, expected: 'rows of no other set', received });
    }
    for (const row of Array.from(set)) placed.set(row, `split.${name}`);
  }
  return problems;
}

function dataProblems(data: SelectionData): Problem[] {
  const { classes, split } = data;
  const table = joinedTable(data);
  const problems = trainingProblems(picked(table, split.train), labelsOf(data, split.train), classes, 'median');
  for (const set of [split.validation, split.test ?? []]) {
    const part = picked(table, set);
    append(problems, infiniteProblems(part, true, ''));
    // Rows of one class can be judged, though not trained on.
    append(
      problems,
      labelProblems(part.rows, labelsOf(data, set), classes.length).filter(
        ({ received }) => received !== 'rows of 1 class',
      ),
    );
  }
  return problems;
}
