/** What the hidden layers of a trained head make of the features of a CNN block. */
import { createHidden } from '../../network/network.js';
import type { HeadSpec } from '../../network/spec.js';
import type { Weights } from '../../network/weights.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import { createFeatureInference } from '../../training/inference.js';
import type { Activations } from './prototype.js';

/** @param features images x `length`, row-major */
export async function activationsOf(
  make: MakeProgram,
  spec: HeadSpec,
  head: Weights,
  features: Float32Array,
  length: number,
): Promise<Activations> {
  const hidden = createHidden(spec, length);
  if (hidden.parameters.length === 0) return { values: features, width: length };
  const own = new Set(hidden.parameters.map(({ name }) => name));
  const weights = Object.fromEntries(Object.entries(head).filter(([name]) => own.has(name)));
  const inference = createFeatureInference(make, length, weights, hidden.width, (pass, batch) => {
    if (batch.kind !== 'features') throw new TypeError('a head takes features, not images');
    return hidden.forward(pass, batch.features);
  });
  const values = await inference.run(features).finally(() => inference.dispose());
  return { values, width: hidden.width };
}
