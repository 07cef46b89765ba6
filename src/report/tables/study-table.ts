/** A judged study as plain text: the arms, then the differences of each pair. */
import { append } from '../../arrays.js';
import { pairsAgainst } from '../../evaluation/study-claims.js';
import { STUDY_METRICS, type StudyMetric } from '../../evaluation/study-metrics.js';
import type { OverSeeds, PairVerdict, Study } from '../../evaluation/study-types.js';
import { formatChange, formatP, type MetricColumn, metricColumn } from '../metrics.js';
import { alignColumns, blocksOf } from './columns.js';
import { shorten, widest, wordsOf, wrap } from './terminal-text.js';

/** Options of {@link studyTable}. */
export interface StudyTableOptions {
  /** Characters in a line, as far as possible. Default 100. */
  readonly width?: number | undefined;
  /** Only the pairs with this arm, the others compared with it. Default: all pairs. */
  readonly baseline?: string | undefined;
  /** The metrics whose differences are shown; all by default. The line of an arm has them all. */
  readonly differencesIn?: readonly StudyMetric[] | undefined;
}

const NONE = '-';

/** The metrics that any arm has. */
export const metricsOf = ({ arms }: Study): StudyMetric[] =>
  STUDY_METRICS.filter((metric) => arms.some(({ metrics }) => metrics[metric] !== null));

/**
 * One line an arm: each metric as mean ± standard deviation over the seeds, and the time of a training and of the
 * prediction of the test images. Then, for each metric, one line a pair: difference, interval, p, p corrected for all
 * pairs, verdict. Last, the ratios of cost of each pair, and what the intervals cover.
 *
 * @param study of `judgeStudy`
 * @throws CladenetError `EVALUATION` for a baseline that is no arm
 */
export function studyTable(
  study: Study,
  { width = 100, baseline, differencesIn = metricsOf(study) }: StudyTableOptions = {},
): string {
  const pairs = baseline === undefined ? study.pairs : pairsAgainst(study, baseline);
  const lines = blocksOf(armRows(study), width).flatMap((block, i) => [
    ...(i === 0 ? [] : ['']),
    ...alignColumns(block, 1),
  ]);
  if (pairs.length > 0)
    append(lines, ['', ...alignPairs([...verdictRows(study, pairs, differencesIn), ...costRows(pairs)], width)]);
  const below = notes(study, pairs.length, width);
  return [...lines, ...(below.length > 0 ? ['', ...below] : [])].join('\n');
}

function armRows(study: Study): string[][] {
  const metrics = metricsOf(study);
  const timed = (['training', 'prediction'] as const).filter((what) =>
    study.arms.some(({ seconds }) => seconds[what] !== null),
  );
  const head = ['', ...metrics.map((metric) => metricColumn(metric).title), ...timed];
  const rows = study.arms.map((arm) => [
    arm.name,
    ...metrics.map((metric) => formatOverSeeds(metricColumn(metric), arm.metrics[metric])),
    ...timed.map((what) => formatSeconds(arm.seconds[what]?.mean)),
  ]);
  return [head, ...rows];
}

function formatOverSeeds({ kind }: MetricColumn, value: OverSeeds | null): string {
  if (value === null) return NONE;
  const write = (x: number) => (kind === 'share' ? (100 * x).toFixed(1) : x.toFixed(3));
  const spread = value.sd === null ? '' : ` ± ${write(value.sd)}`;
  return `${write(value.mean)}${spread}${kind === 'share' ? ' %' : ''}`;
}

function formatSeconds(seconds: number | undefined): string {
  if (seconds === undefined) return NONE;
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  if (seconds < 6000) return `${(seconds / 60).toFixed(1)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

function verdictRows(study: Study, pairs: readonly PairVerdict[], differencesIn: readonly StudyMetric[]): string[][] {
  const interval = `${Number((100 * study.level).toFixed(3))} % interval`;
  const shown = metricsOf(study).filter((metric) => differencesIn.includes(metric));
  return shown.flatMap((metric) => {
    const column = metricColumn(metric);
    const title = column.kind === 'share' ? `${column.title}, points` : column.title;
    const rows = pairs.map(({ a, b, metrics }) => {
      const verdict = metrics[metric];
      if (verdict === null) return [`${a} - ${b}`, NONE, NONE, NONE, NONE, NONE];
      const [low, high] = verdict.interval;
      return [
        `${a} - ${b}`,
        formatChange(column, verdict.difference),
        `[${formatChange(column, low)}, ${formatChange(column, high)}]`,
        formatP(verdict.p),
        formatP(verdict.pHolm),
        verdict.verdict,
      ];
    });
    return [[title, 'change', interval, 'p', 'Holm', 'verdict'], ...rows, ['']];
  });
}

function costRows(pairs: readonly PairVerdict[]): string[][] {
  const known = pairs.filter(({ costRatio: { training, prediction } }) => training !== null || prediction !== null);
  if (known.length === 0) return [];
  const times = (ratio: number | null) => (ratio === null ? NONE : `x ${ratio.toFixed(2)}`);
  const rows = known.map(({ a, b, costRatio }) => [
    `${a} / ${b}`,
    times(costRatio.training),
    times(costRatio.prediction),
  ]);
  return [['cost', 'training', 'prediction'], ...rows, ['']];
}

/** The rows lined up, with names shortened where lines would be longer than `width`. */
function alignPairs(rows: readonly (readonly string[])[], width: number): string[] {
  const cells = rows.map((row) => Array.from({ length: 6 }, (_, c) => row[c] ?? ''));
  const over = widest(alignColumns(cells, 1)) - width;
  const room = widest(cells.map(([name = '']) => name)) - Math.max(0, over);
  return alignColumns(
    cells.map(([name = '', ...rest]) => [shorten(name, room), ...rest]),
    1,
  ).slice(0, -1);
}

function notes({ level, covers, seeds, distinctImages }: Study, pairs: number, width: number): string[] {
  const images = `${distinctImages.toLocaleString('en')} test images`;
  const intervals = `${Number((100 * level).toFixed(3))} % intervals cover`;
  const coverage =
    covers === 'images'
      ? `One seed: the ${intervals} other images (${images}), not training again with another seed.`
      : covers === 'images and folds'
        ? `The ${intervals} other images and the trainings of other folds (one seed, ${images}, each tested once).`
        : `The ${intervals} other seeds and other images (${seeds.length} seeds, ${images}).`;
  const texts = [
    ...(covers === 'images and seeds' ? ['± standard deviation over seeds.'] : []),
    ...(pairs > 0 ? [coverage, 'Each pair is judged separately; a tie means that no difference was found.'] : []),
    ...(pairs > 1 ? [`Holm: p corrected for the ${pairs} pairs of a metric.`] : []),
  ];
  return wrap(wordsOf(texts.join(' ')), width);
}
