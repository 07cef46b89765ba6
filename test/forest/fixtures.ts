/** Tables for forests. */
import type { FeatureTable } from '../../src/features/feature-table.js';
import { random } from '../../src/random.js';

export const table = (names: readonly string[], values: readonly (readonly number[])[]): FeatureTable => ({
  names,
  rows: values.map((_, row) => `${row}.png`),
  values: Float64Array.from(values.flat()),
});

/** Normally distributed blobs around a centre for each class; only the first two features tell them apart. */
export function blobs(rows: number, features = 4, classes = 3, seed = 1): { table: FeatureTable; labels: Int32Array } {
  const draws = random(seed, 'blobs');
  const labels = Int32Array.from({ length: rows }, (_, row) => row % classes);
  const values = Array.from(labels, (label) =>
    Array.from({ length: features }, (_, feature) => {
      const angle = (2 * Math.PI * label) / classes;
      const centre = feature === 0 ? Math.cos(angle) : feature === 1 ? Math.sin(angle) : 0;
      return 2 * centre + draws.normal();
    }),
  );
  return {
    table: table(
      Array.from({ length: features }, (_, i) => `f${i}`),
      values,
    ),
    labels,
  };
}

export const CLASSES = ['a', 'b', 'c'];
