/** Four classes that differ in two things. Each can be measured; the learned feature knows only the first. */
import { random } from '../../src/random.js';
import type { SelectionData } from '../../src/selecting/selection-data.js';

export const CLASSES = ['small round', 'small long', 'large round', 'large long'];

/**
 * Base: `learned`, which knows the size. Candidates: `area`, nearly its copy; `elongation` and its twin `feret`, which know
 * the other thing; and noise.
 */
export function organisms(count = 300, seed = 1): SelectionData {
  const draws = random(seed, 'organisms');
  const labels = Int32Array.from({ length: count }, () => draws.integer(4));
  const size = Array.from(labels, (label) => (label >> 1) + draws.normal() * 0.4);
  const form = Array.from(labels, (label) => (label & 1) + draws.normal() * 0.4);
  const rows = Array.from(labels, (_, i) => `${i}.png`);
  const candidates: Record<string, (row: number) => number> = {
    area: (row) => Math.exp(size[row] ?? 0),
    elongation: (row) => form[row] ?? 0,
    feret: (row) => -(form[row] ?? 0) + draws.normal() * 0.01,
    noise1: () => draws.normal(),
    noise2: () => draws.normal(),
    noise3: () => draws.normal(),
  };
  const values = rows.flatMap((_, row) => Object.values(candidates).map((measure) => measure(row)));
  const [validation, test] = [Math.round(count / 3), Math.round((2 * count) / 3)];
  const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
  return {
    base: { names: ['learned'], rows, values: Float64Array.from(size) },
    candidates: { names: Object.keys(candidates), rows, values: Float64Array.from(values) },
    labels,
    classes: CLASSES,
    split: { train: range(test, count), validation: range(validation, test), test: range(0, validation) },
  };
}
