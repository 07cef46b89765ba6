/**
 * Masks as COCO counts them: runs of pixels outside and inside, in turn, column by column, as a list or as a text of 6 bits a
 * character (pycocotools, `rleToString`).
 */
import type { Box } from '../../box.js';
import type { MaskShape } from './annotated-frames.js';

type Runs = Extract<MaskShape, { kind: 'runs' }>;

/** Characters of the longest number. */
const LONGEST = 10;

/** The runs of a mask that fills a box of a frame. */
export function runsOfMask(
  mask: Uint8Array,
  box: Box,
  frame: { readonly width: number; readonly height: number },
): Runs {
  const runs: number[] = [];
  let [value, length] = [0, 0];
  const add = (next: number, count: number) => {
    if (count === 0) return;
    if (next !== value) {
      runs.push(length);
      [value, length] = [next, 0];
    }
    length += count;
  };
  const below = frame.height - box.y - box.height;
  add(0, box.x * frame.height);
  for (let x = 0; x < box.width; x++) {
    add(0, box.y);
    for (let y = 0; y < box.height; y++) add(mask[y * box.width + x] as number, 1);
    add(0, below);
  }
  add(0, (frame.width - box.x - box.width) * frame.height);
  runs.push(length);
  return { kind: 'runs', width: frame.width, height: frame.height, runs };
}

/** The pixels of a box that are in a mask of runs, row by row. */
export function maskOfRuns({ runs, height }: Runs, box: Box): Uint8Array {
  const mask = new Uint8Array(box.width * box.height);
  let at = 0;
  runs.forEach((length, i) => {
    const end = at + length;
    if (i % 2 === 1) {
      const last = Math.min(end, (box.x + box.width) * height);
      for (let pixel = Math.max(at, box.x * height); pixel < last; ) {
        const column = Math.floor(pixel / height);
        const columnEnd = Math.min(last, (column + 1) * height);
        const from = Math.max(pixel - column * height, box.y);
        const to = Math.min(columnEnd - column * height, box.y + box.height);
        for (let y = from; y < to; y++) mask[(y - box.y) * box.width + column - box.x] = 1;
        pixel = columnEnd;
      }
    }
    at = end;
  });
  return mask;
}

/** Pixels inside. */
export const areaOfRuns = ({ runs }: Runs): number =>
  runs.reduce((sum, length, i) => sum + (i % 2 === 1 ? length : 0), 0);

/** Runs as a text. */
export function runsToText(runs: readonly number[]): string {
  let text = '';
  runs.forEach((length, i) => {
    let rest = i > 2 ? length - (runs[i - 2] ?? 0) : length;
    for (let more = true; more; ) {
      const bits = ((rest % 32) + 32) % 32;
      rest = Math.floor(rest / 32);
      more = (bits & 16) !== 0 ? rest !== -1 : rest !== 0;
      text += String.fromCharCode(48 + bits + (more ? 32 : 0));
    }
  });
  return text;
}

/** Runs of a text; undefined for a text that is none. */
export function runsOfText(text: string): number[] | undefined {
  const runs: number[] = [];
  for (let at = 0; at < text.length; ) {
    let [value, factor, more] = [0, 1, true];
    for (let k = 0; more; k++, at++) {
      const bits = text.charCodeAt(at) - 48;
      if (!(bits >= 0 && bits < 64) || k === LONGEST) return undefined;
      value += (bits & 31) * factor;
      factor *= 32;
      more = (bits & 32) !== 0;
      if (!more && (bits & 16) !== 0) value -= factor;
    }
    const run = runs.length > 2 ? value + (runs[runs.length - 2] ?? 0) : value;
    if (run < 0) return undefined;
    runs.push(run);
  }
  return runs;
}
