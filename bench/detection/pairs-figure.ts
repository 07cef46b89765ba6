/** Draws how often both of two organisms are found, over their overlap: a line for each detector, a ring for each seed. */
import * as vegaLite from 'vega-lite';
import { chartFrame } from '../../src/report/figures/chart.js';
import { renderSvg } from '../../src/report/figures/render.js';
import { INK, SERIES } from '../../src/report/figures/theme.js';
import { writeFigure } from '../../src/report/figures/write-figure.js';
import type { PairPoint } from './pairs.js';

const isMeasured = ({ bothOfTwo }: PairPoint) => bothOfTwo !== null;
const MEASURED = 'datum.bothOfTwo !== null';

export async function pairsFigure(points: readonly PairPoint[], file: string): Promise<void> {
  const names = [...new Set(points.filter(isMeasured).map(({ design }) => design))];
  const drawn = points.filter(({ design }) => names.includes(design));
  const classes = [...new Set(points.map(({ pairOf }) => pairOf))];
  const color = {
    field: 'design',
    type: 'nominal',
    title: null,
    scale: { domain: names, range: names.map((_, i) => (i === 0 ? INK : (SERIES[i - 1] ?? INK))) },
    legend: { orient: 'bottom', symbolType: 'stroke', labelLimit: 0 },
  } as const;
  const panel = (pairOf: string) => ({
    width: 300,
    height: 260,
    title: {
      text: `Pairs of ${pairOf}`.replace('of same class', 'of the same class'),
      fontSize: 12,
      anchor: 'start' as const,
      offset: 6,
    },
    transform: [{ filter: { field: 'pairOf', equal: pairOf } }],
    encoding: {
      x: {
        field: 'overlap',
        type: 'quantitative' as const,
        title: 'shared pixels, of the smaller organism',
        axis: { values: [...new Set(points.map(({ overlap }) => overlap))], format: '.0%', grid: false },
      },
      color,
    },
    layer: [
      {
        transform: [{ filter: MEASURED }],
        mark: { type: 'line' as const, strokeWidth: 1.9 },
        encoding: {
          y: {
            field: 'both',
            aggregate: 'mean' as const,
            type: 'quantitative' as const,
            title: 'both found',
            scale: { domain: [0, 1] },
            axis: { format: '.0%' },
          },
        },
      },
      {
        transform: [{ filter: 'datum.bothOfTwo === null' }],
        mark: { type: 'line' as const, strokeWidth: 1.5, strokeDash: [1, 3] },
        encoding: { y: { field: 'both', type: 'quantitative' as const } },
      },
      {
        transform: [{ filter: MEASURED }],
        mark: { type: 'line' as const, strokeWidth: 1.3, strokeDash: [4, 3] },
        encoding: { y: { field: 'bothOfTwo', aggregate: 'mean' as const, type: 'quantitative' as const } },
      },
      {
        transform: [{ filter: MEASURED }],
        mark: { type: 'point' as const, size: 22, strokeWidth: 1 },
        encoding: { y: { field: 'both', type: 'quantitative' as const } },
      },
    ],
  });
  const { spec } = vegaLite.compile({
    ...chartFrame(
      'Both of two organisms found',
      'From its score on; dashed: its two surest boxes; dotted: what the design could find without a mistake. Means of seeds; rings: single seeds.',
    ),
    data: { values: drawn },
    hconcat: classes.map(panel),
  });
  await writeFigure(await renderSvg(spec), file);
}
