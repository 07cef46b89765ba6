/** Plain-text table for the terminal: classifiers side by side, and their differences. */
import { append } from '../../arrays.js';
import type { Comparison, Difference } from '../../evaluation/compare.js';
import type { ComparedMetric } from '../../evaluation/compared-metrics.js';
import { type Coverage, coverageNote } from '../coverage.js';
import {
  bestValue,
  columnsOf,
  formatChange,
  formatP,
  formatValue,
  metricColumn,
  metricValue,
  type TableMetric,
} from '../metrics.js';
import { alignColumns, blocksOf } from './columns.js';
import { wordsOf, wrap } from './terminal-text.js';

export interface ComparisonTableOptions extends Coverage {
  /** Characters in a line. Columns that do not fit go into another table below. Default: no limit. */
  readonly width?: number | undefined;
  /** The columns, in their order. Default: all metrics that any of the classifiers has. */
  readonly metrics?: readonly TableMetric[] | undefined;
  /** The metrics whose differences are listed. Default: all that are compared, among `metrics`. */
  readonly differencesIn?: readonly ComparedMetric[] | undefined;
}

/** Of the note, where lines have no limit. */
const NOTE_WIDTH = 100;

/**
 * Classifiers side by side: one line a classifier, one column a metric; the best of a column carries a `*`. Below are
 * their differences with 95 % intervals and p-values, and what these cover. Shares are percentages, their differences
 * percentage points.
 *
 * @param comparison of `compareClassifiers`; for one classifier, `{ models: [{ name, ...evaluate(...) }] }`
 * @returns lines of text, the last one without a line break
 * @example
 * ```ts
 * import { compareClassifiers, comparisonTable } from 'cladenet';
 *
 * const classes = ['calanoid', 'cyclopoid', 'diatom'];
 * const labels = Int32Array.from([0, 1, 2, 2]);
 * const flat = { classes, labels, probabilities: Float64Array.of(0.7, 0.2, 0.1, 0.6, 0.3, 0.1, 0.1, 0.1, 0.8, 0.5, 0.2, 0.3) };
 * const tree = { classes, labels, probabilities: Float64Array.of(0.7, 0.2, 0.1, 0.3, 0.6, 0.1, 0.1, 0.1, 0.8, 0.3, 0.2, 0.5) };
 * const comparison = compareClassifiers({ flat, tree }, { seed: 1 });
 * console.log(comparisonTable(comparison, { metrics: ['accuracy', 'logLoss'], differencesIn: ['accuracy'] }));
 * // =>       accuracy   log-loss
 * //    flat    50.0 %      0.747
 * //    tree   100.0 %*     0.446*
 * //
 * //    * best of its column
 * //
 * //    difference   metric    change          95 % interval      p
 * //    flat - tree  accuracy   -50.0  points  [-100.0, 0.0]  0.500
 * //
 * //    Intervals and p-values hold for these trained classifiers on other images of the same kind; training
 * //    again with another seed may change the difference (a study compares over seeds).
 * ```
 */
export function comparisonTable(
  { models, differences = [] }: Pick<Comparison, 'models'> & Partial<Comparison>,
  { width = Number.POSITIVE_INFINITY, metrics, differencesIn, ...coverage }: ComparisonTableOptions = {},
): string {
  const marked = models.length > 1;
  const columns = columnsOf(models, metrics).map((column) => ({ column, best: bestValue(models, column) }));
  const rows = models.map((model) => [
    model.name,
    ...columns.map(({ column, best }) => {
      const value = metricValue(model, column.metric);
      const star = value !== null && value === best ? '*' : ' ';
      return `${formatValue(column, value)}${marked ? star : ''}`;
    }),
  ]);
  const head = ['', ...columns.map(({ column: { title } }) => (marked ? `${title} ` : title))];
  const lines = blocksOf([head, ...rows], width).flatMap((block, i) => [
    ...(i === 0 ? [] : ['']),
    ...alignColumns(block, 1),
  ]);
  if (marked) lines.push('', '* best of its column');
  const listed = differences.filter(
    ({ metric }) => (metrics === undefined || metrics.includes(metric)) && (differencesIn ?? [metric]).includes(metric),
  );
  if (listed.length > 0) {
    const note = wrap(wordsOf(coverageNote(coverage)), Math.min(width, NOTE_WIDTH));
    append(lines, ['', ...differenceLines(listed), '', ...note]);
  }
  return lines.join('\n');
}

function differenceLines(differences: readonly Difference[]): string[] {
  const rows = differences.map(({ a, b, metric, difference, ci95: [low, high], p }) => {
    const column = metricColumn(metric);
    const interval = `[${formatChange(column, low)}, ${formatChange(column, high)}]`;
    const unit = column.kind === 'share' ? 'points' : '';
    return [`${a} - ${b}`, column.title, formatChange(column, difference), unit, interval, formatP(p)];
  });
  return alignColumns([['difference', 'metric', 'change', '', '95 % interval', 'p'], ...rows], 2);
}
