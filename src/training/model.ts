/** A network as the trainer sees it: its parameters, and a forward pass from a batch to scores (logits). */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Parameter, Pass } from '../network/layer.js';
import type { Head, Trunk } from '../network/network.js';
import type { Batch } from './source.js';

export interface Model {
  readonly parameters: readonly Parameter[];
  /** Number of scores. */
  readonly outputs: number;
  forward(pass: Pass, batch: Batch): Tensor;
}

/** A CNN block with an MLP block on top, from images. */
export function networkModel(trunk: Trunk, head: Head): Model {
  return {
    parameters: [...trunk.parameters, ...head.parameters],
    outputs: head.outputs,
    forward: (pass, batch) => head.forward(pass, trunkFeatures(pass, trunk, batch)),
  };
}

/** An MLP block alone, from features. */
export function headModel(head: Head): Model {
  return {
    parameters: head.parameters,
    outputs: head.outputs,
    forward(pass, batch) {
      if (batch.kind !== 'features') throw new TypeError('a head alone takes features, not images');
      return head.forward(pass, batch.features);
    },
  };
}

/** A CNN block alone: its "scores" are the features. */
export function trunkModel(trunk: Trunk): Model {
  return {
    parameters: trunk.parameters,
    outputs: trunk.features,
    forward: (pass, batch) => trunkFeatures(pass, trunk, batch),
  };
}

function trunkFeatures(pass: Pass, trunk: Trunk, batch: Batch): Tensor {
  if (batch.kind !== 'images') throw new TypeError('a trunk takes images, not features');
  return trunk.forward(pass, batch.images, batch.sizes);
}
