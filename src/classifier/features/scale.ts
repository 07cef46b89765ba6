/**
 * Features on one scale, as an MLP block needs them: less the mean, over the standard deviation, within 5 of these, since areas and
 * counts have long tails. A number that could not be measured becomes the median. All three are those of the training images.
 */
import type { Weights } from '../../network/weights.js';

/** How columns are scaled, in 32 bits, as it is stored. */
export interface Scale {
  readonly median: Float32Array;
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

const LIMIT = 5;

/** @param values rows x `columns`, row-major: those of training images */
export function fitScale(values: Float64Array, columns: number): Scale {
  const count = values.length / columns;
  const scale = {
    median: new Float32Array(columns),
    mean: new Float32Array(columns),
    deviation: new Float32Array(columns).fill(1),
  };
  for (let c = 0; c < columns; c++) {
    const known = Float64Array.from({ length: count }, (_, i) => values[i * columns + c] ?? 0).filter(Number.isFinite);
    if (known.length === 0) continue;
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length;
    const deviation = Math.fround(Math.sqrt(variance));
    scale.median[c] = known.sort()[known.length >> 1] ?? 0;
    scale.mean[c] = mean;
    // A column that is the same for all images says nothing, and rounding must not make it say something.
    if (deviation > 1e-6 * Math.abs(mean)) scale.deviation[c] = deviation;
  }
  return scale;
}

/** @param values rows x columns, row-major */
export function applyScale({ median, mean, deviation }: Scale, values: Float64Array): Float32Array {
  const columns = mean.length;
  return Float32Array.from(values, (value, i) => {
    const c = i % columns;
    const known = Number.isFinite(value) ? value : (median[c] as number);
    const scaled = (known - (mean[c] as number)) / (deviation[c] as number);
    return Math.max(-LIMIT, Math.min(LIMIT, scaled));
  });
}

export const scaleWeights = (scale: Scale): Weights =>
  Object.fromEntries(Object.entries(scale).map(([name, data]) => [name, { shape: [data.length], data }]));
