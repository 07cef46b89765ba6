/**
 * The metrics of tables, figures and the page: what each is called, how its values are written, and which are better.
 */
import { largest, smallest } from '../arrays.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import { percent } from '../units.js';

export interface MetricColumn {
  readonly metric: TableMetric;
  readonly title: string;
  /** A share is written as a percentage and its differences in percentage points; a number with three decimals. */
  readonly kind: 'share' | 'number';
  readonly better: 'higher' | 'lower';
}

/** The metrics of an evaluation that tables show. */
export type TableMetric =
  | 'accuracy'
  | 'balancedAccuracy'
  | 'top5'
  | 'logLoss'
  | 'hierarchicalPrecision'
  | 'hierarchicalRecall'
  | 'hierarchicalF1'
  | 'ahd'
  | 'severity'
  | 'biologicalAccuracy'
  | 'biologicalBalancedAccuracy';

type Form = Omit<MetricColumn, 'metric'>;
const share = (title: string): Form => ({ title, kind: 'share', better: 'higher' });
const cost = (title: string): Form => ({ title, kind: 'number', better: 'lower' });

const FORMS: Readonly<Record<TableMetric, Form>> = {
  accuracy: share('accuracy'),
  balancedAccuracy: share('balanced'),
  top5: share('top 5'),
  logLoss: cost('log-loss'),
  hierarchicalPrecision: share('h-precision'),
  hierarchicalRecall: share('h-recall'),
  hierarchicalF1: share('h-F1'),
  ahd: cost('AHD'),
  severity: cost('severity'),
  biologicalAccuracy: share('bio. accuracy'),
  biologicalBalancedAccuracy: share('bio. balanced'),
};

/** All metrics, in the order in which tables show them. */
export const TABLE_METRICS = Object.keys(FORMS) as readonly TableMetric[];

export const metricColumn = (metric: TableMetric): MetricColumn => ({ metric, ...FORMS[metric] });

/** The value of a metric; null where it is not defined, as hierarchical ones are without a taxonomy. */
export function metricValue(
  { hierarchical, biological, ...evaluation }: Evaluation,
  metric: TableMetric,
): number | null {
  if (metric === 'hierarchicalPrecision') return hierarchical?.precision ?? null;
  if (metric === 'hierarchicalRecall') return hierarchical?.recall ?? null;
  if (metric === 'hierarchicalF1') return hierarchical?.f1 ?? null;
  if (metric === 'biologicalAccuracy') return biological?.accuracy ?? null;
  if (metric === 'biologicalBalancedAccuracy') return biological?.balancedAccuracy ?? null;
  return evaluation[metric];
}

/** The columns of those metrics that any of the evaluations has. */
export function columnsOf(
  evaluations: readonly Evaluation[],
  metrics: readonly TableMetric[] = TABLE_METRICS,
): MetricColumn[] {
  return metrics
    .filter((metric) => evaluations.some((evaluation) => metricValue(evaluation, metric) !== null))
    .map(metricColumn);
}

/** The best value that any of the evaluations has. */
export function bestValue(evaluations: readonly Evaluation[], { metric, better }: MetricColumn): number | undefined {
  const values = evaluations.flatMap((evaluation) => metricValue(evaluation, metric) ?? []);
  if (values.length === 0) return undefined;
  return better === 'higher' ? largest(values) : smallest(values);
}

/** A value: `72.6 %`, `0.903`; `none` where there is none. */
export function formatValue({ kind }: Pick<MetricColumn, 'kind'>, value: number | null, none = '-'): string {
  if (value === null) return none;
  return kind === 'share' ? percent(value) : value.toFixed(3);
}

/** A difference with its sign, `-0.0` included; those of shares in percentage points. */
export function formatChange({ kind }: Pick<MetricColumn, 'kind'>, value: number): string {
  const text = kind === 'share' ? (value * 100).toFixed(1) : value.toFixed(3);
  return value > 0 ? `+${text}` : text;
}

/** A p-value: `0.012`, `<0.001`. */
export function formatP(p: number): string {
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}
