/** A linear map, the batch normalisation after it, and the activation after that: what convolutions and dense layers share. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Parameter, type Pass, weight } from './layer.js';
import type { Activation, NormSpec } from './spec.js';

/** Epsilon as in Keras; why the momentum is this large is said at `batchShareAt`. */
export const DEFAULT_NORM: NormSpec = { epsilon: 1e-3, momentum: 0.05 };

export function activate(pass: Pass, x: Tensor, activation: Activation): Tensor {
  switch (activation.kind) {
    case 'relu':
      return pass.ops.relu(x);
    case 'relu6':
      return pass.ops.relu6(x);
    case 'leaky-relu':
      return pass.ops.leakyRelu(x, activation.alpha);
  }
}

export function activationTitle(activation: Activation): string {
  switch (activation.kind) {
    case 'relu':
      return 'ReLU';
    case 'relu6':
      return 'ReLU6';
    case 'leaky-relu':
      return `LeakyReLU(${+activation.alpha.toFixed(3)})`;
  }
}

export function normParameters(name: string, channels: number): Parameter[] {
  return [
    weight(`${name}/scale`, [channels], 'ones'),
    weight(`${name}/offset`, [channels], 'zeros'),
    { name: `${name}/mean`, shape: [channels], init: 'zeros', role: 'statistic' },
    { name: `${name}/variance`, shape: [channels], init: 'ones', role: 'statistic' },
  ];
}

/** A linear map from its kernel to feature maps, by the names of its kernel and of the normalisation after it. */
export interface NormalisedMap {
  readonly linear: (kernel: Tensor) => Tensor;
  readonly kernel: string;
  readonly norm: string;
}

/**
 * A linear map, batch normalisation, the sum with `side` if given, and the activation if there is one. Training normalises by
 * the statistics of the batch. Inference normalises by the running statistics, which amounts to a factor and a bias for each
 * channel: the factor is multiplied into the kernel, whose last axis is the channels, and only the bias is left to add.
 */
export function normalised(
  pass: Pass,
  { linear, kernel, norm }: NormalisedMap,
  { epsilon, momentum }: NormSpec,
  activation?: Activation,
  side?: Tensor,
): Tensor {
  const { ops } = pass;
  const { tf } = ops;
  const weights = pass.parameter(kernel);
  const normParameter = (name: string) => pass.parameter(`${norm}/${name}`);
  const [scale, offset] = [normParameter('scale'), normParameter('offset')];
  const finish = (y: Tensor) => {
    const sum = side === undefined ? y : tf.add(side, y);
    return activation === undefined ? sum : activate(pass, sum, activation);
  };
  if (!pass.training) {
    const factor = tf.mul(scale, tf.rsqrt(tf.add(normParameter('variance'), epsilon)));
    const bias = tf.sub(offset, tf.mul(normParameter('mean'), factor));
    return finish(ops.biasAdd(linear(tf.mul(weights, factor)), bias));
  }
  const x = linear(weights);
  const kind = activation?.kind ?? 'none';
  const isFused = kind !== 'leaky-relu';
  const [y, mean, variance] = ops.batchNorm(x, scale, offset, epsilon, isFused ? { activation: kind, side } : {});
  pass.updateStatistic(`${norm}/mean`, mean, momentum);
  pass.updateStatistic(`${norm}/variance`, variance, momentum);
  return isFused ? y : finish(y);
}
