/** Places for labels at boxes, so that they cover each other as little as can be. */
import { type Box, sharedArea } from '../../box.js';

/** The size of a label in pixels. */
export interface LabelSize {
  readonly width: number;
  readonly height: number;
}

/** Pixels between a box and a label beside it. */
const GAP = 2;

/** Side of the squares by which labels that are near are found, in pixels. */
const CELL = 128;

/**
 * Finds a place for one label after the other, each of several sizes from the one that is wanted most: above its box, below, beside,
 * or within.
 *
 * @param picture labels stay in it
 * @returns for the label at a box, which of its sizes, and where; undefined where there is no room
 */
export function labelPlaces(picture: LabelSize) {
  const cells = new Map<string, Box[]>();
  return (box: Box, sizes: readonly LabelSize[]): { readonly size: number; readonly at: Box } | undefined => {
    for (const [size, wanted] of sizes.entries()) {
      for (const [x, y] of cornersAt(box, wanted)) {
        // Moved sideways into the picture, as long as it stays at its box.
        const at = { x: Math.min(Math.max(0, x), picture.width - wanted.width), y, ...wanted };
        if (at.x + at.width < box.x || at.x > box.x + box.width + GAP) continue;
        const isInside = at.x >= 0 && at.y >= 0 && at.y + at.height <= picture.height;
        if (!isInside || near(at).some((other) => sharedArea(other, at) > 0)) continue;
        for (const key of keysOf(at)) cells.set(key, [...(cells.get(key) ?? []), at]);
        return { size, at };
      }
    }
    return undefined;
  };

  function near(at: Box): Box[] {
    return keysOf(at).flatMap((key) => cells.get(key) ?? []);
  }
}

function cornersAt({ x, y, width, height }: Box, label: LabelSize): [x: number, y: number][] {
  const [right, above, below] = [x + width - label.width, y - label.height - 1, y + height + 1];
  return [
    [x, above],
    [x, below],
    [right, above],
    [right, below],
    [x + width + GAP, y],
    [x - label.width - GAP, y],
    [x + 1, y + 1],
  ];
}

function keysOf({ x, y, width, height }: Box): string[] {
  const keys: string[] = [];
  for (let row = Math.floor(y / CELL); row <= Math.floor((y + height) / CELL); row++) {
    for (let column = Math.floor(x / CELL); column <= Math.floor((x + width) / CELL); column++) {
      keys.push(`${column} ${row}`);
    }
  }
  return keys;
}
