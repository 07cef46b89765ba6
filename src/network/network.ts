/** Builds trunks and heads from their specs: computes shapes, names parameters, and provides the forward passes. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '../tensorflow/nd-array.js';
import { createOutput, type Parameter, type Pass } from './layers.js';
import type { HeadSpec, TrunkSpec } from './spec.js';
import { createLayerStack, describeLayers, type LayerRow, requireBounded } from './stack.js';

export interface Trunk {
  readonly spec: TrunkSpec;
  readonly parameters: readonly Parameter[];
  /** Length of the feature vector. */
  readonly features: number;
  readonly rows: readonly LayerRow[];
  /** Images [n, size, size, channels] with white = 0 and black = 1, and original sizes [n, 2] in pixels, to features. */
  forward(pass: Pass, images: Tensor, sizes: Tensor): Tensor;
}

export interface Head {
  readonly spec: HeadSpec;
  /** Number of classes that the head decides among. */
  readonly outputs: number;
  readonly parameters: readonly Parameter[];
  readonly rows: readonly LayerRow[];
  /** Features [n, f] to scores (logits) [n, outputs]. */
  forward(pass: Pass, features: Tensor): Tensor;
}

/** ln(width / 64) is about 0 for a plankter of typical size, so it needs no further scaling. */
const USUAL_SIZE = 64;

/** Builds the CNN block of a spec; a layer that leaves no pixels is a `CONFIG` error that names it. */
export function createTrunk(spec: TrunkSpec): Trunk {
  const { size, channels } = spec.input;
  const layers = createLayerStack(spec.layers, 'trunk', [size, size, channels]);
  const maps = layers.at(-1)?.output ?? [];
  const pooled = spec.pooling === 'mean-max' ? 2 * (maps[2] ?? 0) : sizeOf(maps);
  const features = pooled + (spec.appendSize ? 2 : 0);
  const joined = `${spec.pooling === 'mean-max' ? 'mean and maximum over space' : 'flatten'}${spec.appendSize ? ', log size' : ''}`;
  return {
    spec,
    features,
    parameters: layers.flatMap((layer) => layer.parameters),
    rows: [...describeLayers(layers), { layer: joined, output: [features], weights: 0 }],
    forward(pass, images, sizes) {
      const { ops } = pass;
      const { tf } = ops;
      const x = layers.reduce((y, layer) => layer.forward(pass, y), images);
      const vector =
        spec.pooling === 'mean-max'
          ? tf.concat([ops.globalMeanPool(x), ops.globalMaxPool(x)], 1)
          : tf.reshape(x, [images.shape[0] as number, pooled]);
      return spec.appendSize ? tf.concat([vector, tf.log(tf.div(sizes, USUAL_SIZE))], 1) : vector;
    },
  };
}

/** Builds the MLP block of a spec for a decision among `outputs` classes. */
export function createHead(spec: HeadSpec, features: number, outputs: number): Head {
  const hidden = createLayerStack(spec.layers, 'head', [features]);
  const output = createOutput('head/output', hidden.at(-1)?.output[0] ?? features, outputs);
  const layers = [...hidden, output];
  requireBounded(layers, 'head');
  return {
    spec,
    outputs,
    parameters: layers.flatMap((layer) => layer.parameters),
    rows: describeLayers(layers),
    forward: (pass, x) => layers.reduce((y, layer) => layer.forward(pass, y), x),
  };
}

/** Total number of trained weights of a trunk and a head. */
export function countWeights(...blocks: readonly (Trunk | Head)[]): number {
  return blocks.flatMap(({ rows }) => rows).reduce((sum, { weights }) => sum + weights, 0);
}
