/** A frame with what was found in it: boxes, names and probabilities, to be checked by eye. */
import type { Overview } from '../../detection/frames/overview.js';
import { loadSharp } from '../../sharp.js';
import { SEPARATOR } from '../../taxonomy/names.js';
import { counted } from '../../units.js';
import { visible } from '../../visible.js';
import { categoryOf, probabilityOf } from '../detections/annotations-of.js';
import type { FoundFrame, FoundOrganism } from '../detections/found-frames.js';
import { loadFonts } from './fonts.js';
import type { FrameColours } from './frame-colours.js';
import { type LabelSize, labelPlaces } from './label-places.js';
import { textWidth } from './pixel-width.js';
import { FONT, INK, MUTED, PAPER } from './theme.js';

/** The longer side of a frame as it is drawn: larger ones are made smaller, and small ones up to this many times larger. */
export const LONGEST_DRAWN = 4096;
const SMALLEST = 1000;
const MOST_TIMES = 4;

const FONT_SIZE = 13;
const PAD = 3;
const LINE = 18;
const MARGIN = 8;

/**
 * Draws the organisms of a frame into a PNG: boxes in the colours of their groups, names with probabilities as far as there is room, a
 * key with the numbers of organisms below.
 */
export async function detectionsPng(
  picture: Overview,
  frame: Pick<FoundFrame, 'file' | 'width' | 'height' | 'organisms'>,
  colours: FrameColours,
): Promise<Buffer> {
  const sharp = await loadSharp();
  await loadFonts();
  const times = Math.min(MOST_TIMES, Math.max(1, Math.ceil(SMALLEST / Math.max(picture.width, picture.height))));
  const [width, height] = [picture.width * times, picture.height * times];
  const { organisms } = frame;
  const key = keyOf(frame, colours, width);
  const { pixels, channels } = picture;
  const overlay = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + key.height}" font-family="${FONT}">`,
    boxes(organisms, colours, picture.scale * times, { width, height }),
    `<g transform="translate(0 ${height})">${key.svg}</g></svg>`,
  ].join('');
  return sharp(pixels, { raw: { width: picture.width, height: picture.height, channels }, limitInputPixels: false })
    .resize(width, height, { kernel: 'cubic', fit: 'fill' })
    .extend({ bottom: key.height, background: PAPER })
    .composite([{ input: Buffer.from(overlay), limitInputPixels: false }])
    .toColourspace('srgb')
    .png()
    .toBuffer();
}

function boxes(
  organisms: readonly FoundOrganism[],
  { groupOf, colourOf }: FrameColours,
  scale: number,
  picture: LabelSize,
): string {
  const place = labelPlaces(picture);
  const shapes: string[] = [];
  const labels: string[] = [];
  for (const organism of organisms) {
    const [x, y, across, down] = organism.box.map((value) => value * scale) as typeof organism.box;
    const colour = colourOf(groupOf(organism));
    const rect = `x="${shown(x)}" y="${shown(y)}" width="${shown(across)}" height="${shown(down)}" rx="1.5" fill="none"`;
    // A pale line around, so that it is seen on dark and on light.
    shapes.push(`<rect ${rect} stroke="#ffffff" stroke-opacity="0.8" stroke-width="3.6"/>`);
    shapes.push(`<rect ${rect} stroke="${colour}" stroke-width="2"/>`);
    const texts = labelsOf(organism);
    const sizes = texts.map((text) => ({ width: textWidth(text, FONT_SIZE, true) + 2 * PAD, height: LINE }));
    const found = place({ x, y, width: across, height: down }, sizes);
    if (found === undefined) continue;
    const { at, size } = found;
    labels.push(
      `<g transform="translate(${shown(at.x)} ${shown(at.y)})">` +
        `<rect width="${shown(at.width)}" height="${at.height}" rx="2" fill="${colour}" stroke="#ffffff" stroke-opacity="0.8"/>` +
        `${text(texts[size] ?? '', PAD, LINE - 5, inkOn(colour), 'bold')}</g>`,
    );
  }
  return shapes.join('') + labels.join('');
}

/** The label of an organism, and shorter ones for where there is little room. */
function labelsOf(organism: FoundOrganism): string[] {
  const name = categoryOf(organism).split(SEPARATOR).at(-1) ?? '';
  const probability = probabilityOf(organism);
  const percent = `${Math.round(100 * (probability ?? organism.score))} %`;
  // Scores are no probabilities.
  if (probability === undefined) return [organism.score.toFixed(2)];
  return [`${name} ${percent}`, ...(name.length > 14 ? [`${name.slice(0, 11)}... ${percent}`] : []), percent];
}

/** What the colours mean, how many organisms there are of each group, and below that which frame it is. */
function keyOf(
  { file, width, height, organisms }: Pick<FoundFrame, 'file' | 'width' | 'height' | 'organisms'>,
  { groupOf, colourOf }: FrameColours,
  room: number,
) {
  const counts = new Map<string, number>();
  for (const organism of organisms) counts.set(groupOf(organism), (counts.get(groupOf(organism)) ?? 0) + 1);
  const items: string[] = [];
  let [x, y] = [MARGIN, LINE];
  const facts = `${visible(file)}, ${width} x ${height} pixels: ${counted(organisms.length, 'organism')}`;
  items.push(text(fitted(facts, room - 2 * MARGIN), MARGIN, y, MUTED));
  if (counts.size > 0) y += LINE + 2;
  for (const [group, count] of [...counts].sort((a, b) => b[1] - a[1])) {
    const words = fitted(`${group === '' ? '(root)' : group} ${count}`, room - 2 * MARGIN - 16);
    const taken = textWidth(words, FONT_SIZE) + 16 + 18;
    if (x > MARGIN && x + taken - 18 > room - MARGIN) [x, y] = [MARGIN, y + LINE];
    items.push(`<rect x="${shown(x)}" y="${y - 10}" width="11" height="11" rx="2" fill="${colourOf(group)}"/>`);
    items.push(text(words, x + 16, y, INK));
    x += taken;
  }
  return { svg: items.join(''), height: Math.ceil(y + MARGIN) };
}

const shown = (value: number) => value.toFixed(1);

/** White or black, whichever is easier to read (WCAG 2, relative luminance). */
function inkOn(colour: string): string {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.25 ? '#000000' : '#ffffff';
}

function fitted(words: string, room: number): string {
  let end = words.length;
  while (end > 1 && textWidth(words.slice(0, end), FONT_SIZE) > room) end--;
  return end === words.length ? words : `${words.slice(0, Math.max(1, end - 3))}...`;
}

function text(words: string, x: number, y: number, fill: string, weight = 'normal'): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${shown(x)}" y="${shown(y)}" font-size="${FONT_SIZE}" font-weight="${weight}" fill="${fill}">${escaped}</text>`;
}
