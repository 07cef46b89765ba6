/** Figure: what favouring rare classes costs in accuracy and brings in balanced accuracy. */

import * as vegaLite from 'vega-lite';
import type { BalancePoint } from '../../calibration/balance.js';
import { chartFrame } from './chart.js';
import { renderSvg } from './render.js';
import { INK, PAPER, SERIES } from './theme.js';

/** Options of {@link balanceFigure}. */
export interface BalanceFigureOptions {
  readonly title?: string;
}

/**
 * Draws balanced accuracy over accuracy, one point for each tau, every fifth with its tau beside it.
 *
 * @param curve of `balanceCurve`
 * @returns an SVG document
 */
export async function balanceFigure(
  curve: readonly BalancePoint[],
  { title = 'Balanced accuracy against accuracy' }: BalanceFigureOptions = {},
): Promise<string> {
  const values = curve.map(({ tau, accuracy, balancedAccuracy }, i) => ({
    ...{ tau, accuracy, balancedAccuracy },
    label: i % 4 === 0 ? tau.toFixed(1) : '',
  }));
  const axis = (field: string, name: string) => ({
    field,
    type: 'quantitative' as const,
    title: name,
    scale: { zero: false, nice: true },
    axis: { format: '.0%' },
  });
  const [x, y] = [axis('accuracy', 'accuracy'), axis('balancedAccuracy', 'balanced accuracy')];
  const order = { field: 'tau', type: 'quantitative' } as const;
  const [colour = INK] = SERIES;
  const { spec } = vegaLite.compile({
    ...chartFrame(title, 'beside the points: balance, 0 for none, 1 as if all classes were equally frequent'),
    width: 420,
    height: 300,
    data: { values },
    layer: [
      { mark: { type: 'line', color: colour, strokeWidth: 1.4, opacity: 0.6 }, encoding: { x, y, order } },
      {
        mark: { type: 'point', filled: true, color: colour, stroke: PAPER, strokeWidth: 0.8, size: 50, opacity: 1 },
        encoding: { x, y },
      },
      {
        mark: { type: 'text', align: 'left', dx: 7, dy: -5, fontSize: 11, color: INK },
        encoding: { x, y, text: { field: 'label', type: 'nominal' } },
      },
    ],
  });
  return renderSvg(spec);
}
