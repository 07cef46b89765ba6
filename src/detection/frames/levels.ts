/** The grey levels of a whole frame, read in strips. */
import { throwIfAborted } from '../../abort.js';
import { countLevels, medianOf } from '../../features/segmentation/background.js';
import type { FrameLevels } from '../detector.js';
import type { FrameReader } from './frame.js';

/** Counts the grey levels of a frame. @param most pixels that are read at once */
export async function levelsOf(frame: FrameReader, most: number, signal?: AbortSignal): Promise<FrameLevels> {
  const { width, height } = frame;
  const [counts, border] = [new Float64Array(256), new Float64Array(256)];
  const rows = Math.max(1, Math.floor(most / width));
  for (let y = 0; y < height; y += rows) {
    throwIfAborted(signal, 'Reading a frame');
    const strip = await frame.read({ x: 0, y, width, height: Math.min(rows, height - y) });
    countLevels(strip.pixels, counts);
    for (let row = 0; row < strip.height; row++) {
      const line = strip.pixels.subarray(row * width, (row + 1) * width);
      const isEdge = y + row === 0 || y + row === height - 1;
      countLevels(isEdge || width === 1 ? line : Uint8Array.of(line[0] as number, line[width - 1] as number), border);
    }
  }
  return { border: medianOf(border), counts };
}
