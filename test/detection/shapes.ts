/** Crops of simple shapes, whose overlaps are known. */
import type { Crop } from '../../src/detection/scenes/cutout.js';

/** A dark rectangle on white paper, with a margin of 3 pixels. */
export function rectangle(width: number, height: number, level = 100, category = 'rectangle'): Crop {
  const [w, h] = [width + 6, height + 6];
  const pixels = new Uint8Array(w * h).fill(255);
  for (let y = 3; y < 3 + height; y++) pixels.fill(level, y * w + 3, y * w + 3 + width);
  return { image: { pixels, width: w, height: h }, category, name: `${category} of ${width} x ${height}` };
}

/** A dark disc on white paper. */
export function disc(radius: number, level = 100, category = 'disc'): Crop {
  const size = 2 * radius + 7;
  const middle = (size - 1) / 2;
  const pixels = Uint8Array.from({ length: size * size }, (_, at) => {
    const [x, y] = [(at % size) - middle, Math.floor(at / size) - middle];
    return x * x + y * y <= radius * radius ? level : 255;
  });
  return { image: { pixels, width: size, height: size }, category, name: `${category} of radius ${radius}` };
}
