/** Figure: a confusion matrix, row-normalised, readable from 4 to some hundred classes. */

import type { Mark } from 'vega';
import { largest } from '../../arrays.js';
import type { ConfusionUnit } from '../../grouping/check-confusion.js';
import { percent } from '../../units.js';
import {
  type ConfusionCounts,
  type ConfusionLayout,
  type ConfusionOrder,
  layOutConfusion,
} from './confusion-layout.js';
import { drawingSpec, layer } from './drawing.js';
import { textWidth } from './pixel-width.js';
import { renderSvg } from './render.js';
import { FAINT, HITS, INK, MISTAKES, MUTED, PAPER } from './theme.js';

/** Options of {@link confusionMatrixFigure}. */
export interface ConfusionFigureOptions extends ConfusionOrder {
  readonly title?: string;
  /**
   * What the matrix holds: `images` (the default); `probabilities`, summed over images; or `shares` of rows whose
   * images are not known. For probabilities and shares, cells below 0.5 % stay white, since nearly all cells are above
   * 0.
   */
  readonly unit?: ConfusionUnit | 'probabilities';
}

type Unit = NonNullable<ConfusionFigureOptions['unit']>;

/** Up to this many classes a cell is large enough for its percentage. */
const NUMBERED = 30;
/** The smallest share that is drawn where all cells may have one. */
const FAINTEST = 0.005;
/**
 * Greatest width in pixels, about; with hundreds of classes the names are left out, then cells shrink below a pixel.
 */
const WIDEST = 1800;

interface Sizes {
  readonly cell: number;
  readonly font: number;
  /** Whether the classes are named. */
  readonly named: boolean;
  /** Width of the longest class name. */
  readonly names: number;
}

function sizesFor({ rows }: ConfusionLayout): Sizes {
  const n = rows.length;
  const roomy = n <= 12 ? 40 : n <= NUMBERED ? 27 : n <= 60 ? 16 : 11;
  const cell = Math.min(roomy, WIDEST / n);
  const font = Math.min(12, Math.max(8.5, cell * 0.8));
  const named = cell >= 8.5;
  return { cell, font, named, names: named ? largest(rows.map(({ name }) => textWidth(name, font))) : 0 };
}

/** On a square-root scale, which sets small shares apart. */
function colour(share: number, hit: boolean): string {
  return (hit ? HITS : MISTAKES)(Math.sqrt(share));
}

/**
 * Draws the matrix of true classes (rows) by predicted classes (columns), each row divided by its sum. Hits are blue,
 * mistakes orange, both on a square-root scale that shows small shares. Up to 30 classes, cells show their percentage.
 * Beside each row are its recall and its number of images. Groups are outlined on the diagonal and named at the side.
 *
 * @returns an SVG document
 * @throws CladenetError EVALUATION when counts, order or groups do not fit the classes
 */
export async function confusionMatrixFigure(
  matrix: ConfusionCounts,
  { title = 'Confusion matrix', unit = 'images', ...order }: ConfusionFigureOptions = {},
): Promise<string> {
  const all = layOutConfusion(matrix, order);
  const least = unit === 'images' ? 0 : FAINTEST;
  const layout = { ...all, cells: all.cells.filter(({ share }) => share >= least) };
  const sizes = sizesFor(layout);
  const { rows } = layout;
  const side = rows.length * sizes.cell;
  const recallColumn = sizes.named ? Math.max(34, 4.5 * sizes.font) : 0;
  const counted = sizes.named && unit !== 'shares';
  const imagesColumn = counted
    ? largest(
        rows.map((row) => textWidth(count(row.images), sizes.font)),
        36,
      ) + 10
    : 0;
  return renderSvg(
    drawingSpec({
      title,
      subtitle: `${amount(layout, unit)}. Rows are true classes, columns predicted ones.`,
      width: side,
      height: side,
      layers: [
        ...gridLayers(layout, sizes),
        ...cellLayers(layout, sizes),
        ...(sizes.named ? nameLayers(layout, sizes, recallColumn, unit) : []),
        ...(counted ? imageLayers(layout, sizes, side + recallColumn + imagesColumn) : []),
        ...blockLayers(layout, sizes, side + recallColumn + imagesColumn + 10),
        ...legendLayers(side + sizes.names + 44, least),
      ],
    }),
  );
}

/** Sums of probabilities miss a whole number of images by rounding. */
const count = (value: number): string =>
  Math.abs(value - Math.round(value)) < 1e-3 ? Math.round(value).toLocaleString('en') : value.toFixed(1);

function amount({ rows, images, accuracy }: ConfusionLayout, unit: Unit): string {
  if (unit === 'shares') return `${rows.length} classes, mean recall ${percent(accuracy)}`;
  if (images === 0) return 'no images';
  const right = unit === 'images' ? 'accuracy' : 'mean probability of the true class';
  return `${count(images)} image${count(images) === '1' ? '' : 's'}, ${right} ${percent(accuracy)}`;
}

/** Hairlines; with many classes every fifth is darker. */
function gridLayers({ rows }: ConfusionLayout, { cell }: Sizes): Mark[] {
  const side = rows.length * cell;
  if (cell < 5) return [layer('rect', [{ x: 0, y: 0, width: side, height: side }], { stroke: FAINT })];
  const lines = Array.from({ length: rows.length + 1 }, (_, i) => {
    const stroke = rows.length > NUMBERED && i % 5 === 0 ? '#cfcfcf' : '#ececec';
    return { at: i * cell, stroke };
  });
  return [
    layer(
      'rule',
      lines.map(({ at, stroke }) => ({ x: at, y: 0, x2: at, y2: side, stroke })),
    ),
    layer(
      'rule',
      lines.map(({ at, stroke }) => ({ x: 0, y: at, x2: side, y2: at, stroke })),
    ),
  ];
}

function cellLayers({ cells, rows }: ConfusionLayout, { cell }: Sizes): Mark[] {
  const gap = cell >= 5 ? 0.5 : 0;
  const squares = cells.map(({ row, column, share }) => ({
    x: column * cell + gap,
    y: row * cell + gap,
    fill: colour(share, row === column),
  }));
  const drawn = [layer('rect', squares, { width: cell - 2 * gap, height: cell - 2 * gap })];
  if (rows.length > NUMBERED) return drawn;
  const numbers = cells.map(({ row, column, share }) => ({
    x: (column + 0.5) * cell,
    y: (row + 0.5) * cell,
    text: share < 0.005 ? '<1' : String(Math.round(share * 100)),
    fill: share > 0.36 ? PAPER : INK,
  }));
  const fontSize = Math.min(12, cell * 0.4);
  return [...drawn, layer('text', numbers, { fontSize, align: 'center', baseline: 'middle' })];
}

/** Class names to the left and below; recall to the right. */
function nameLayers({ rows }: ConfusionLayout, { cell, font }: Sizes, recallColumn: number, unit: Unit): Mark[] {
  const side = rows.length * cell;
  const middle = (i: number) => (i + 0.5) * cell;
  const ink = (images: number) => (images > 0 ? INK : MUTED);
  const left = rows.map(({ name, images }, i) => ({ x: -7, y: middle(i), text: name, fill: ink(images) }));
  const below = rows.map(({ name, images }, i) => ({ x: middle(i), y: side + 7, text: name, fill: ink(images) }));
  const x = side + recallColumn;
  const recalls = rows.map(({ recall }, i) => ({ y: middle(i), text: recall === undefined ? '–' : percent(recall) }));
  const right = { fontSize: font, align: 'right', baseline: 'middle' };
  return [
    layer('text', left, right),
    layer('text', below, { ...right, angle: -90 }),
    layer('text', recalls, { ...right, x }),
    headLayer(x, font, unit === 'probabilities' ? 'true class' : 'recall'),
  ];
}

/** The number of images of each row, ending at `x`. */
function imageLayers({ rows }: ConfusionLayout, { cell, font }: Sizes, x: number): Mark[] {
  const numbers = rows.map(({ images }, i) => ({ y: (i + 0.5) * cell, text: count(images) }));
  return [
    layer('text', numbers, { x, fontSize: font, align: 'right', baseline: 'middle', fill: MUTED }),
    headLayer(x, font, 'images'),
  ];
}

function headLayer(x: number, font: number, text: string): Mark {
  const style = { align: 'right', baseline: 'middle', fontSize: Math.min(font, 10), fill: MUTED };
  return layer('text', [{ x, y: -8, text }], style);
}

/** Outlines on the diagonal; brackets and names at `x`. A class alone that gives its name to its group needs none. */
function blockLayers({ blocks, rows }: ConfusionLayout, { cell, font }: Sizes, x: number): Mark[] {
  const real = blocks.filter(({ name, first, size }) => size > 1 || name !== rows[first]?.name);
  const spans = real.map(({ name, first, size }) => ({ name, from: first * cell, length: size * cell }));
  const outlines = spans.map(({ from, length }) => ({ x: from, y: from, width: length, height: length }));
  const brackets = spans.map(({ from, length }) => ({
    x,
    y: from + 1.5,
    path: `M0,0h4v${Math.max(0, length - 3)}h-4`,
  }));
  const names = spans.map(({ name, from, length }) => ({ y: from + length / 2, text: name }));
  return [
    layer('rect', outlines, { stroke: INK, strokeWidth: 1.4 }),
    layer('path', brackets, { stroke: INK, strokeWidth: 1 }),
    layer('text', names, { x: x + 10, fontSize: font, baseline: 'middle', fontWeight: 'bold' }),
  ];
}

/** Two rows of swatches, for hits and mistakes, at `y`. */
function legendLayers(y: number, least: number): Mark[] {
  const white = least > 0 ? `below ${percent(least)}` : 'none';
  const [swatch, step] = [14, 36];
  const shares = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1];
  const swatches = shares.flatMap((share, i) =>
    [true, false].map((hit, row) => ({ x: i * step, y: y + row * (swatch + 3), fill: colour(share, hit) })),
  );
  const labels = shares.map((share, i) => ({ x: (i + 0.5) * step - 1, text: percent(share, share < 0.01 ? 1 : 0) }));
  const kinds = ['correct', 'mistaken'].map((text, row) => ({ y: y + row * (swatch + 3) + swatch / 2, text }));
  const words = { fontSize: 10, baseline: 'middle' };
  return [
    layer('rect', swatches, { width: step - 2, height: swatch }),
    layer('text', labels, { ...words, y: y + 2 * swatch + 13, align: 'center' }),
    layer('text', kinds, { ...words, x: shares.length * step + 6 }),
    layer('text', [{ x: 0, y: y - 11, text: `Share of the true class; square-root colour scale, white: ${white}` }], {
      ...words,
      fill: MUTED,
    }),
  ];
}
