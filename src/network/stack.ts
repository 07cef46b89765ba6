/** Stacks of layers, from which trunks and heads are built. */
import { CladenetError } from '../errors.js';
import { sizeOf } from '../tensorflow/nd-array.js';
import type { Layer } from './layer.js';
import { createLayer } from './layers.js';
import { DEFAULT_NORM } from './normalised.js';
import type { HeadSpec, TrunkSpec } from './spec.js';

/** One row of a network's description. */
export interface LayerRow {
  readonly layer: string;
  /** Shape of one example's output. */
  readonly output: readonly number[];
  /** Trained numbers in this layer. */
  readonly weights: number;
}

/** Weights and statistics of a trunk or a head: 1 GiB as 32-bit floats, twice as many as VGG-16 has. */
const MAX_PARAMETERS = 2 ** 28;
/** Numbers in the maps of a trunk or a head for one image: 1 GiB, of which training keeps all until the gradient. */
const MAX_OUTPUTS = 2 ** 28;

/**
 * Refuses what no machine could compute, before anything is allocated.
 *
 * @throws CladenetError CONFIG naming the layer with which the numbers get too many
 */
export function requireBounded(layers: readonly Layer[], block: 'trunk' | 'head'): void {
  let [parameters, outputs] = [0, 0];
  layers.forEach((layer, i) => {
    parameters += layer.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    outputs += layer.maps;
    const refuse = (most: number, what: string, received: number) => {
      if (received <= most) return;
      throw new CladenetError('CONFIG', 'This network is too large', [
        {
          where: `${block}.layers[${i}] (${layer.title})`,
          expected: `at most ${most} ${what} up to here`,
          received: String(received),
          remedy: 'Use fewer filters or units, a smaller input, or more strides and poolings.',
        },
      ]);
    };
    refuse(MAX_PARAMETERS, 'parameters', parameters);
    refuse(MAX_OUTPUTS, 'outputs for one image', outputs);
  });
}

/** @throws CladenetError CONFIG when a layer leaves no pixels; the message names it */
export function createLayerStack(
  specs: readonly (TrunkSpec | HeadSpec)['layers'][number][],
  block: 'trunk' | 'head',
  input: readonly number[],
  norm = DEFAULT_NORM,
): Layer[] {
  const layers: Layer[] = [];
  specs.forEach((spec, i) => {
    const before = layers.at(-1)?.output ?? input;
    const layer = createLayer(spec, `${block}/${i}`, before, norm);
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
  requireBounded(layers, block);
  return layers;
}

export function describeLayers(layers: readonly Layer[]): LayerRow[] {
  return layers.map(({ title, output, parameters }) => {
    const weights = parameters.filter(({ role }) => role === 'weight');
    return { layer: title, output, weights: weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0) };
  });
}
