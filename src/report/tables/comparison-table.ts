/** Plain-text tables for the terminal: classifiers side by side, and their differences. */

import { percent } from '../figures/theme.js';
import { alignColumns, blocksOf } from './columns.js';

export interface TableRow {
  readonly name: string;
  readonly metrics: Readonly<Record<string, number | undefined>>;
}

/** Metric of `a` minus that of `b` on the same images. */
export interface TableDifference {
  readonly a: string;
  readonly b: string;
  readonly metric: string;
  readonly difference: number;
  readonly ci95: readonly [number, number];
  readonly p?: number | undefined;
}

export interface TableColumn {
  /** Key in `metrics`. */
  readonly metric: string;
  readonly title: string;
  /** A share is printed as a percentage, its differences in percentage points; a number with three decimals. */
  readonly kind: 'share' | 'number';
  readonly better: 'higher' | 'lower';
}

const share = (metric: string, title: string): TableColumn => ({ metric, title, kind: 'share', better: 'higher' });
const cost = (metric: string, title: string): TableColumn => ({ metric, title, kind: 'number', better: 'lower' });

/** The columns of an ordinary comparison, in their order. */
export const COMPARISON_COLUMNS: readonly TableColumn[] = [
  share('accuracy', 'accuracy'),
  share('balancedAccuracy', 'balanced'),
  share('top5', 'top 5'),
  cost('logLoss', 'log-loss'),
  share('hierarchicalPrecision', 'h-precision'),
  share('hierarchicalRecall', 'h-recall'),
  share('hierarchicalF1', 'h-F1'),
  cost('ahd', 'AHD'),
  cost('severity', 'severity'),
];

const NONE = '-';

function format({ kind }: TableColumn, value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return NONE;
  return kind === 'share' ? percent(value) : value.toFixed(3);
}

/** A difference with its sign, `-0.0` included; those of shares in percentage points. */
export function formatChange({ kind }: TableColumn, value: number): string {
  const text = kind === 'share' ? (value * 100).toFixed(1) : value.toFixed(3);
  return value > 0 ? `+${text}` : text;
}

/** A p value. */
export function formatChance(p: number): string {
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}

export interface TableOptions {
  /** Default: {@link COMPARISON_COLUMNS}. */
  readonly columns?: readonly TableColumn[] | undefined;
  /** Characters in a line, by default any number: columns that do not fit go into another table below. */
  readonly width?: number | undefined;
}

/**
 * One line a classifier, one column a metric that any of them has; the best of a column carries a `*`. Below it the
 * differences, with their 95 % intervals and p values. Metrics of `rows` that `columns` does not know are left out.
 */
export function comparisonTable(
  rows: readonly TableRow[],
  differences: readonly TableDifference[] = [],
  { columns = COMPARISON_COLUMNS, width = Number.POSITIVE_INFINITY }: TableOptions = {},
): string {
  const used = columns.filter(({ metric }) => rows.some(({ metrics }) => metrics[metric] !== undefined));
  const best = used.map((column) => bestOf(column, rows));
  const marked = rows.length > 1;
  const cells = rows.map(({ name, metrics }) => [
    name,
    ...used.map((column, c) => {
      const value = metrics[column.metric];
      const star = value !== undefined && value === best[c] ? '*' : ' ';
      return `${format(column, value)}${marked ? star : ''}`;
    }),
  ]);
  const head = ['', ...used.map(({ title }) => (marked ? `${title} ` : title))];
  const lines = blocksOf([head, ...cells], width).flatMap((block, i) => [
    ...(i === 0 ? [] : ['']),
    ...alignColumns(block, 1),
  ]);
  if (marked) lines.push('', '* best of its column');
  if (differences.length > 0) lines.push('', ...differenceLines(differences, columns));
  return lines.join('\n');
}

function bestOf({ metric, better }: TableColumn, rows: readonly TableRow[]): number | undefined {
  const values = rows.flatMap(({ metrics }) => {
    const value = metrics[metric];
    return value === undefined || !Number.isFinite(value) ? [] : [value];
  });
  if (values.length === 0) return undefined;
  return better === 'higher' ? Math.max(...values) : Math.min(...values);
}

function differenceLines(differences: readonly TableDifference[], columns: readonly TableColumn[]): string[] {
  const rows = differences.map(({ a, b, metric, difference, ci95: [low, high], p }) => {
    const column = columns.find((other) => other.metric === metric) ?? share(metric, metric);
    const interval = `[${formatChange(column, low)}, ${formatChange(column, high)}]`;
    const unit = column.kind === 'share' ? 'points' : '';
    const chance = p === undefined ? NONE : formatChance(p);
    return [`${a} - ${b}`, column.title, formatChange(column, difference), unit, interval, chance];
  });
  return alignColumns([['difference', 'metric', 'change', '', '95 % interval', 'p'], ...rows], 2);
}
