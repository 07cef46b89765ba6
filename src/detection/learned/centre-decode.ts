/** Detections from the maps of a centre-based detector. */
import { type Box, intersectionOverUnion } from '../../box.js';
import { SLOT_NUMBERS } from './centre-objective.js';
import { type Maps, USUAL_SIDE } from './centre-targets.js';

/** A box with its score, from 0 to 1. */
export interface ScoredBox {
  readonly box: Box;
  readonly score: number;
}

export interface DecodeOptions {
  /** Detections below this score are left out. */
  readonly threshold: number;
  /** Of two boxes whose intersection over union is larger, only the surer one is kept. */
  readonly suppression: number;
}

interface Candidate extends ScoredBox {
  /** The pixel or cell that it is of. */
  readonly cell: number;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * The organisms at the maxima of the heat, the surest first. A maximum is as hot as each of its eight neighbours; its heat
 * is that of its hotter slot.
 *
 * @param rows [side, side, slots, 5]
 */
export function decodeCentres(rows: Float32Array, maps: Maps, options: DecodeOptions): ScoredBox[] {
  const { side, stride, slots } = maps;
  const heatOf = (cell: number, slot: number) => rows[(cell * slots + slot) * SLOT_NUMBERS] as number;
  const heat = new Float32Array(side * side);
  for (let cell = 0; cell < heat.length; cell++) {
    let most = heatOf(cell, 0);
    for (let slot = 1; slot < slots; slot++) most = Math.max(most, heatOf(cell, slot));
    heat[cell] = most;
  }
  const least = Math.log(options.threshold / (1 - options.threshold));
  const candidates: Candidate[] = [];
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const cell = y * side + x;
      if ((heat[cell] as number) < least || !isMaximum(heat, side, x, y)) continue;
      for (let slot = 0; slot < slots; slot++) {
        const value = heatOf(cell, slot);
        if (value < least) continue;
        const at = (cell * slots + slot) * SLOT_NUMBERS;
        const [, dx = 0, dy = 0, lw = 0, lh = 0] = rows.subarray(at, at + SLOT_NUMBERS);
        const [width, height] = [USUAL_SIDE * Math.exp(Math.min(lw, 4)), USUAL_SIDE * Math.exp(Math.min(lh, 4))];
        const [centreX, centreY] = [(x + 0.5 + dx) * stride, (y + 0.5 + dy) * stride];
        const box = within({ x: centreX - width / 2, y: centreY - height / 2, width, height }, side * stride);
        if (box !== undefined) candidates.push({ box, score: sigmoid(value), cell });
      }
    }
  }
  return suppressed(candidates, options.suppression);
}

function isMaximum(heat: Float32Array, side: number, x: number, y: number): boolean {
  const own = heat[y * side + x] as number;
  for (let v = Math.max(0, y - 1); v <= Math.min(side - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(side - 1, x + 1); u++) {
      if ((heat[v * side + u] as number) > own) return false;
    }
  }
  return true;
}

/** The part of a box that lies in a frame of `side` pixels; undefined where nothing does. */
export function within({ x, y, width, height }: Box, side: number): Box | undefined {
  const [left, top] = [Math.max(0, x), Math.max(0, y)];
  const [right, bottom] = [Math.min(side, x + width), Math.min(side, y + height)];
  return right > left && bottom > top ? { x: left, y: top, width: right - left, height: bottom - top } : undefined;
}

/**
 * Non-maximum suppression by sets (Chu et al., 2020): boxes of one cell never suppress each other, because they stand for different
 * organisms.
 */
export function suppressed(candidates: readonly Candidate[], threshold: number): ScoredBox[] {
  const kept: Candidate[] = [];
  for (const candidate of [...candidates].sort((a, b) => b.score - a.score || a.cell - b.cell)) {
    const isCovered = kept.some(
      ({ box, cell }) => cell !== candidate.cell && intersectionOverUnion(box, candidate.box) > threshold,
    );
    if (!isCovered) kept.push(candidate);
  }
  return kept.map(({ box, score }) => ({ box, score }));
}
