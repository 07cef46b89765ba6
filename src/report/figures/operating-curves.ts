/** Figure: how much a classifier still says when its decisions have to be right. */

import * as vegaLite from 'vega-lite';
import type { StopCurve, StopPoint } from '../../evaluation/curves/stop-curve.js';
import { chartFrame } from './chart.js';
import { renderSvg } from './render.js';
import { INK, SERIES } from './theme.js';

/** One line of the figure. */
export interface CurveSeries {
  readonly name: string;
  readonly curve: Pick<StopCurve, 'points' | 'area'>;
}

/** Options of {@link operatingCurves}. */
export interface OperatingCurvesOptions {
  readonly title?: string;
  /** One panel below the other, for narrow places. Default: side by side. */
  readonly stacked?: boolean;
}

/** Points of a line that are drawn. */
const POINTS = 200;

/**
 * Draws two panels: the share of right decisions over the information they keep, and the risk over the coverage, with the area
 * under each line in the legend.
 *
 * @param series of `stopCurve` or `riskCoverage`; two of the same name are still two lines
 * @returns an SVG document
 */
export async function operatingCurves(
  series: readonly CurveSeries[],
  { title = 'Deciding above the class', stacked = false }: OperatingCurvesOptions = {},
): Promise<string> {
  const labels = series.map(({ name, curve }, i) => {
    const twin = series.slice(0, i).filter((other) => other.name === name).length;
    return `${name}${twin > 0 ? ` [${twin + 1}]` : ''} (area ${curve.area.toFixed(3)})`;
  });
  const values = series.flatMap(({ curve }, i) =>
    thinned(curve.points).map(({ coverage, right, risk }) => ({ series: labels[i], coverage, right, risk })),
  );
  const axis = { format: '.0%' };
  const x = {
    field: 'coverage',
    type: 'quantitative' as const,
    title: 'information kept',
    scale: { domain: [0, 1] },
    axis,
  };
  const color = {
    field: 'series',
    type: 'nominal',
    title: null,
    scale: { domain: labels, range: labels.map((_, i) => SERIES[i % SERIES.length] ?? INK) },
    legend: { orient: 'bottom', direction: 'vertical', columns: 1, symbolType: 'stroke', labelLimit: 0 },
  } as const;
  const order = { field: 'coverage', type: 'quantitative' } as const;
  const panel = (heading: string, y: string, yTitle: string, zero: boolean) => ({
    width: stacked ? 262 : 340,
    height: stacked ? 230 : 280,
    title: { text: heading, fontSize: 12, anchor: 'start' as const, offset: 6 },
    mark: { type: 'line' as const, strokeWidth: 1.9 },
    encoding: {
      x,
      y: { field: y, type: 'quantitative' as const, title: yTitle, scale: { zero, nice: true }, axis },
      color,
      order,
    },
  });
  const panels = [
    panel('Right decisions over information kept', 'right', 'right', false),
    panel('Risk over coverage', 'risk', 'wrong / information kept', true),
  ];
  const { spec } = vegaLite.compile({
    ...chartFrame(title),
    data: { values },
    ...(stacked ? { vconcat: panels } : { hconcat: panels }),
  });
  return renderSvg(spec);
}

/** Points at even steps of coverage, the first and the last among them. */
function thinned(points: readonly StopPoint[]): readonly StopPoint[] {
  let next = 0;
  return points.filter(({ coverage }, i) => {
    if (i !== points.length - 1 && coverage < next) return false;
    next = coverage + 1 / POINTS;
    return true;
  });
}
