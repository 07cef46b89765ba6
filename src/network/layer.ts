/** What a layer is: its output shape, its parameters, its cost and its forward pass. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Ops } from '../tensorflow/ops.js';
import type { Precision } from '../tensorflow/precision.js';

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
  /** The first layers of a CNN block that are computed as in inference, because they are not trained. Default 0. */
  readonly frozenStages?: number | undefined;
  parameter(name: string): Tensor;
  /** A new seed [2] for each layer that draws random numbers. */
  nextSeed(): Tensor;
  /**
   * Updates a running statistic from that of the batch (training only).
   * @param momentum the share of a batch in the statistic, at the least; it is larger in the first steps
   */
  updateStatistic(name: string, ofBatch: Tensor, momentum: number): void;
}

/** What a part of a network has, and what it costs. */
export interface Part {
  readonly parameters: readonly Parameter[];
  /** Numbers in all the maps that it computes for one example: its output, and what is put out on the way to it. */
  readonly maps: number;
  /** Multiplications of a weight, each with an addition, in one forward pass of one example. */
  readonly multiplyAdds: number;
}

/** Several parts as one. */
export const together = (parts: readonly Part[]): Part => ({
  parameters: parts.flatMap(({ parameters }) => parameters),
  maps: parts.reduce((sum, { maps }) => sum + maps, 0),
  multiplyAdds: parts.reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0),
});

/** A layer, or a block of a stage. */
export interface Block extends Part {
  /** Shape of one example's output, without the batch axis. */
  readonly output: readonly number[];
  forward(pass: Pass, x: Tensor): Tensor;
}

export interface Layer extends Block {
  readonly title: string;
}

export const weight = (name: string, shape: readonly number[], init: Initialiser): Parameter => ({
  name,
  shape,
  init,
  role: 'weight',
});
