/** What a study found, in sentences. */
import { pairsAgainst } from '../../evaluation/study-claims.js';
import type { StudyMetric } from '../../evaluation/study-metrics.js';
import type { MetricVerdict, Study } from '../../evaluation/study-types.js';
import { percent } from '../../units.js';
import { formatChange, metricColumn } from '../metrics.js';

/** How a verdict of a study is worded. */
export interface StudyVerdictOptions {
  /** The arm that the others are compared with. Default: the first. */
  readonly baseline?: string | undefined;
  /** Default: accuracy and average hierarchical distance, where the study has it. */
  readonly metrics?: readonly StudyMetric[] | undefined;
}

/**
 * One sentence for each metric of each arm: whether it is better or worse than the baseline, or whether no difference was
 * found, with its interval.
 * @throws CladenetError EVALUATION when the study has no arm of the name `baseline`
 */
export function studyVerdict(
  study: Study,
  { baseline = study.arms[0]?.name ?? '', metrics = ['accuracy', 'ahd'] }: StudyVerdictOptions = {},
): string[] {
  return pairsAgainst(study, baseline).flatMap((pair) =>
    metrics.flatMap((metric) => {
      const found = pair.metrics[metric];
      return found === null ? [] : [sentence(pair.a, pair.b, metric, found, study.level)];
    }),
  );
}

function sentence(a: string, b: string, metric: StudyMetric, found: MetricVerdict, level: number): string {
  const column = metricColumn(metric);
  const unit = column.kind === 'share' ? ' points' : '';
  const [low, high] = found.interval.map((bound) => formatChange(column, bound).trim());
  const numbers = `${formatChange(column, found.difference).trim()}${unit}, ${percent(level, 0)} interval ${low} to ${high}`;
  const claim = {
    win: `${a} is better than ${b} in ${column.title}`,
    loss: `${a} is worse than ${b} in ${column.title}`,
    tie: `no difference in ${column.title} was found between ${a} and ${b}`,
  }[found.verdict];
  return `${claim} (${numbers})`;
}
