/** A prototype as one more output of a head, calibrated against the outputs beside it. */
import { insertOutput } from '../../network/outputs.js';
import type { Weights } from '../../network/weights.js';
import { type Calibration, calibrate, neededOutput, type Scored } from './calibrate.js';
import { type Activations, discriminantOf, meanOf, scoreOf, spreadOf } from './prototype.js';

/** Some images at a node. */
export interface Seen {
  /** What the hidden layers of the node's head make of them. */
  readonly activations: Activations;
  /** Leaf probabilities of the whole classifier as it is: images x classes, row-major. */
  readonly leaves: Float32Array;
}

export interface PrototypeTask {
  /** The node's head: what its output layer is. */
  readonly head: Weights;
  /** For each class of the classifier, whether it is below the node. */
  readonly isBelow: readonly boolean[];
  /** Training images below the node, and their children. */
  readonly known: { readonly activations: Activations; readonly children: ArrayLike<number> };
  /** Validation images that are right: of all classes, not only those below the node. */
  readonly right: Seen;
  /** The images of the new class. */
  readonly fresh: Seen;
  /** Of the images that are right, those that may be lost. */
  readonly most: number;
  /** Place of the new child among the children. */
  readonly at: number;
}

/** The head with the new output, and how it was calibrated. */
export interface FittedPrototype extends Calibration {
  readonly head: Weights;
}

export function fitPrototype({ head, isBelow, known, right, fresh, most, at }: PrototypeTask): FittedPrototype {
  const spread = spreadOf(known.activations, known.children);
  const all = Array.from({ length: countOf(fresh.activations) }, (_, row) => row);
  const whole = discriminantOf(spread, meanOf(fresh.activations, all));
  const neededBy = (seen: Seen) => neededOutputs(head, seen, isBelow);
  const ofRight = neededBy(right).map(
    (needed, row): Scored => ({
      score: scoreOf(whole, right.activations, row),
      needed,
    }),
  );
  const ofFresh = neededBy(fresh).map((needed, row): Scored => {
    // A single image has no others to be judged by.
    const others = all.length === 1 ? all : all.filter((one) => one !== row);
    const discriminant = discriminantOf(spread, meanOf(fresh.activations, others));
    return { score: scoreOf(discriminant, fresh.activations, row), needed };
  });
  const calibration = calibrate(ofRight, ofFresh, most);
  const { scale, offset } = calibration;
  const column = {
    kernel: Float32Array.from(whole.kernel, (value) => scale * value),
    bias: scale * whole.bias + offset,
  };
  return { ...calibration, head: insertOutput(head, at, column) };
}

/** For each image, what the new output has to exceed: see `neededOutput`. */
function neededOutputs(head: Weights, { activations, leaves }: Seen, isBelow: readonly boolean[]): number[] {
  const classes = isBelow.length;
  return Array.from({ length: countOf(activations) }, (_, row) => {
    let [reach, below, elsewhere] = [0, 0, 0];
    isBelow.forEach((isChild, column) => {
      const probability = leaves[row * classes + column] ?? 0;
      if (isChild) reach += probability;
      if (isChild) below = Math.max(below, probability);
      else elsewhere = Math.max(elsewhere, probability);
    });
    return neededOutput(reach, below, elsewhere, logSum(outputsOf(head, activations, row)));
  });
}

const countOf = ({ values, width }: Activations): number => values.length / Math.max(1, width);

/** The outputs of a head for a row of activations. */
function outputsOf(head: Weights, { values, width }: Activations, row: number): Float64Array {
  const [kernel, bias] = [head['head/output/kernel']?.data ?? [], head['head/output/bias']?.data ?? []];
  const outputs = Float64Array.from(bias);
  for (let k = 0; k < width; k++) {
    const value = values[row * width + k] ?? 0;
    if (value === 0) continue;
    for (let child = 0; child < outputs.length; child++) {
      outputs[child] = (outputs[child] ?? 0) + value * (kernel[k * outputs.length + child] ?? 0);
    }
  }
  return outputs;
}

function logSum(values: Float64Array): number {
  const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}
