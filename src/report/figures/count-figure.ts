/** Figure: counted taxa against their true numbers, raw and adjusted with intervals. */
import * as vegaLite from 'vega-lite';
import { chartFrame } from './chart.js';
import { renderSvg } from './render.js';
import { MUTED, SERIES } from './theme.js';

/** A taxon whose true number is known. */
export interface KnownCount {
  readonly truth: number;
  readonly raw: number;
  readonly adjusted: number;
  readonly ci95: readonly [low: number, high: number];
}

const SIDE = 420;

/**
 * Draws counts over true numbers, both on a logarithmic scale of (number + 1): a ring for each raw count, a point with its 95 %
 * interval for each adjusted one, and the diagonal of right counts.
 *
 * @returns an SVG document
 */
export async function countFigure(
  counts: readonly KnownCount[],
  { title = 'Counts', subtitle }: { title?: string; subtitle?: string } = {},
): Promise<string> {
  const kinds = ['raw', 'adjusted, with 95 % interval'];
  const [raw = '', adjusted = ''] = kinds;
  const rows = counts.map(({ truth, ci95: [low, high], ...count }) => ({ truth, low, high, ...count }));
  const largest = rows.reduce((most, { truth, high, raw }) => Math.max(most, truth, high, raw), 10);
  const scale = { type: 'symlog' as const, domain: [0, largest * 1.1] };
  const values = [0, 1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000].filter(
    (value) => value <= largest * 1.1,
  );
  const axis = { values, format: ',d' };
  const x = { field: 'truth', type: 'quantitative' as const, title: 'true number of images', scale, axis };
  const y = (field: string) => ({ field, type: 'quantitative' as const, title: 'counted', scale, axis });
  const colour = (kind: string) => ({
    datum: kind,
    type: 'nominal' as const,
    title: null,
    scale: { domain: kinds, range: [SERIES[1], SERIES[0]] },
    legend: { orient: 'bottom' as const, symbolType: 'circle' as const, symbolSize: 80, labelLimit: 0 },
  });
  const { spec } = vegaLite.compile({
    ...chartFrame(title, subtitle),
    width: SIDE,
    height: SIDE,
    layer: [
      {
        data: {
          values: [
            { truth: 0, raw: 0 },
            { truth: largest, raw: largest },
          ],
        },
        mark: { type: 'line', color: MUTED, strokeDash: [4, 4], strokeWidth: 1 },
        encoding: { x, y: y('raw') },
      },
      {
        data: { values: rows },
        mark: { type: 'rule', strokeWidth: 1.2, opacity: 0.6 },
        encoding: { x, y: y('low'), y2: { field: 'high' }, color: colour(adjusted) },
      },
      {
        data: { values: rows },
        mark: { type: 'point', filled: true, size: 36, opacity: 0.9 },
        encoding: { x, y: y('adjusted'), color: colour(adjusted) },
      },
      {
        data: { values: rows },
        mark: { type: 'point', size: 44, strokeWidth: 1.4 },
        encoding: { x, y: y('raw'), color: colour(raw) },
      },
    ],
  });
  return renderSvg(spec);
}
