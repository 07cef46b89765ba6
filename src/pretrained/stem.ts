/** The first convolution of a network for colours, for grey images. */
import type { TrunkSpec } from '../network/spec.js';

const COLOURS = 3;

/**
 * The kernel [height, width, 3, out] summed over its colours: what it computes from an image whose three colours are the same
 * grey. Where the network normalises each colour by a deviation of its own, the colours are weighted by these, since a grey image
 * is normalised by their mean.
 */
export function summedOverColours(kernel: Float32Array, { input, layers }: TrunkSpec): Float32Array {
  const [stem] = layers;
  const to = stem?.type === 'conv' ? stem.filters : 0;
  const deviations = input.normalisation?.deviation ?? [1, 1, 1];
  const mean = deviations.reduce((sum, deviation) => sum + deviation, 0) / deviations.length;
  const sum = new Float32Array(kernel.length / COLOURS);
  kernel.forEach((weight, i) => {
    const colour = Math.floor(i / to) % COLOURS;
    const at = Math.floor(i / (to * COLOURS)) * to + (i % to);
    sum[at] = (sum[at] ?? 0) + (weight * mean) / (deviations[colour] ?? 1);
  });
  return sum;
}
