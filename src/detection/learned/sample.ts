/** Grey images resampled. */
import type { GreyImage } from '../../features/grey-image.js';

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
  const clampX = (x: number) => (x < 0 ? 0 : x >= width ? width - 1 : x);
  const clampY = (y: number) => (y < 0 ? 0 : y >= height ? height - 1 : y);
  if (isCopy) {
    for (let row = 0, at = 0; row < window.height; row++) {
      const start = clampY(window.y + row) * width;
      for (let column = 0; column < window.width; column++, at++) {
        result[at] = pixels[start + clampX(window.x + column)] as number;
      }
    }
    return result;
  }
  const parts = Math.max(1, Math.ceil(window.step - 0.01));
  for (let row = 0, at = 0; row < window.height; row++) {
    for (let column = 0; column < window.width; column++, at++) {
      let sum = 0;
      for (let v = 0; v < parts; v++) {
        const y = window.y + (row + (v + 0.5) / parts) * window.step - 0.5;
        const top = Math.floor(y);
        const fy = y - top;
        const [above, below] = [clampY(top) * width, clampY(top + 1) * width];
        for (let u = 0; u < parts; u++) {
          const x = window.x + (column + (u + 0.5) / parts) * window.step - 0.5;
          const left = Math.floor(x);
          const fx = x - left;
          const [x0, x1] = [clampX(left), clampX(left + 1)];
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

/** With a margin of one pixel, so that the nearest pixel of all that is outside has its level. */
function framed({ pixels, width, height }: GreyImage, level: number): GreyImage {
  const result = new Uint8Array((width + 2) * (height + 2)).fill(level);
  for (let row = 0; row < height; row++) {
    result.set(pixels.subarray(row * width, (row + 1) * width), (row + 1) * (width + 2) + 1);
  }
  return { pixels: result, width: width + 2, height: height + 2 };
}
