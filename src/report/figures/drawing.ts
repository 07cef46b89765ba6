/**
 * Figures with a layout of their own: shapes at known positions, as a Vega specification that adds title and margins.
 */
import type { Mark, Spec } from 'vega';
import { FONT, INK, MUTED, PAPER } from './theme.js';

export interface Drawing {
  readonly title: string;
  readonly subtitle: string;
  /** Size of the plot in pixels; the figure grows to hold what is drawn outside it. */
  readonly width: number;
  readonly height: number;
  /** From back to front. */
  readonly layers: readonly Mark[];
}

type Shape = 'rect' | 'rule' | 'text' | 'path' | 'symbol';

/**
 * One shape per item: an item's fields are the shape's Vega properties (`x`, `y`, `fill`, ...), `constants` those that
 * all have. Items of a layer have the same fields.
 */
export function layer<T extends object>(type: Shape, items: readonly T[], constants: object = {}): Mark {
  const fields = Object.keys(items[0] ?? {}).map((key) => [key, { field: key }]);
  const values = Object.entries(constants).map(([key, value]) => [key, { value }]);
  const name = 'items';
  return {
    type: 'group',
    data: [{ name, values: [...items] }],
    marks: [{ type, from: { data: name }, encode: { enter: Object.fromEntries([...values, ...fields]) } }],
  };
}

export function drawingSpec({ title, subtitle, width, height, layers }: Drawing): Spec {
  return {
    width,
    height,
    background: PAPER,
    padding: 14,
    autosize: 'pad',
    config: { text: { font: FONT, fill: INK }, title: { font: FONT, subtitleFont: FONT } },
    title: {
      text: title,
      subtitle,
      anchor: 'start',
      color: INK,
      fontSize: 15,
      subtitleColor: MUTED,
      subtitleFontSize: 11,
      subtitlePadding: 5,
      offset: 14,
    },
    marks: [...layers],
  };
}
