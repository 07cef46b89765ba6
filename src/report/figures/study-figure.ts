/** Figure: the differences of the arms of a study to a baseline, with intervals (a forest plot), one panel a metric. */

import * as vegaLite from 'vega-lite';
import { largest } from '../../arrays.js';
import { CladenetError } from '../../errors.js';
import { pairsAgainst } from '../../evaluation/study-claims.js';
import type { StudyMetric } from '../../evaluation/study-metrics.js';
import type { MetricVerdict, Study } from '../../evaluation/study-types.js';
import { metricColumn } from '../metrics.js';
import { metricsOf } from '../tables/study-table.js';
import { chartFrame } from './chart.js';
import { textWidth } from './pixel-width.js';
import { renderSvg } from './render.js';
import { INK, MUTED, PAPER, SERIES } from './theme.js';

/** Options of {@link studyFigure}. */
export interface StudyFigureOptions {
  readonly title?: string | undefined;
  /** The arm that the others are compared with; the first by default. */
  readonly baseline?: string | undefined;
  /** One panel each, in this order; all that the study has by default. */
  readonly metrics?: readonly StudyMetric[] | undefined;
}

const COLUMNS = 3;
const PANEL = 210;
const ROW = 26;
const SIGNED = "datum.value === 0 ? '0' : format(datum.value, '+.3~r')";
const VERDICTS = { win: SERIES[0], tie: MUTED, loss: SERIES[1] };

/** A difference in the units that are shown. */
interface Row {
  readonly arm: string;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: MetricVerdict['verdict'];
}

/**
 * Draws, for each metric, the difference of every other arm to the baseline: a point with its interval, blue where the
 * arm wins, orange where it loses, grey for a tie. Small rings are single seeds.
 *
 * @returns an SVG document
 * @throws CladenetError `EVALUATION` for a baseline that is no arm, and for a study of one arm
 */
export async function studyFigure(study: Study, options: StudyFigureOptions = {}): Promise<string> {
  const { baseline = study.arms[0]?.name ?? '', title = `Differences to ${baseline}`, metrics } = options;
  const pairs = pairsAgainst(study, baseline);
  if (pairs.length === 0) {
    const problem = { where: 'study', expected: 'at least 2 arms', received: `${study.arms.length}` };
    throw new CladenetError('EVALUATION', 'There is nothing to compare in this study.', [problem]);
  }
  const arms = pairs.map(({ a }) => a);
  const panels = (metrics ?? metricsOf(study)).map((metric, i) => {
    const scale = metricColumn(metric).kind === 'share' ? 100 : 1;
    const found = pairs.flatMap(({ a, metrics: { [metric]: verdict } }) => (verdict === null ? [] : [{ a, verdict }]));
    const rows = found.map(({ a, verdict: { difference, interval, verdict } }): Row => {
      const [low, high] = interval;
      return { arm: a, difference: scale * difference, low: scale * low, high: scale * high, verdict };
    });
    const seeds = found.flatMap(({ a, verdict }) => verdict.perSeed.map((value) => ({ arm: a, value: scale * value })));
    return panel(metric, arms, rows, study.seeds.length > 1 ? seeds : [], i % COLUMNS === 0);
  });
  const images = `${study.distinctImages.toLocaleString('en')} test images`;
  const oneSeed = study.covers === 'images' ? `${images}; one seed` : `the folds of one seed and ${images}`;
  const over = study.seeds.length === 1 ? oneSeed : `${study.seeds.length} seeds and ${images}`;
  const rings = study.seeds.length > 1 ? '. Rings are single seeds.' : '.';
  const { spec } = vegaLite.compile({
    ...chartFrame(title, `${Number((100 * study.level).toFixed(3))} % intervals over ${over}${rings}`),
    concat: panels,
    columns: COLUMNS,
    spacing: { row: 24, column: 34 },
    resolve: { scale: { color: 'shared' } },
  });
  return renderSvg(spec);
}

function panel(
  metric: StudyMetric,
  arms: string[],
  rows: readonly Row[],
  seeds: readonly { readonly arm: string; readonly value: number }[],
  named: boolean,
) {
  const { title, kind, better } = metricColumn(metric);
  const y = {
    field: 'arm',
    type: 'nominal',
    title: null,
    scale: { domain: arms, padding: 0.5 },
    axis: named
      ? { labelLimit: 0, labelFontSize: 12, ticks: false, domain: false, labelPadding: 8, minExtent: widest(arms) }
      : null,
  } as const;
  const x = (field: string) =>
    ({
      field,
      type: 'quantitative',
      title: `${kind === 'share' ? 'points, ' : ''}${better === 'higher' ? 'better →' : '← better'}`,
      // Differences that are all 0 would be a scale without extent.
      scale: { zero: true, nice: 5, ...(rows.some(({ low, high }) => low < high) ? {} : { domain: [-1, 1] }) },
      axis: { tickCount: 5, labelExpr: SIGNED, labelFlush: false, grid: true, domain: false },
    }) as const;
  const color = {
    field: 'verdict',
    type: 'nominal',
    title: null,
    scale: { domain: Object.keys(VERDICTS), range: Object.values(VERDICTS) },
    legend: { orient: 'bottom', symbolType: 'circle', symbolSize: 80 },
  } as const;
  const rings = {
    data: { values: [...seeds] },
    mark: { type: 'point' as const, size: 16, stroke: MUTED, strokeWidth: 0.8, fill: PAPER, opacity: 1, yOffset: 8 },
    encoding: { x: x('value'), y },
  };
  return {
    width: PANEL,
    height: ROW * arms.length,
    title: { text: title, fontSize: 12, anchor: 'start' as const, frame: 'group' as const, offset: 6 },
    layer: [
      { data: { values: [{ at: 0 }] }, mark: { type: 'rule' as const, color: INK }, encoding: { x: x('at') } },
      {
        data: { values: [...rows] },
        mark: { type: 'rule' as const, strokeWidth: 2.2 },
        encoding: { x: x('low'), x2: { field: 'high' }, y, color },
      },
      ...(seeds.length > 0 ? [rings] : []),
      {
        data: { values: [...rows] },
        mark: { type: 'point' as const, filled: true, size: 75, opacity: 1 },
        encoding: { x: x('difference'), y, color },
      },
    ],
  };
}

const widest = (names: readonly string[]) => largest(names.map((name) => textWidth(name, 12)));
