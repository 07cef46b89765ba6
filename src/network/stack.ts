/** Stacks of layers, from which trunks and heads are built. */
import { CladenetError } from '../errors.js';
import { sizeOf } from '../tensorflow/nd-array.js';
import { createLayer, type Layer } from './layers.js';
import type { HeadSpec, TrunkSpec } from './spec.js';

/** One row of a network's description. */
export interface LayerRow {
  readonly layer: string;
  /** Shape of one example's output. */
  readonly output: readonly number[];
  /** Trained numbers in this layer. */
  readonly weights: number;
}

/** @throws CladenetError CONFIG when a layer leaves no pixels; the message names it */
export function createLayerStack(
  specs: readonly (TrunkSpec | HeadSpec)['layers'][number][],
  block: 'trunk' | 'head',
  input: readonly number[],
): Layer[] {
  const layers: Layer[] = [];
  specs.forEach((spec, i) => {
    const before = layers.at(-1)?.output ?? input;
    const layer = createLayer(spec, `${block}/${i}`, before);
    if (layer.output.some((n) => n < 1)) {
      throw new CladenetError('CONFIG', 'This network does not fit its input', [
        {
          where: `${block}.layers[${i}] (${layer.title})`,
          expected: 'an output of at least one pixel',
          received: `an input of ${before.join(' x ')}`,
          remedy: 'Use a larger input size, or fewer strides, poolings and valid convolutions.',
        },
      ]);
    }
    layers.push(layer);
  });
  return layers;
}

export function describeLayers(layers: readonly Layer[]): LayerRow[] {
  return layers.map(({ title, output, parameters }) => {
    const weights = parameters.filter(({ role }) => role === 'weight');
    return { layer: title, output, weights: weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0) };
  });
}
