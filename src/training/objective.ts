/**
 * What a training makes smaller: its loss, what counts as right, and how the network's output is read. The step, the trainer and
 * the loop know nothing else about what is learned, so classifiers and detectors share them.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { NdArray, NumberArray } from '../tensorflow/nd-array.js';
import type { Ops } from '../tensorflow/ops.js';
import type { Tensors } from '../tensorflow/program.js';

/** A step of a training. */
export interface StepOf {
  /** The examples of the step, in the source. */
  readonly indices: Int32Array;
  /** Different in every step; every random draw of the step derives from it. */
  readonly seed: readonly [number, number];
  readonly rate: number;
  /** Whether the images are left unaugmented. Default false. */
  readonly unaugmented?: boolean;
  /** One of the trainer's `sides`, to which the images are shrunk. Default: that of the source. */
  readonly side?: number;
}

/** What a step knows of the training that it belongs to. */
export interface StepContext {
  /** Outputs of the network that the current training uses; the others are spare. */
  readonly used: number;
  /** Where a network of `side` pixels looks at each image of the step; undefined for the images as they are. */
  readonly views: (side: number) => Float32Array | undefined;
}

/** @typeParam Given what a step is given beside its examples, such as their labels */
export interface Objective<Given> {
  /** Inputs of a step of `n` examples beside those of the source, as arrays of the right shapes. */
  inputs(n: number): Readonly<Record<string, NdArray>>;
  /** Their values. */
  feed(step: StepOf & Given, context: StepContext): Readonly<Record<string, NumberArray>>;
  /** From the network's outputs, inside the step: the mean loss [], and the number of examples that are right []. */
  loss(ops: Ops, outputs: Tensor, inputs: Tensors): { readonly loss: Tensor; readonly correct: Tensor };
  /** Inputs of a forward pass without training beside those of the source. */
  readonly answerInputs: Readonly<Record<string, NdArray>>;
  feedAnswer(used: number): Readonly<Record<string, NumberArray>>;
  /** What the outputs say, one row for each example, of which those of the used outputs come first. */
  answer(ops: Ops, outputs: Tensor, inputs: Tensors): Tensor;
}
