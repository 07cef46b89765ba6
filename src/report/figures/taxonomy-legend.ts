/** The legend of a taxonomy figure: colours by value, sizes by number of images. */

import type { Mark } from 'vega';
import { percent } from '../../units.js';
import { layer } from './drawing.js';
import { FAINT, MUTED } from './theme.js';

/** Radius of a node in pixels. */
export type Radius = (images: number | undefined, leaf: boolean) => number;

/** What the legend explains. */
export interface Legend {
  /** The value where the colours begin. */
  readonly low: number;
  /** Undefined where no node has a value. */
  readonly colour: ((value: number) => string) | undefined;
  readonly valueName: string;
  /** The greatest number of images; 0 where no node has one. */
  readonly most: number;
  readonly radius: Radius;
}

/** A bar of colours with its values, and three sizes of nodes with their images, at `y`. */
export function legendLayers(y: number, key: Legend): Mark[] {
  const words = { fontSize: 10, baseline: 'middle' };
  const drawn: Mark[] = [];
  if (key.colour !== undefined) {
    const { colour, low } = key;
    const [steps, width] = [40, 4];
    const bar = Array.from({ length: steps }, (_, i) => ({
      x: i * width,
      fill: colour(low + ((1 - low) * (i + 0.5)) / steps),
    }));
    const ticks = [0, 0.5, 1].map((s) => ({ x: s * steps * width, text: percent(low + s * (1 - low), 0) }));
    drawn.push(
      layer('text', [{ x: 0, y, text: key.valueName }], { ...words, fill: MUTED }),
      layer('rect', bar, { y: y + 10, width: width + 0.5, height: 12 }),
      layer('text', ticks, { ...words, y: y + 32, align: 'center' }),
    );
  }
  if (key.most > 0) {
    const x = key.colour === undefined ? 0 : 220;
    const counts = [...new Set([1, 0.1, 0.01].map((share) => roundCount(key.most * share)))];
    const circles = counts.map((images, i) => ({
      x: x + 8 + i * 70,
      size: Math.PI * key.radius(images, false) ** 2,
      text: images.toLocaleString('en'),
    }));
    drawn.push(
      layer('text', [{ x, y, text: 'images' }], { ...words, fill: MUTED }),
      layer(
        'symbol',
        circles.map((circle) => ({ x: circle.x, size: circle.size })),
        { y: y + 20, shape: 'circle', fill: FAINT, stroke: '#444444', strokeWidth: 0.7 },
      ),
      layer(
        'text',
        circles.map((circle) => ({ x: circle.x + 13, text: circle.text })),
        { ...words, y: y + 20 },
      ),
    );
  }
  return drawn;
}

/** The nearest whole number with one significant digit, at least 1. */
function roundCount(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return Math.max(1, Math.round(value / power) * power);
}
