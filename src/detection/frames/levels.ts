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

/** The median grey level along the border of a frame: the level of what lies behind organisms. */
export async function borderOf(frame: FrameReader): Promise<number> {
  const { width, height } = frame;
  const sides = [
    { x: 0, y: 0, width, height: 1 },
    { x: 0, y: height - 1, width, height: height > 1 ? 1 : 0 },
    { x: 0, y: 1, width: 1, height: height - 2 },
    { x: width - 1, y: 1, width: width > 1 ? 1 : 0, height: height - 2 },
  ];
  const border = new Float64Array(256);
  for (const side of sides) {
    if (side.width > 0 && side.height > 0) countLevels((await frame.read(side)).pixels, border);
  }
  return medianOf(border);
}
