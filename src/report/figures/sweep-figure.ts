/** Figure: the quality of the groups of beta-threshold clustering at many thresholds. */

import * as vegaLite from 'vega-lite';
import { largest, smallest } from '../../arrays.js';
import type { SweepPoint } from '../../grouping/recommend.js';
import type { Sweep } from '../../grouping/sweep.js';
import { chartFrame } from './chart.js';
import { renderSvg } from './render.js';
import { INK, PAPER, SERIES } from './theme.js';

/** Options of {@link sweepFigure}. */
export interface SweepFigureOptions {
  readonly title?: string;
  /** A threshold to mark besides the recommended one. Default: none. */
  readonly beta?: number | undefined;
}

/** The lines of a panel, each with its name. */
interface Panel {
  readonly title: string;
  readonly share: boolean;
  readonly lines: readonly (readonly [name: string, value: (point: SweepPoint) => number | undefined])[];
}

const PANELS: readonly Panel[] = [
  {
    title: 'Number of groups',
    share: false,
    lines: [
      ['groups of two or more', ({ groups }) => groups],
      ['classes alone', ({ alone }) => alone],
    ],
  },
  { title: 'Classes in the largest group', share: false, lines: [['largest group', ({ sizes }) => sizes[0] ?? 0]] },
  {
    title: 'Share inside groups',
    share: true,
    lines: [
      ['mistakes', ({ mistakesInside }) => mistakesInside],
      ['pairs of classes', ({ pairsInside }) => pairsInside],
    ],
  },
  {
    title: 'Quality of the groups',
    share: false,
    lines: [
      ['stability (adjusted Rand index of resamples)', ({ stability }) => stability],
      ['modularity', ({ modularity }) => modularity],
    ],
  },
];

/**
 * Draws four panels over beta: the number of groups, the size of the largest, the share of mistakes inside groups, and
 * how stable the groups are under resampling of the images. The recommended beta is marked in each.
 *
 * @param sweep of `sweepBeta`
 * @returns an SVG document
 */
export async function sweepFigure(
  { points, recommended }: Sweep,
  { title = 'Choosing beta', beta }: SweepFigureOptions = {},
): Promise<string> {
  const marks = [{ beta: recommended.beta, name: `recommended: ${recommended.beta}` }];
  if (beta !== undefined && beta !== recommended.beta) marks.push({ beta, name: `chosen: ${beta}` });
  const betas = [...points, ...marks].map((point) => point.beta).sort((a, b) => a - b);
  const middle = betas[Math.floor(betas.length / 2)] ?? 0;
  const x = {
    field: 'beta',
    type: 'quantitative',
    title: 'beta',
    // A logarithm has no place for 0.
    scale: { type: betas.every((value) => value > 0) ? 'log' : 'sqrt', domain: extent(betas), nice: false },
    axis: { format: '~g', values: roundValues(betas), labelOverlap: true, grid: false },
  } as const;

  // Drawn on a background, as lines may pass behind; in the right half, to the left of their rule.
  const wordsAt = (mark: (typeof marks)[number], m: number, style: object) => ({
    data: { values: [mark] },
    mark: {
      type: 'text' as const,
      ...(mark.beta > middle ? { align: 'right' as const, dx: -5 } : { align: 'left' as const, dx: 5 }),
      y: 7 + 15 * m,
      fontSize: 11,
      fontWeight: 'bold' as const,
      ...style,
    },
    encoding: { x, text: { field: 'name', type: 'nominal' as const } },
  });

  const panel = ({ title: heading, share, lines }: Panel) => {
    const values = points.flatMap((point) =>
      lines.flatMap(([name, measure]) => {
        const value = measure(point);
        return value === undefined ? [] : [{ beta: point.beta, line: name, value }];
      }),
    );
    const shown = lines.filter(([name]) => values.some(({ line }) => line === name)).map(([name]) => name);
    const y = {
      field: 'value',
      type: 'quantitative',
      title: null,
      scale: { nice: 5, zero: true },
      axis: { tickCount: 5, ...(share ? { format: '.0%' } : {}) },
    } as const;
    const colour = {
      field: 'line',
      type: 'nominal',
      title: null,
      scale: { domain: shown, range: SERIES.slice(0, shown.length) },
      legend: { orient: 'top', direction: 'horizontal', labelLimit: 0, symbolType: 'stroke', symbolStrokeWidth: 3 },
    } as const;
    return {
      width: 400,
      height: 200,
      title: { text: heading, fontSize: 12, anchor: 'start' as const, frame: 'group' as const, offset: 6 },
      layer: [
        { data: { values: marks }, mark: { type: 'rule' as const, strokeDash: [5, 3], color: INK }, encoding: { x } },
        {
          data: { values },
          mark: { type: 'line' as const, point: { size: 22 }, strokeWidth: 1.9 },
          encoding: { x, y, color: colour },
        },
        ...marks.flatMap((mark, m) => [wordsAt(mark, m, { stroke: PAPER, strokeWidth: 4 }), wordsAt(mark, m, {})]),
      ],
    };
  };

  const { spec } = vegaLite.compile({
    ...chartFrame(title),
    concat: PANELS.map(panel),
    columns: 2,
    bounds: 'flush',
    // Flush bounds leave out titles, legends and axes, for which there has to be room here.
    spacing: { row: 118, column: 70 },
    resolve: { scale: { color: 'independent' } },
  });
  return renderSvg(spec);
}

/** 1, 2 and 5 of each power of ten within the values. */
function roundValues(values: readonly number[]): number[] {
  const [low, high] = extent(values);
  const powers = Array.from({ length: 12 }, (_, i) => 10 ** (i - 10));
  const round = powers.flatMap((power) => [1, 2, 5].map((digit) => Number((digit * power).toPrecision(1))));
  return [0, ...round].filter((value) => value >= low && value <= high);
}

function extent(values: readonly number[]): [number, number] {
  const [low, high] = [smallest(values), largest(values)];
  return low < high ? [low, high] : [low / 2, high * 2 || 1];
}
