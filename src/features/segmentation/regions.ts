/** Connected regions of a mask. Objects are 8-connected, the background and holes 4-connected. */
import type { Box } from '../grey-image.js';

/** A connected region of a mask. */
export interface Region {
  /** Pixels. */
  readonly area: number;
  readonly box: Box;
  /** The index of its first pixel, row by row. */
  readonly first: number;
}

/** The regions of a mask, and which pixel belongs to which. */
export interface Labelling {
  /** Largest first; of two of one area, the one whose first pixel comes first. */
  readonly regions: readonly Region[];
  /** For each pixel, 0 outside of all regions, otherwise 1 + the index of its region. */
  readonly labels: Int32Array;
}

/** Labels the 8-connected regions of a mask (1 in the regions, 0 outside). */
export function labelRegions(mask: Uint8Array, width: number, height: number): Labelling {
  const labels = new Int32Array(mask.length);
  const stack = new Int32Array(mask.length);
  const found: Region[] = [];
  for (let first = 0; first < mask.length; first++) {
    if (mask[first] !== 1 || labels[first] !== 0) continue;
    const label = found.length + 1;
    let [area, left, right, bottom, top] = [0, width, 0, 0, Math.floor(first / width)];
    let length = 1;
    stack[0] = first;
    labels[first] = label;
    while (length > 0) {
      const at = stack[--length] as number;
      const y = Math.floor(at / width);
      const x = at - y * width;
      area++;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
      const x0 = x > 0 ? x - 1 : 0;
      const x1 = x < width - 1 ? x + 1 : x;
      const y1 = y < height - 1 ? y + 1 : y;
      for (let ny = y > 0 ? y - 1 : 0; ny <= y1; ny++) {
        for (let next = ny * width + x0, end = ny * width + x1; next <= end; next++) {
          if (mask[next] === 1 && labels[next] === 0) {
            labels[next] = label;
            stack[length++] = next;
          }
        }
      }
    }
    found.push({ area, first, box: { x: left, y: top, width: right - left + 1, height: bottom - top + 1 } });
  }
  return sorted(found, labels);
}

function sorted(found: readonly Region[], labels: Int32Array): Labelling {
  const order = found.map((_, i) => i).sort((a, b) => (found[b]?.area ?? 0) - (found[a]?.area ?? 0) || a - b);
  if (order.every((from, to) => from === to)) return { regions: found, labels };
  const renamed = new Int32Array(found.length + 1);
  for (const [to, from] of order.entries()) renamed[from + 1] = to + 1;
  for (let i = 0; i < labels.length; i++) labels[i] = renamed[labels[i] as number] as number;
  return { regions: order.flatMap((from) => found[from] ?? []), labels };
}

/** A mask whose holes are filled: all pixels that cannot be reached from the border over 4-connected background. */
export function fillHoles(mask: Uint8Array, width: number, height: number): Uint8Array {
  const filled = new Uint8Array(mask.length).fill(1);
  const stack = new Int32Array(mask.length);
  let length = 0;
  const visit = (at: number) => {
    if (mask[at] === 0 && filled[at] === 1) {
      filled[at] = 0;
      stack[length++] = at;
    }
  };
  for (let x = 0; x < width; x++) {
    visit(x);
    visit((height - 1) * width + x);
  }
  for (let y = 0; y < height; y++) {
    visit(y * width);
    visit(y * width + width - 1);
  }
  while (length > 0) {
    const at = stack[--length] as number;
    const x = at % width;
    if (x > 0) visit(at - 1);
    if (x < width - 1) visit(at + 1);
    if (at >= width) visit(at - width);
    if (at < (height - 1) * width) visit(at + width);
  }
  return filled;
}
