/** Figure: reliability diagram, the accuracy of a classifier against its confidence. */

import * as vegaLite from 'vega-lite';
import { percent } from '../../units.js';
import { chartFrame } from './chart.js';
import { renderSvg } from './render.js';
import { FAINT, INK, MUTED, PAPER, SERIES } from './theme.js';

/** A bin of images of similar confidence. Bins without images, and null values, are not drawn. */
export interface DiagramBin {
  readonly images: number;
  /** Mean confidence, 0..1. */
  readonly confidence: number | null;
  /** Share that is right, 0..1. */
  readonly accuracy: number | null;
}

/** One line of the diagram; a `Reliability` with a name is one. */
export interface DiagramSeries {
  readonly name: string;
  readonly reliability: {
    /** Expected calibration error, 0..1. */
    readonly ece: number;
    readonly bins: readonly DiagramBin[];
  };
}

const SIDE = 380;
/** Area in square pixels of the point of a bin that holds all images, and of one that holds next to none. */
const LARGEST = 3600;
const SMALLEST = 12;

/**
 * Draws accuracy over confidence: one point a bin, its area the bin's share of the images, one colour a series, and the
 * diagonal of perfect calibration. Below the diagonal the classifier is overconfident. The legend gives the expected
 * calibration error of each series.
 *
 * @returns an SVG document
 */
export async function reliabilityDiagram(
  series: readonly DiagramSeries[],
  { title = 'Reliability' }: { title?: string } = {},
): Promise<string> {
  const labels: string[] = [];
  const rows = series.flatMap(({ name, reliability: { ece, bins } }) => {
    // Two series of the same name are still two lines.
    const twin = labels.filter((label) => label.startsWith(`${name} `)).length;
    const label = `${name}${twin > 0 ? ` [${twin + 1}]` : ''} (calibration error ${percent(ece)})`;
    labels.push(label);
    const all = bins.reduce((sum, { images }) => sum + images, 0);
    return bins
      .filter(({ images, confidence, accuracy }) => images > 0 && confidence !== null && accuracy !== null)
      .map(({ images, confidence, accuracy }) => ({ series: label, share: images / all, confidence, accuracy }));
  });

  const axis = { values: [0, 0.2, 0.4, 0.6, 0.8, 1], labelExpr: "format(100 * datum.value, 'd') + ' %'" };
  const share = (field: string, title: string) => ({
    field,
    type: 'quantitative' as const,
    title,
    scale: { domain: [0, 1] },
    axis,
  });
  const x = share('confidence', 'confidence');
  const y = share('accuracy', 'accuracy');
  const colour = {
    field: 'series',
    type: 'nominal',
    title: null,
    scale: { domain: labels, range: labels.map((_, i) => SERIES[i % SERIES.length] ?? INK) },
    legend: {
      orient: 'bottom',
      direction: 'vertical',
      columns: 1,
      symbolType: 'circle',
      symbolSize: 90,
      labelLimit: 0,
    },
  } as const;
  const size = {
    field: 'share',
    type: 'quantitative',
    title: 'share of images',
    scale: { domain: [0, 1], range: [SMALLEST, LARGEST] },
    legend: {
      orient: 'right',
      values: [0.01, 0.05, 0.1, 0.2, 0.4],
      labelExpr: "format(100 * datum.value, 'd') + ' %'",
      symbolFillColor: FAINT,
      symbolStrokeColor: MUTED,
    },
  } as const;

  const { spec } = vegaLite.compile({
    ...chartFrame(title),
    width: SIDE,
    height: SIDE,
    layer: [
      {
        data: {
          values: [
            { confidence: 0, accuracy: 0 },
            { confidence: 1, accuracy: 1 },
          ],
        },
        mark: { type: 'line', color: MUTED, strokeDash: [4, 4], strokeWidth: 1 },
        encoding: { x, y },
      },
      {
        data: {
          values: [
            { confidence: 0.02, accuracy: 0.96, text: 'underconfident', align: 'left' },
            { confidence: 0.98, accuracy: 0.04, text: 'overconfident', align: 'right' },
          ],
        },
        mark: { type: 'text', color: MUTED, fontSize: 11, fontStyle: 'italic', align: { expr: 'datum.align' } },
        encoding: { x, y, text: { field: 'text' } },
      },
      {
        data: { values: rows },
        mark: { type: 'line', strokeWidth: 1.4, opacity: 0.7 },
        encoding: { x, y, color: colour },
      },
      {
        data: { values: rows },
        // Bins of a few images lie far from the diagonal by chance; they are small, and large points let them through.
        mark: { type: 'point', filled: true, opacity: 0.55, stroke: PAPER, strokeWidth: 0.8 },
        encoding: { x, y, color: colour, size },
      },
    ],
  });
  return renderSvg(spec);
}
