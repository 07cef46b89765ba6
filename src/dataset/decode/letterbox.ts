/** Letterboxing: a decoded image in the network's square, scaled to fit, centred, on the background. */
import type { Preprocessing } from '../preprocessing.js';
import { greyOf, type Raster } from './raster.js';

/**
 * Writes the square of an image, `size` x `size` x `channels` bytes.
 *
 * The scaled sides are round(side * size / longer side), at least 1. The image lies floor((size - side) / 2) pixels from
 * the left and from the top. See {@link scale} for the kernel.
 */
export function letterbox(image: Raster, { size, channels, background }: Preprocessing, square: Uint8Array): void {
  const raster = channels === 1 ? greyOf(image) : image;
  const longer = Math.max(raster.width, raster.height);
  const width = Math.max(1, Math.round((raster.width * size) / longer));
  const height = Math.max(1, Math.round((raster.height * size) / longer));
  const corner = (((size - height) >> 1) * size + ((size - width) >> 1)) * channels;
  square.fill(255);
  for (let channel = 0; channel < channels; channel++) {
    const from = raster.channels === 1 ? 0 : channel;
    if (background === 'border-median') {
      const fill = borderMedian(raster, from);
      for (let i = channel; i < square.length; i += channels) square[i] = fill;
    }
    scale(raster, from, width, height, square, corner + channel, channels, size * channels);
  }
}

/** The median of the border pixels, each counted once; of an even number, the lower of the two in the middle. */
export function borderMedian({ data, width, height, channels, stride }: Raster, channel: number): number {
  const counts = new Uint32Array(256);
  let total = 0;
  for (let y = 0; y < height; y++) {
    const step = y === 0 || y === height - 1 || width === 1 ? 1 : width - 1;
    for (let x = 0; x < width; x += step, total++) {
      const value = data[y * stride + x * channels + channel] ?? 0;
      counts[value] = (counts[value] ?? 0) + 1;
    }
  }
  let value = 0;
  for (let below = counts[0] ?? 0; below * 2 < total; below += counts[value] ?? 0) value++;
  return value;
}

/**
 * Scales one channel with a triangle kernel as wide as a pixel of the coarser grid: bilinear interpolation when the image
 * grows, an average over all source pixels beneath when it shrinks (Pillow's BILINEAR, TensorFlow's `antialias`). It never
 * overshoots, so a white background stays white around a dark outline.
 *
 * @param at   the index in `out` of the first pixel; `step` and `row` lead to the next pixel and the next row
 */
function scale(
  { data, width: sourceWidth, height: sourceHeight, channels, stride }: Raster,
  channel: number,
  width: number,
  height: number,
  out: Uint8Array,
  at: number,
  step: number,
  row: number,
): void {
  const across = triangles(sourceWidth, width);
  const down = triangles(sourceHeight, height);
  const line = new Float64Array(sourceWidth);
  for (let y = 0; y < height; y++, at += row) {
    line.fill(0);
    for (let k = y * down.taps, end = k + down.taps, start = down.first[y] as number; k < end; k++, start++) {
      const weight = down.weights[k] as number;
      for (let x = 0, from = start * stride + channel; x < sourceWidth; x++, from += channels) {
        line[x] = (line[x] as number) + (data[from] as number) * weight;
      }
    }
    for (let x = 0, k = 0, to = at; x < width; x++, to += step) {
      let from = across.first[x] as number;
      const end = k + across.taps;
      let sum = 0.5 + (line[from] as number) * (across.weights[k] as number); // The store below cuts the fraction off.
      while (++k < end) sum += (line[++from] as number) * (across.weights[k] as number);
      out[to] = sum;
    }
  }
}

interface Kernel {
  /** The first source pixel beneath each target pixel. */
  readonly first: Int32Array;
  /** The number of source pixels beneath each target pixel. */
  readonly taps: number;
  /** Their weights, `taps` for each target pixel, adding up to 1. */
  readonly weights: Float64Array;
}

function triangles(source: number, target: number): Kernel {
  const ratio = source / target;
  const support = Math.max(1, ratio);
  const taps = Math.min(source, Math.ceil(2 * support));
  const first = new Int32Array(target);
  const weights = new Float64Array(target * taps);
  for (let i = 0; i < target; i++) {
    const centre = (i + 0.5) * ratio - 0.5;
    const start = Math.min(source - taps, Math.max(0, Math.ceil(centre - support)));
    let sum = 0;
    for (let k = 0; k < taps; k++) sum += Math.max(0, 1 - Math.abs(start + k - centre) / support);
    for (let k = 0; k < taps; k++) {
      weights[i * taps + k] = Math.max(0, 1 - Math.abs(start + k - centre) / support) / sum;
    }
    first[i] = start;
  }
  return { first, taps, weights };
}
