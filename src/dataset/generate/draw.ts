/** Draws one individual of a species as a grey picture: drawn, rotated, blurred, with noise, cropped to its bounds. */
import { loadSharp } from '../../sharp.js';
import { drawBell } from './bell.js';
import { drawChain } from './chain.js';
import { drawElongated } from './elongated.js';
import type { Traits } from './phylogeny.js';
import { drawRadial } from './radial.js';
import type { Draws } from './random.js';
import { newSketch, type Sketch } from './sketch.js';

/** Grey values below this count as organism when the picture is cropped. */
const PAPER = 244;

function drawBody(traits: Traits, draws: Draws): Sketch {
  const sketch = newSketch();
  switch (traits.plan) {
    case 'radial':
      drawRadial(traits, draws, sketch);
      break;
    case 'elongated':
      drawElongated(traits, draws, sketch);
      break;
    case 'chain':
      drawChain(traits, draws, sketch);
      break;
    case 'bell':
      drawBell(traits, draws, sketch);
      break;
  }
  return sketch;
}

/** The SVG of an individual on white, in a random orientation and seen slightly from the side. */
function svgOf(traits: Traits, draws: Draws): string {
  const sketch = drawBody(traits, draws);
  const half = Math.ceil(sketch.reach() * 1.05) + 6;
  const squash = draws.uniform(0.84, 1);
  const exposure = draws.uniform(0.62, 1);
  const turn = `rotate(${draws.uniform(0, 360).toFixed(1)}) scale(1 ${squash.toFixed(3)})`;
  const tilt = `rotate(${draws.uniform(0, 360).toFixed(1)})`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * half}" height="${2 * half}" viewBox="${-half} ${-half} ` +
    `${2 * half} ${2 * half}"><rect x="${-half}" y="${-half}" width="100%" height="100%" fill="#fff"/>` +
    `<g opacity="${exposure.toFixed(3)}" transform="${turn} ${tilt}">${sketch.elements()}</g></svg>`
  );
}

/** The smallest rectangle around every pixel darker than {@link PAPER}, widened by `margin` on each side. */
function boundsOf(grey: Uint8Array, side: number, margin: number) {
  let [left, top, right, bottom] = [side, side, -1, -1];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if ((grey[y * side + x] ?? 255) >= PAPER) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  left = Math.max(0, left - margin);
  top = Math.max(0, top - margin);
  return {
    left,
    top,
    width: Math.min(side, right + margin + 1) - left,
    height: Math.min(side, bottom + margin + 1) - top,
  };
}

/** Draws the picture of one individual: the bytes of a grey 8-bit PNG. */
export async function drawOrganism(traits: Traits, draws: Draws): Promise<Buffer> {
  const sharp = await loadSharp();
  const blurred = sharp(Buffer.from(svgOf(traits, draws)))
    .greyscale()
    .blur(draws.uniform(0.4, 1.1));
  const { data: grey, info } = await blurred.raw().toBuffer({ resolveWithObject: true });
  const { left, top, width, height } = boundsOf(grey, info.width, 3);
  // Noise grows with the absorbed light: it is strong on dark parts and hardly visible on the background.
  const share = draws.uniform(0.03, 0.13);
  const picture = Buffer.alloc(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const light = grey[(top + y) * info.width + left + x] ?? 255;
      const noisy = light + draws.noise() * (1 + share * (255 - light));
      picture[y * width + x] = Math.max(0, Math.min(255, Math.round(noisy)));
    }
  }
  return sharp(picture, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}
