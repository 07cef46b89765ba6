/** What was found in images, to be checked by eye: each image as it is, and with mask, outline and axes. */
import { resolve, sep } from 'node:path';
import { largest } from '../../arrays.js';
import { type Outline, outlinesOf } from '../../features/outlines.js';
import type { Segmentation } from '../../features/segmentation/segment.js';
import { loadSharp } from '../../sharp.js';
import { textWidth } from './pixel-width.js';
import { FAINT, FONT, INK, MUTED, PAPER, SERIES } from './theme.js';

/** An image and what was found in it. */
export interface SegmentedImage {
  readonly path: string;
  readonly segmentation: Segmentation;
}

const MARGIN = 14;
const GAP = 6;
const COLUMN_GAP = 18;
const CAPTION = 17;
const FONT_SIZE = 11;
const [MASK, OUTLINE, AXES] = [SERIES[4], SERIES[1], SERIES[0]];

/**
 * A sheet of images: each as it is, and beside it with its objects tinted, their outlines, and the axes of the ellipses with
 * the same second moments. Below each stands what is odd about it.
 *
 * @param side    the longest side of a shown image in pixels
 * @param columns pairs of images in a row
 * @returns an SVG document
 */
export async function segmentationFigure(
  images: readonly SegmentedImage[],
  { side = 150, columns = 4 }: { readonly side?: number; readonly columns?: number } = {},
): Promise<string> {
  const across = Math.min(columns, images.length);
  const pairWidth = 2 * side + GAP;
  const cells: string[] = [];
  let y = MARGIN + CAPTION;
  for (let i = 0; i < images.length; i += across) {
    const row = images.slice(i, i + across);
    const heights = row.map(({ segmentation: { image } }) => (image.height * side) / longerSide(image));
    for (const [k, image] of row.entries()) {
      const x = MARGIN + k * (pairWidth + COLUMN_GAP);
      cells.push(`<g transform="translate(${x} ${y})">${await cell(image, side)}</g>`);
    }
    y += largest(heights) + 3 * CAPTION + GAP;
  }
  const width = 2 * MARGIN + across * pairWidth + (across - 1) * COLUMN_GAP;
  const height = y + MARGIN - GAP;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"`,
    ` width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}">`,
    `<rect width="100%" height="100%" fill="${PAPER}"/>`,
    `<g transform="translate(${MARGIN} ${MARGIN})">${legend()}</g>${cells.join('')}</svg>`,
  ].join('');
}

const longerSide = ({ width, height }: Segmentation['image']) => Math.max(width, height);

function legend(): string {
  const items = [
    ['mask', `<rect y="-8" width="14" height="9" fill="${MASK}" fill-opacity="0.45"/>`],
    ['outline', `<path d="M0 -3.5H14" stroke="${OUTLINE}" stroke-width="2"/>`],
    ['axes of the ellipse', `<path d="M0 -3.5H14" stroke="${AXES}" stroke-width="2"/>`],
  ] as const;
  let x = 0;
  return items
    .map(([name, sign]) => {
      const item = `<g transform="translate(${x} 9)">${sign}${label(name, 18, 0, INK)}</g>`;
      x += 18 + textWidth(name, FONT_SIZE) + 18;
      return item;
    })
    .join('');
}

async function cell({ path, segmentation }: SegmentedImage, side: number): Promise<string> {
  const { image, regions, notes } = segmentation;
  const scale = side / longerSide(image);
  const [width, height] = [image.width * scale, image.height * scale];
  const [top, second] = [CAPTION, side + GAP];
  const picture = await pictureOf(segmentation, scale);
  const frame = (x: number) =>
    `<rect x="${x}" y="${top}" width="${width}" height="${height}" fill="none" stroke="${FAINT}"/>`;
  const shown = (x: number, overlay: string) =>
    `<svg x="${x}" y="${top}" width="${width}" height="${height}" viewBox="0 0 ${image.width} ${image.height}">` +
    `${picture}${overlay}</svg>${frame(x)}`;
  const overlay = outlinesOf(segmentation)
    .map((outline) => drawn(outline, 1 / scale))
    .join('');
  const size = `${image.width} x ${image.height}`;
  const area = regions.reduce((sum, region) => sum + region.area, 0);
  const objects = regions.length > 1 ? `${regions.length} objects` : 'object';
  const facts = regions.length === 0 ? size : `${size}, ${objects} of ${area} px`;
  const room = 2 * side + GAP;
  const name = resolve(path).split(sep).slice(-2).join('/');
  return [
    label(fitted(name, room), 0, CAPTION - 6, INK),
    shown(0, ''),
    shown(second, overlay),
    label(fitted(facts, room), 0, height + 2 * CAPTION - 3, MUTED),
    label(fitted(notes.join('; '), room), 0, height + 3 * CAPTION - 6, OUTLINE),
  ].join('');
}

/** The image, as large as it is, with sharp pixels where it is enlarged. */
async function pictureOf({ image }: Segmentation, scale: number): Promise<string> {
  const { pixels, width, height } = image;
  const sharp = await loadSharp();
  // Enlarged beforehand: not every program that shows SVG keeps pixels sharp.
  const times = Math.max(1, Math.ceil(2 * scale));
  const png = await sharp(pixels, { raw: { width, height, channels: 1 } })
    .resize(width * times, height * times, { kernel: 'nearest' })
    .png()
    .toBuffer();
  const link = `data:image/png;base64,${png.toString('base64')}`;
  return `<image width="${width}" height="${height}" preserveAspectRatio="none" xlink:href="${link}"/>`;
}

/** An object's tint, outline and axes in pixels of the image. @param unit a pixel of the figure in pixels of the image */
function drawn({ corners, x, y, major, minor, angle }: Outline, unit: number): string {
  const points: string[] = [];
  for (let i = 0; i < corners.length; i += 2) points.push(`${corners[i]} ${corners[i + 1]}`);
  const axis = (length: number, degrees: number) => {
    const [dx, dy] = [Math.cos((degrees * Math.PI) / 180), -Math.sin((degrees * Math.PI) / 180)];
    const [halfX, halfY] = [(dx * length) / 2, (dy * length) / 2];
    return `M${x - halfX} ${y - halfY}L${x + halfX} ${y + halfY}`;
  };
  return [
    `<path d="M${points.join('L')}Z" fill="${MASK}" fill-opacity="0.35" stroke="${OUTLINE}" stroke-width="${1.2 * unit}"/>`,
    ...[
      [PAPER, 3.2],
      [AXES, 1.4],
    ].map(([colour, width]) => {
      const d = axis(major, angle) + axis(minor, angle + 90);
      return `<path d="${d}" stroke="${colour}" stroke-width="${Number(width) * unit}" stroke-linecap="round"/>`;
    }),
  ].join('');
}

/** As much of a text as there is room for. */
function fitted(text: string, width: number): string {
  let shown = text;
  for (let end = text.length - 1; end > 0 && textWidth(shown, FONT_SIZE) > width; end--) {
    shown = `${text.slice(0, end).trimEnd()}...`;
  }
  return shown;
}

function label(text: string, x: number, y: number, fill: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" font-size="${FONT_SIZE}" fill="${fill}">${escaped}</text>`;
}
