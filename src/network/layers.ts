/** The kinds of layer, each with its output shape, its parameters and its forward pass. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Ops, Padding } from '../tensorflow/ops.js';
import type { Precision } from '../tensorflow/precision.js';
import type { Activation, LayerSpec } from './spec.js';

/** How a parameter is initialised: He et al. (2015) for layers before a rectifier, Glorot and Bengio (2010) for the output. */
export type Initialiser = 'he-normal' | 'glorot-uniform' | 'zeros' | 'ones';

export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly init: Initialiser;
  /** Weights are trained; statistics (running mean and variance) are kept beside them. */
  readonly role: 'weight' | 'statistic';
}

/** What a forward pass needs: parameters by name and, in training, seeds and updates of the running statistics. */
export interface Pass {
  readonly ops: Ops;
  readonly training: boolean;
  /** The precision in which convolutions multiply. */
  readonly precision: Precision;
  parameter(name: string): Tensor;
  /** A new seed [2] for each layer that draws random numbers. */
  nextSeed(): Tensor;
  /** Updates a running statistic from that of the batch (training only). */
  updateStatistic(name: string, ofBatch: Tensor): void;
}

export interface Layer {
  readonly title: string;
  /** Shape of one example's output, without the batch axis. */
  readonly output: readonly number[];
  readonly parameters: readonly Parameter[];
  forward(pass: Pass, x: Tensor): Tensor;
}

/** As in Keras. */
const NORM_EPSILON = 1e-3;

const weight = (name: string, shape: readonly number[], init: Initialiser): Parameter => ({
  name,
  shape,
  init,
  role: 'weight',
});

function activate(pass: Pass, x: Tensor, activation: Activation): Tensor {
  switch (activation.kind) {
    case 'relu':
      return pass.ops.relu(x);
    case 'leaky-relu':
      return pass.ops.leakyRelu(x, activation.alpha);
  }
}

const title = (activation: Activation) =>
  activation.kind === 'relu' ? 'ReLU' : `LeakyReLU(${+activation.alpha.toFixed(3)})`;

function normParameters(name: string, channels: number): Parameter[] {
  return [
    weight(`${name}/scale`, [channels], 'ones'),
    weight(`${name}/offset`, [channels], 'zeros'),
    { name: `${name}/mean`, shape: [channels], init: 'zeros', role: 'statistic' },
    { name: `${name}/variance`, shape: [channels], init: 'ones', role: 'statistic' },
  ];
}

/**
 * A linear map (from its kernel to feature maps), batch normalisation, the sum with `side` if given, and the activation.
 * Training normalises by the statistics of the batch. Inference normalises by the running statistics, which amounts to a
 * factor and a bias for each channel: the factor is multiplied into the kernel, and only the bias is left to add.
 */
function normalised(
  pass: Pass,
  {
    linear,
    kernel,
    norm,
  }: { readonly linear: (kernel: Tensor) => Tensor; readonly kernel: string; readonly norm: string },
  activation: Activation,
  side?: Tensor,
): Tensor {
  const { ops } = pass;
  const { tf } = ops;
  const weights = pass.parameter(kernel);
  const normParameter = (name: string) => pass.parameter(`${norm}/${name}`);
  const [scale, offset] = [normParameter('scale'), normParameter('offset')];
  const finish = (y: Tensor) => activate(pass, side === undefined ? y : tf.add(side, y), activation);
  if (!pass.training) {
    const factor = tf.mul(scale, tf.rsqrt(tf.add(normParameter('variance'), NORM_EPSILON)));
    const bias = tf.sub(offset, tf.mul(normParameter('mean'), factor));
    return finish(ops.biasAdd(linear(tf.mul(weights, factor)), bias));
  }
  const fused = activation.kind === 'relu';
  const x = linear(weights);
  const [y, mean, variance] = fused
    ? ops.batchNormRelu(x, scale, offset, NORM_EPSILON, side)
    : ops.batchNorm(x, scale, offset, NORM_EPSILON);
  pass.updateStatistic(`${norm}/mean`, mean);
  pass.updateStatistic(`${norm}/variance`, variance);
  return fused ? y : finish(y);
}

function extent(input: number, kernel: number, stride: number, padding: Padding): number {
  return padding === 'same' ? Math.ceil(input / stride) : Math.floor((input - kernel) / stride) + 1;
}

/** Builds a layer for examples of shape `input`: [height, width, channels] before pooling, [features] after. */
export function createLayer(spec: LayerSpec, name: string, input: readonly number[]): Layer {
  const [height = 0, width = 0, channels = 0] = input;
  const [features = 0] = input;
  switch (spec.type) {
    case 'conv': {
      const { filters, kernel, stride, padding, norm } = spec;
      const size = (n: number) => extent(n, kernel, stride, padding);
      return {
        title: `conv ${kernel}x${kernel}${stride > 1 ? `/${stride}` : ''} ${padding}${norm ? ', batch norm' : ''}, ${title(spec.activation)}`,
        output: [size(height), size(width), filters],
        parameters: [
          weight(`${name}/kernel`, [kernel, kernel, channels, filters], 'he-normal'),
          ...(norm ? normParameters(`${name}/norm`, filters) : [weight(`${name}/bias`, [filters], 'zeros')]),
        ],
        forward(pass, x) {
          const linear = (weights: Tensor) => pass.ops.conv2d(x, weights, stride, padding, pass.precision);
          const convolution = { linear, kernel: `${name}/kernel`, norm: `${name}/norm` };
          if (norm) return normalised(pass, convolution, spec.activation);
          const y = pass.ops.biasAdd(linear(pass.parameter(convolution.kernel)), pass.parameter(`${name}/bias`));
          return activate(pass, y, spec.activation);
        },
      };
    }
    case 'residual': {
      const kernel = [3, 3, channels, channels];
      return {
        title: `residual block 2 x (conv 3x3 same, batch norm), ${title(spec.activation)}`,
        output: input,
        parameters: [1, 2].flatMap((i) => [
          weight(`${name}/kernel${i}`, kernel, 'he-normal'),
          ...normParameters(`${name}/norm${i}`, channels),
        ]),
        forward(pass, x) {
          const convolution = (y: Tensor, i: number) => ({
            linear: (weights: Tensor) => pass.ops.conv2d(y, weights, 1, 'same', pass.precision),
            kernel: `${name}/kernel${i}`,
            norm: `${name}/norm${i}`,
          });
          const inner = normalised(pass, convolution(x, 1), spec.activation);
          return normalised(pass, convolution(inner, 2), spec.activation, x);
        },
      };
    }
    case 'max-pool': {
      const { size, stride, padding } = spec;
      return {
        title: `max-pool ${size}x${size}/${stride} ${padding}`,
        output: [extent(height, size, stride, padding), extent(width, size, stride, padding), channels],
        parameters: [],
        forward: (pass, x) => pass.ops.maxPool(x, [size, size], stride, padding),
      };
    }
    case 'dropout':
      return {
        title: `dropout ${spec.rate}`,
        output: input,
        parameters: [],
        forward: (pass, x) => (pass.training && spec.rate > 0 ? pass.ops.dropout(x, spec.rate, pass.nextSeed()) : x),
      };
    case 'dense': {
      const { units, norm } = spec;
      return {
        title: `dense${norm ? ', batch norm' : ''}, ${title(spec.activation)}`,
        output: [units],
        parameters: [
          weight(`${name}/kernel`, [features, units], 'he-normal'),
          ...(norm ? normParameters(`${name}/norm`, units) : [weight(`${name}/bias`, [units], 'zeros')]),
        ],
        forward(pass, x) {
          if (!norm) return activate(pass, affine(pass, x, name), spec.activation);
          const { ops } = pass;
          // The native operation takes images, so a vector is passed as an image of one pixel.
          const linear = (weights: Tensor) => ops.tf.reshape(ops.matMul(x, weights), [-1, 1, 1, units]);
          const product = { linear, kernel: `${name}/kernel`, norm: `${name}/norm` };
          return ops.tf.reshape(normalised(pass, product, spec.activation), [-1, units]);
        },
      };
    }
  }
}

/** The output layer: a score (logit) for each class. */
export function createOutput(name: string, features: number, units: number): Layer {
  return {
    title: 'dense, softmax',
    output: [units],
    parameters: [
      weight(`${name}/kernel`, [features, units], 'glorot-uniform'),
      weight(`${name}/bias`, [units], 'zeros'),
    ],
    forward: (pass, x) => affine(pass, x, name),
  };
}

function affine(pass: Pass, x: Tensor, name: string): Tensor {
  return pass.ops.biasAdd(pass.ops.matMul(x, pass.parameter(`${name}/kernel`)), pass.parameter(`${name}/bias`));
}
