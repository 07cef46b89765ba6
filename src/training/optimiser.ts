/** Update rules as pure functions of (weight, gradient, slots), recorded as part of the training step. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Ops } from '../tensorflow/ops.js';
import type { OptimiserConfig } from './config.js';

export interface Optimiser {
  /** Names of the arrays kept for each weight. They have its shape and start at zero. */
  readonly slots: readonly string[];
  /** The scalars that change from step to step. `t` counts steps from 1. */
  scalars(t: number, rate: number): Float32Array;
  update(
    ops: Ops,
    weight: Tensor,
    gradient: Tensor,
    slots: readonly Tensor[],
    scalars: Scalars,
  ): { readonly weight: Tensor; readonly slots: readonly Tensor[] };
}

/** The scalars of a step: all in one tensor, and one tensor for each. */
export interface Scalars {
  readonly all: Tensor;
  readonly each: readonly Tensor[];
}

/** Number of scalars that an optimiser takes per step. */
export const SCALARS = 3;

export function createOptimiser(config: OptimiserConfig): Optimiser {
  switch (config.kind) {
    case 'sgd':
      return nesterov(config.momentum);
    case 'adamw':
      return adamW(config.weightDecay);
  }
}

/** v = m v - r g; w = w + m v - r g (Sutskever et al., 2013, in the form that Keras uses). */
function nesterov(momentum: number): Optimiser {
  return {
    slots: ['velocity'],
    scalars: (_, rate) => Float32Array.of(rate, 0, 0),
    update({ tf }, weight, gradient, [velocity], { each: [rate] }) {
      const step = tf.mul(gradient, rate as Tensor);
      const next = tf.sub(tf.mul(velocity as Tensor, momentum), step);
      return { weight: tf.add(weight, tf.sub(tf.mul(next, momentum), step)), slots: [next] };
    },
  };
}

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-7;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019). Kernels decay, biases and normalisation do not. The bias
 * corrections depend on the step only, so they are folded into scalars:
 * w = w - rate / c1 * m / (sqrt(v) / sqrt(c2) + eps) - rate * decay * w.
 */
function adamW(decay: number): Optimiser {
  return {
    slots: ['mean', 'square'],
    scalars: (t, rate) => Float32Array.of(rate / (1 - BETA1 ** t), Math.sqrt(1 - BETA2 ** t), 1 - rate * decay),
    update({ tf, adamW: fused }, weight, gradient, [mean, square], { all, each: [rate, correction, keep] }) {
      const decays = decay > 0 && weight.rank > 1;
      if (fused !== undefined) {
        const rule = { beta1: BETA1, beta2: BETA2, epsilon: EPSILON, decays };
        const [next, ...slots] = fused([weight, gradient, mean as Tensor, square as Tensor], all, rule);
        return { weight: next, slots };
      }
      const m = tf.add(mean as Tensor, tf.mul(tf.sub(gradient, mean as Tensor), 1 - BETA1));
      const v = tf.add(square as Tensor, tf.mul(tf.sub(tf.square(gradient), square as Tensor), 1 - BETA2));
      const denominator = tf.add(tf.div(tf.sqrt(v), correction as Tensor), EPSILON);
      const step = tf.div(tf.mul(m, rate as Tensor), denominator);
      const kept = decays ? tf.mul(weight, keep as Tensor) : weight;
      return { weight: tf.sub(kept, step), slots: [m, v] };
    },
  };
}
