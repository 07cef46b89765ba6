/**
 * The loss of centre-based detectors: focal loss of the heat (Zhou et al., 2019), absolute error of offset and of the logarithms of the
 * sides, and generalised intersection over union of the boxes (Rezatofighi et al., 2019).
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Ops } from '../../../tensorflow/ops.js';
import type { Objective } from '../../../training/objective.js';
import type { ExampleStream } from '../examples/examples.js';
import { BOX_NUMBERS, centreTargets, type Maps, USUAL_SIDE } from './centre-targets.js';

/** Numbers that the network puts out for each slot of a pixel: heat, offset along x and y, ln of width and height. */
export const SLOT_NUMBERS = 1 + BOX_NUMBERS;

/** The share of centres that an untrained network expects, and the bias of its heat that says so. */
const EXPECTED = 0.01;
export const HEAT_BIAS = -Math.log((1 - EXPECTED) / EXPECTED);

/** Sides of boxes are at most e^4 usual sides, so that an untrained network's are finite. */
const LARGEST = 4;
/** How much of the box's losses counts beside the heat's. */
const [OF_OFFSET, OF_SIDES, OF_OVERLAP] = [0.5, 0.5, 2];

/**
 * Inputs of a step: `heat` and `weights` [n, side, side, slots], `boxes` [n, side, side, slots, 4]. With two slots each pixel
 * takes the cheaper of the two ways to assign its organisms to its slots. `correct` is the sum over the examples of the mean
 * intersection over union at the centres.
 */
export function centreObjective(maps: Maps, examples: ExampleStream): Objective<object> {
  const { side, slots } = maps;
  const cells = side * side * slots;
  return {
    inputs: (n) => ({
      heat: { shape: [n, side, side, slots], data: new Float32Array(n * cells) },
      weights: { shape: [n, side, side, slots], data: new Float32Array(n * cells) },
      boxes: { shape: [n, side, side, slots, BOX_NUMBERS], data: new Float32Array(n * cells * BOX_NUMBERS) },
    }),
    feed({ indices, seed }) {
      const n = indices.length;
      const heat = new Float32Array(n * cells);
      const weights = new Float32Array(n * cells);
      const boxes = new Float32Array(n * cells * BOX_NUMBERS);
      examples.at(indices, seed).forEach((example, i) => {
        const of = centreTargets(example.boxes, maps);
        heat.set(of.heat, i * cells);
        weights.set(of.weights, i * cells);
        boxes.set(of.boxes, i * cells * BOX_NUMBERS);
      });
      return { heat, weights, boxes };
    },
    loss: (ops, outputs, inputs) => centreLoss(ops, outputs, inputs as unknown as CentreInputs, maps),
    answerInputs: {},
    feedAnswer: () => ({}),
    answer: ({ tf }, outputs) => tf.reshape(outputs, [outputs.shape[0] as number, cells * SLOT_NUMBERS]),
  };
}

export interface CentreInputs {
  readonly heat: Tensor;
  readonly weights: Tensor;
  readonly boxes: Tensor;
}

/** A box at each pixel, relative to the pixel's centre. */
interface Edges {
  readonly left: Tensor;
  readonly right: Tensor;
  readonly top: Tensor;
  readonly bottom: Tensor;
  readonly area: Tensor;
}

/** @internal From the outputs [n, side, side, slots x 5]: the loss [] and the number of examples that are right []. */
export function centreLoss(
  ops: Ops,
  outputs: Tensor,
  { heat, weights, boxes }: CentreInputs,
  { side, stride, slots }: Maps,
) {
  const { tf } = ops;
  const n = outputs.shape[0] as number;
  /** The numbers of a map [n, side, side, count] one after the other [n, side, side]. To slice each from it takes longer, its gradient too. */
  const channels = (of: Tensor, count: number) =>
    tf.split(tf.transpose(of, [3, 0, 1, 2]), count).map((channel) => tf.reshape(channel, [n, side, side]));
  const usual = USUAL_SIDE / stride;
  const edges = (dx: Tensor, dy: Tensor, lw: Tensor, lh: Tensor): Edges => {
    const halfWidth = tf.mul(tf.exp(tf.minimum(lw, LARGEST)), usual / 2);
    const halfHeight = tf.mul(tf.exp(tf.minimum(lh, LARGEST)), usual / 2);
    return {
      left: tf.sub(dx, halfWidth),
      right: tf.add(dx, halfWidth),
      top: tf.sub(dy, halfHeight),
      bottom: tf.add(dy, halfHeight),
      area: tf.mul(tf.mul(halfWidth, halfHeight), 4),
    };
  };
  const absolute = (x: Tensor) => tf.maximum(x, tf.neg(x));
  /** Zeros of the heat's shape are everywhere but at centres. */
  const atCentres = tf.cast(tf.greaterEqual(heat, 1), 'float32');
  const centres = tf.maximum(tf.sum(atCentres), 1);
  const weight = tf.maximum(tf.sum(weights), 1);

  const numbers = channels(outputs, slots * SLOT_NUMBERS);
  const predicted = Array.from({ length: slots }, (_, slot) => {
    const [score, ...box] = numbers.slice(slot * SLOT_NUMBERS, (slot + 1) * SLOT_NUMBERS);
    const [dx, dy, lw, lh] = box as [Tensor, Tensor, Tensor, Tensor];
    return { score: score as Tensor, box: [dx, dy, lw, lh] as const, edges: edges(dx, dy, lw, lh) };
  });
  const sides = channels(tf.reshape(boxes, [n, side, side, slots * BOX_NUMBERS]), slots * BOX_NUMBERS);
  const [heats, areCentres, weightsOfBoxes] = [heat, atCentres, weights].map((of) => channels(of, slots)) as [
    Tensor[],
    Tensor[],
    Tensor[],
  ];
  const wanted = Array.from({ length: slots }, (_, slot) => {
    const box = sides.slice(slot * BOX_NUMBERS, (slot + 1) * BOX_NUMBERS);
    const [dx, dy, lw, lh] = box as [Tensor, Tensor, Tensor, Tensor];
    return {
      heat: heats[slot] as Tensor,
      isCentre: areCentres[slot] as Tensor,
      weight: weightsOfBoxes[slot] as Tensor,
      box: [dx, dy, lw, lh] as const,
      edges: edges(dx, dy, lw, lh),
    };
  });

  /** The loss of each pixel if this slot stands for that organism, and the overlap of their boxes at centres. */
  const paired = (slot: number, organism: number) => {
    const given = predicted[slot] as (typeof predicted)[number];
    const aim = wanted[organism] as (typeof wanted)[number];
    const p = ops.sigmoid(given.score);
    const found = tf.mul(tf.square(tf.sub(1, p)), ops.softplus(tf.neg(given.score)));
    const away = tf.square(tf.square(tf.sub(1, aim.heat)));
    const raised = tf.mul(tf.mul(away, tf.square(p)), ops.softplus(given.score));
    const focal = tf.add(tf.mul(aim.isCentre, found), tf.mul(tf.sub(1, aim.isCentre), raised));
    const [dx, dy, lw, lh] = given.box.map((value, k) => absolute(tf.sub(value, aim.box[k] as Tensor))) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const { iou, generalised } = overlaps(ops, given.edges, aim.edges);
    const ofBox = tf.add(
      tf.add(tf.mul(tf.add(dx, dy), OF_OFFSET), tf.mul(tf.add(lw, lh), OF_SIDES)),
      tf.mul(tf.sub(1, generalised), OF_OVERLAP),
    );
    return {
      loss: tf.add(tf.div(focal, centres), tf.div(tf.mul(ofBox, aim.weight), weight)),
      iou: tf.mul(iou, aim.isCentre),
    };
  };
  const together = (pairs: readonly ReturnType<typeof paired>[]) => ({
    loss: pairs.map(({ loss }) => loss).reduce((a, b) => tf.add(a, b)),
    iou: pairs.map(({ iou }) => iou).reduce((a, b) => tf.add(a, b)),
  });
  const straight = together(predicted.map((_, slot) => paired(slot, slot)));
  const crossed = slots === 1 ? straight : together([paired(0, 1), paired(1, 0)]);
  const loss = slots === 1 ? straight.loss : tf.minimum(straight.loss, crossed.loss);
  const iou = slots === 1 ? straight.iou : tf.maximum(straight.iou, crossed.iou);
  return { loss: tf.sum(loss), correct: tf.mul(tf.div(tf.sum(iou), centres), n) };
}

/** Intersection over union, and the same less the share of the box around both that is in neither. */
function overlaps({ tf }: Ops, a: Edges, b: Edges) {
  const positive = (x: Tensor) => tf.maximum(x, 0);
  const width = positive(tf.sub(tf.minimum(a.right, b.right), tf.maximum(a.left, b.left)));
  const height = positive(tf.sub(tf.minimum(a.bottom, b.bottom), tf.maximum(a.top, b.top)));
  const shared = tf.mul(width, height);
  const union = tf.sub(tf.add(a.area, b.area), shared);
  const iou = tf.div(shared, union);
  const around = tf.mul(
    tf.sub(tf.maximum(a.right, b.right), tf.minimum(a.left, b.left)),
    tf.sub(tf.maximum(a.bottom, b.bottom), tf.minimum(a.top, b.top)),
  );
  return { iou, generalised: tf.sub(iou, tf.div(tf.sub(around, union), around)) };
}
