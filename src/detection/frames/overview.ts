/** A frame made smaller, to be looked at. */
import { throwIfAborted } from '../../abort.js';
import type { ColourImage, FrameReader } from './frame.js';

/** A frame as it is shown. */
export interface Overview extends ColourImage {
  readonly channels: 1 | 3;
  /** Its pixels along one of the frame, at most 1. */
  readonly scale: number;
}

/** Pixels of the frame that are read at once. */
const STRIP = 2 ** 22;

/** The frame, in colour if it has colours; one whose longer side is above `longest` is averaged over squares of n x n pixels. */
export async function overviewOf(frame: FrameReader, longest: number, signal?: AbortSignal): Promise<Overview> {
  const step = Math.max(1, Math.ceil(Math.max(frame.width, frame.height) / longest));
  const [width, height] = [Math.ceil(frame.width / step), Math.ceil(frame.height / step)];
  const channels = frame.readColour === undefined ? 1 : 3;
  const read = frame.readColour ?? ((box) => frame.read(box));
  const pixels = new Uint8Array(width * height * channels);
  const rows = Math.max(1, Math.floor(STRIP / (frame.width * step)));
  for (let row = 0; row < height; row += rows) {
    throwIfAborted(signal, 'Drawing a frame');
    const y = row * step;
    const strip = await read({ x: 0, y, width: frame.width, height: Math.min(rows * step, frame.height - y) });
    average(strip, step, channels, pixels.subarray(row * width * channels), width);
  }
  return { pixels, width, height, channels, scale: 1 / step };
}

function average(strip: ColourImage, step: number, channels: number, to: Uint8Array, width: number): void {
  const rows = Math.ceil(strip.height / step);
  for (let y = 0; y < rows; y++) {
    const bottom = Math.min(strip.height, (y + 1) * step);
    for (let x = 0; x < width; x++) {
      const right = Math.min(strip.width, (x + 1) * step);
      for (let channel = 0; channel < channels; channel++) {
        let [sum, count] = [0, 0];
        for (let v = y * step; v < bottom; v++) {
          for (let u = x * step; u < right; u++, count++) {
            sum += strip.pixels[(v * strip.width + u) * channels + channel] as number;
          }
        }
        to[(y * width + x) * channels + channel] = Math.round(sum / count);
      }
    }
  }
}
