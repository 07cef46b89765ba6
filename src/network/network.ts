/** Builds trunks and heads from their specs: computes shapes, names parameters, and provides the forward passes. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '../tensorflow/nd-array.js';
import type { Ops } from '../tensorflow/ops.js';
import { type Part, type Pass, together } from './layer.js';
import { createOutput } from './layers.js';
import type { HeadSpec, TrunkSpec } from './spec.js';
import { createLayerStack, describeLayers, type LayerRow, requireBounded } from './stack.js';

export interface Trunk extends Part {
  readonly spec: TrunkSpec;
  /** Length of the feature vector. */
  readonly features: number;
  readonly rows: readonly LayerRow[];
  /** Images [n, size, size, channels] with white = 0 and black = 1, and original sizes [n, 2] in pixels, to features. */
  forward(pass: Pass, images: Tensor, sizes: Tensor): Tensor;
}

export interface Head extends Part {
  readonly spec: HeadSpec;
  /** Number of classes that the head decides among. */
  readonly outputs: number;
  readonly rows: readonly LayerRow[];
  /** Features [n, f] to scores (logits) [n, outputs]. */
  forward(pass: Pass, features: Tensor): Tensor;
}

/** ln(width / 64) is about 0 for a plankter of typical size, so it needs no further scaling. */
const USUAL_SIZE = 64;

/** The ways in which the last feature maps [n, h, w, c] become vectors. */
const POOLINGS: Readonly<
  Record<
    TrunkSpec['pooling'],
    {
      readonly title: string;
      readonly length: (maps: readonly number[]) => number;
      readonly pool: (ops: Ops, x: Tensor) => Tensor;
    }
  >
> = {
  flatten: {
    title: 'flatten',
    length: sizeOf,
    pool: ({ tf }, x) => tf.reshape(x, [x.shape[0] as number, sizeOf(x.shape.slice(1))]),
  },
  mean: {
    title: 'mean over space',
    length: ([, , channels = 0]) => channels,
    pool: (ops, x) => ops.globalMeanPool(x),
  },
  'mean-max': {
    title: 'mean and maximum over space',
    length: ([, , channels = 0]) => 2 * channels,
    pool: (ops, x) => ops.tf.concat([ops.globalMeanPool(x), ops.globalMaxPool(x)], 1),
  },
};

/** Images with white = 0 and black = 1 as the network takes them: (level - mean) / deviation, where the level of white is 1. */
function normalised({ ops }: Pass, { channels, normalisation }: TrunkSpec['input'], images: Tensor): Tensor {
  if (normalisation === undefined) return images;
  const { tf } = ops;
  const ofChannels = (colours: readonly number[]) =>
    channels === 3 ? colours : [colours.reduce((sum, one) => sum + one, 0) / colours.length];
  const [mean, deviation] = [ofChannels(normalisation.mean), ofChannels(normalisation.deviation)];
  const white = tf.tensor1d(mean.map((one) => 1 - one));
  return tf.mul(tf.sub(white, images), tf.tensor1d(deviation.map((one) => 1 / one)));
}

/** Builds the CNN block of a spec; a layer that leaves no pixels is a `CONFIG` error that names it. */
export function createTrunk(spec: TrunkSpec): Trunk {
  const { size, channels } = spec.input;
  const layers = createLayerStack(spec.layers, 'trunk', [size, size, channels], spec.norm);
  const pooling = POOLINGS[spec.pooling];
  const features = pooling.length(layers.at(-1)?.output ?? []) + (spec.appendSize ? 2 : 0);
  const joined = `${pooling.title}${spec.appendSize ? ', log size' : ''}`;
  return {
    spec,
    features,
    ...together(layers),
    rows: [...describeLayers(layers), { layer: joined, output: [features], weights: 0 }],
    forward(pass, images, sizes) {
      const { ops } = pass;
      const { tf } = ops;
      const inferring = { ...pass, training: false };
      const x = layers.reduce(
        (y, layer, i) => layer.forward(i < (pass.frozenStages ?? 0) ? inferring : pass, y),
        normalised(pass, spec.input, images),
      );
      const vector = pooling.pool(ops, x);
      return spec.appendSize ? tf.concat([vector, tf.log(tf.div(sizes, USUAL_SIZE))], 1) : vector;
    },
  };
}

/** The hidden layers of an MLP block alone: what its output layer decides on. */
export function createHidden(
  spec: HeadSpec,
  features: number,
): Part & {
  /** Length of what they put out. */
  readonly width: number;
  forward(pass: Pass, features: Tensor): Tensor;
} {
  const layers = createLayerStack(spec.layers, 'head', [features]);
  return {
    ...together(layers),
    width: layers.at(-1)?.output[0] ?? features,
    forward: (pass, x) => layers.reduce((y, layer) => layer.forward(pass, y), x),
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
    ...together(layers),
    rows: describeLayers(layers),
    forward: (pass, x) => layers.reduce((y, layer) => layer.forward(pass, y), x),
  };
}

/** Total number of trained weights of a trunk and a head. */
export function countWeights(...blocks: readonly (Trunk | Head)[]): number {
  return blocks.flatMap(({ rows }) => rows).reduce((sum, { weights }) => sum + weights, 0);
}
