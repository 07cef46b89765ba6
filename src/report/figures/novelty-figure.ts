/** Figure: how many unseen images are placed at their true parent, against the accuracy on known ones. */

import * as vegaLite from 'vega-lite';
import { thinned } from '../../arrays.js';
import type { NoveltyCurve } from '../../evaluation/novelty/novelty-curve.js';
import { chartFrame } from './chart.js';
import { renderSvg } from './render.js';
import { INK, SERIES } from './theme.js';

/** One line of the figure. */
export interface NoveltySeries {
  readonly name: string;
  readonly curve: Pick<NoveltyCurve, 'points' | 'auc'>;
}

/** Points of a line that are drawn. */
const POINTS = 200;

/** Options of {@link noveltyFigure}. */
export interface NoveltyFigureOptions {
  readonly title?: string;
  /** Small, for narrow places. Default false. */
  readonly narrow?: boolean;
}

/**
 * Draws the share of unseen images that are decided on a new child of their true parent over the share of known images that are
 * decided on their class. The legend gives how well each series tells unseen from known images.
 *
 * Lee et al., "Hierarchical novelty detection for visual object recognition", CVPR 2018.
 *
 * @param series of `noveltyCurve`; two of the same name are still two lines
 * @returns an SVG document
 */
export async function noveltyFigure(
  series: readonly NoveltySeries[],
  { title = 'New children placed in the tree', narrow = false }: NoveltyFigureOptions = {},
): Promise<string> {
  const labels = series.map(({ name, curve }, i) => {
    const twin = series.slice(0, i).filter((other) => other.name === name).length;
    return `${name}${twin > 0 ? ` [${twin + 1}]` : ''} (AUC ${curve.auc.toFixed(3)})`;
  });
  const values = series.flatMap(({ curve }, i) =>
    thinned(curve.points, POINTS).map(({ knownAccuracy, exactParent }, at) => ({
      series: labels[i],
      at,
      knownAccuracy,
      exactParent,
    })),
  );
  const share = (field: string, name: string) => ({
    field,
    type: 'quantitative' as const,
    title: name,
    scale: { zero: true, nice: true },
    axis: { format: '~%', tickCount: 6 },
  });
  const { spec } = vegaLite.compile({
    ...chartFrame(title),
    width: narrow ? 262 : 420,
    height: narrow ? 230 : 300,
    data: { values },
    mark: { type: 'line', strokeWidth: 1.9 },
    encoding: {
      x: share('knownAccuracy', 'known images decided on their class'),
      y: share('exactParent', 'unseen images at their true parent'),
      order: { field: 'at', type: 'quantitative' },
      color: {
        field: 'series',
        type: 'nominal',
        title: null,
        scale: { domain: labels, range: labels.map((_, i) => SERIES[i % SERIES.length] ?? INK) },
        legend: { orient: 'bottom', direction: 'vertical', columns: 1, symbolType: 'stroke', labelLimit: 0 },
      },
    },
  });
  return renderSvg(spec);
}
