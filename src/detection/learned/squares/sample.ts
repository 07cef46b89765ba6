/** Grey images resampled. */
import type { GreyImage } from '../../../features/grey-image.js';

/** Where an image is looked at: the upper left corner, and pixels of the image along a pixel of what is seen. */
export interface Window {
  readonly x: number;
  readonly y: number;
  readonly step: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The grey levels in a window, interpolated between pixels; where it is coarser than the image, each is a mean over its area.
 *
 * @param beyond the level outside of the image. Default: that of its nearest pixel
 */
export function sampled(image: GreyImage, window: Window, beyond?: number): Uint8Array {
  const { pixels, width, height } = beyond === undefined ? image : framed(image, beyond);
  if (beyond !== undefined) return sampled({ pixels, width, height }, { ...window, x: window.x + 1, y: window.y + 1 });
  const result = new Uint8Array(window.width * window.height);
  const isCopy = window.step === 1 && Number.isInteger(window.x) && Number.isInteger(window.y);
  if (isCopy) {
    const within = (at: number, length: number) => Math.min(length - 1, Math.max(0, at));
    const columns = Int32Array.from({ length: window.width }, (_, column) => within(window.x + column, width));
    for (let row = 0, at = 0; row < window.height; row++) {
      const start = within(window.y + row, height) * width;
      for (let column = 0; column < window.width; column++, at++) {
        result[at] = pixels[start + (columns[column] as number)] as number;
      }
    }
    return result;
  }
  const parts = Math.max(1, Math.ceil(window.step - 0.01));
  const across = stopsOf(window.x, window.width, window.step, parts, width);
  const down = stopsOf(window.y, window.height, window.step, parts, height);
  for (let row = 0, at = 0; row < window.height; row++) {
    for (let column = 0; column < window.width; column++, at++) {
      let sum = 0;
      for (let j = row * parts; j < (row + 1) * parts; j++) {
        const above = (down.before[j] as number) * width;
        const below = (down.after[j] as number) * width;
        const fy = down.fraction[j] as number;
        for (let i = column * parts; i < (column + 1) * parts; i++) {
          const x0 = across.before[i] as number;
          const x1 = across.after[i] as number;
          const fx = across.fraction[i] as number;
          const upper = (pixels[above + x0] as number) * (1 - fx) + (pixels[above + x1] as number) * fx;
          const lower = (pixels[below + x0] as number) * (1 - fx) + (pixels[below + x1] as number) * fx;
          sum += upper * (1 - fy) + lower * fy;
        }
      }
      result[at] = sum / (parts * parts) + 0.5;
    }
  }
  return result;
}

/** Along one axis: the pixels before and after each place that is looked at, and how far it is from the one to the other. */
function stopsOf(start: number, count: number, step: number, parts: number, length: number) {
  const before = new Int32Array(count * parts);
  const after = new Int32Array(count * parts);
  const fraction = new Float64Array(count * parts);
  const within = (at: number) => (at < 0 ? 0 : at >= length ? length - 1 : at);
  for (let k = 0, i = 0; k < count; k++) {
    for (let part = 0; part < parts; part++, i++) {
      const place = start + (k + (part + 0.5) / parts) * step - 0.5;
      const pixel = Math.floor(place);
      before[i] = within(pixel);
      after[i] = within(pixel + 1);
      fraction[i] = place - pixel;
    }
  }
  return { before, after, fraction };
}

/** With a margin of one pixel, so that the nearest pixel of all that is outside has its level. */
function framed({ pixels, width, height }: GreyImage, level: number): GreyImage {
  const result = new Uint8Array((width + 2) * (height + 2)).fill(level);
  for (let row = 0; row < height; row++) {
    result.set(pixels.subarray(row * width, (row + 1) * width), (row + 1) * (width + 2) + 1);
  }
  return { pixels: result, width: width + 2, height: height + 2 };
}
