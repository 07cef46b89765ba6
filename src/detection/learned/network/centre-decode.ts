/** Boxes from the maps of a centre-based detector. */
import { type Candidate, within } from './candidates.js';
import { SLOT_NUMBERS } from './centre-objective.js';
import { type Maps, USUAL_SIDE } from './centre-targets.js';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * The organisms at the maxima of the heat. A maximum is as hot as each of its eight neighbours; its heat
 * is that of its hotter slot.
 *
 * @param rows      [side, side, slots, 5]
 * @param threshold organisms of lower scores are left out
 */
export function decodeCentres(rows: Float32Array, maps: Maps, threshold: number): Candidate[] {
  const { side, stride, slots } = maps;
  const heatOf = (cell: number, slot: number) => rows[(cell * slots + slot) * SLOT_NUMBERS] as number;
  const heat = new Float32Array(side * side);
  for (let cell = 0; cell < heat.length; cell++) {
    let most = heatOf(cell, 0);
    for (let slot = 1; slot < slots; slot++) most = Math.max(most, heatOf(cell, slot));
    heat[cell] = most;
  }
  const least = Math.log(threshold / (1 - threshold));
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
  return candidates;
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
