/** What a compiled program computes of images, and how leaf probabilities are read from it. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Pass } from '../../network/layer.js';
import type { Weights } from '../../network/weights.js';
import type { Batch } from '../../training/source.js';

/** A forward pass of one network: a row of numbers for each image. */
export interface Forward {
  readonly state: Weights;
  /** Length of a row. */
  readonly width: number;
  /** Maps a batch to rows [n, width]; it takes its parameters from `state` by name. */
  forward(pass: Pass, batch: Batch): Tensor;
}

/** All that a classifier says of images, in one pass. */
export interface Readout extends Forward {
  /** Calibrated leaf probabilities [images x classes], row-major, by the rows of these images. */
  probabilities(rows: Float32Array, images: number): Float32Array;
}
