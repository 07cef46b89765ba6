/**
 * YOLO v1 (Redmon et al., "You only look once: unified, real-time object detection", 2016), for one class: a grid of cells, each of which
 * tells a few boxes of the one organism whose centre is in it.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Box } from '../../../box.js';
import type { Ops } from '../../../tensorflow/ops.js';
import type { Objective } from '../../../training/objective.js';
import type { ExampleStream } from '../examples/examples.js';
import { type Candidate, within } from './candidates.js';

/** The paper's grid and number of boxes. */
export const GRID = 7;
export const BOXES = 2;
/** Numbers of a box: confidence; centre in the cell, 0 to 1; square roots of the sides as shares of the frame's. */
export const NUMBERS = 5;
const CELLS = GRID * GRID;

/** The paper's weights of boxes, and of the confidence where there is no organism. */
const [LAMBDA_COORD, LAMBDA_NOOBJ] = [5, 0.5];

/**
 * The organism of each cell [7, 7, 5]: 1 if there is one, then its box. Of several centres in a cell the one nearest to its middle stays.
 */
export function yoloTargets(boxes: readonly Box[], side: number): Float32Array {
  const targets = new Float32Array(CELLS * NUMBERS);
  const distances = new Float32Array(CELLS).fill(Number.POSITIVE_INFINITY);
  for (const { x, y, width, height } of boxes) {
    const [cx, cy] = [((x + width / 2) / side) * GRID, ((y + height / 2) / side) * GRID];
    const [column, row] = [cx, cy].map((value) => Math.min(GRID - 1, Math.max(0, Math.floor(value)))) as [
      number,
      number,
    ];
    const cell = row * GRID + column;
    const distance = Math.hypot(cx - column - 0.5, cy - row - 0.5);
    if (distance >= (distances[cell] as number)) continue;
    distances[cell] = distance;
    targets.set([1, cx - column, cy - row, Math.sqrt(width / side), Math.sqrt(height / side)], cell * NUMBERS);
  }
  return targets;
}

/** Input of a step: `cells` [n, 49, 5]. `correct` is the sum over the examples of the mean intersection over union. */
export function yoloObjective(examples: ExampleStream): Objective<object> {
  return {
    inputs: (n) => ({ cells: { shape: [n, CELLS, NUMBERS], data: new Float32Array(n * CELLS * NUMBERS) } }),
    feed({ indices, seed }) {
      const cells = new Float32Array(indices.length * CELLS * NUMBERS);
      examples.at(indices, seed).forEach(({ boxes }, i) => {
        cells.set(yoloTargets(boxes, examples.side), i * CELLS * NUMBERS);
      });
      return { cells };
    },
    loss: (ops, outputs, inputs) => yoloLoss(ops, outputs, inputs.cells as Tensor),
    answerInputs: {},
    feedAnswer: () => ({}),
    answer: (_, outputs) => outputs,
  };
}

/**
 * @internal The paper's loss, as a mean over the examples: from the outputs [n, 49 x 2 x 5] and the cells [n, 49, 5]. The box with the
 * larger intersection over union is responsible for the cell's organism; it shall have that as its confidence, all others 0.
 */
export function yoloLoss(ops: Ops, outputs: Tensor, cells: Tensor) {
  const { tf } = ops;
  const n = outputs.shape[0] as number;
  const column = (of: Tensor, width: number, k: number) =>
    tf.reshape(tf.slice(tf.reshape(of, [n * CELLS, width]), [0, k], [n * CELLS, 1]), [n * CELLS]);
  const [has, x, y, w, h] = Array.from({ length: NUMBERS }, (_, k) => column(cells, NUMBERS, k)) as unknown as Five;
  const boxes = Array.from(
    { length: BOXES },
    (_, box) =>
      Array.from({ length: NUMBERS }, (__, k) =>
        column(outputs, BOXES * NUMBERS, box * NUMBERS + k),
      ) as unknown as Five,
  );
  const ious = boxes.map(([, bx, by, bw, bh]) => ops.constant(iouOf(ops, [bx, by, bw, bh], [x, y, w, h])));
  const [first, second] = ious as [Tensor, Tensor];
  const isFirst = tf.cast(tf.greaterEqual(first, second), 'float32');
  const responsible = [tf.mul(has, isFirst), tf.mul(has, tf.sub(1, isFirst))];
  const losses = boxes.map(([c, bx, by, bw, bh], box) => {
    const mine = responsible[box] as Tensor;
    const squares = [tf.sub(bx, x), tf.sub(by, y), tf.sub(bw, w), tf.sub(bh, h)].map((d) => tf.square(d));
    const ofBox = tf.mul(
      squares.reduce((a, b) => tf.add(a, b)),
      LAMBDA_COORD,
    );
    const sure = tf.square(tf.sub(c, ious[box] as Tensor));
    const unsure = tf.mul(tf.square(c), LAMBDA_NOOBJ);
    return tf.add(tf.mul(mine, tf.add(ofBox, sure)), tf.mul(tf.sub(1, mine), unsure));
  });
  const loss = tf.div(tf.sum(losses.reduce((a, b) => tf.add(a, b))), n);
  const organisms = tf.maximum(tf.sum(has), 1);
  const best = tf.mul(has, tf.maximum(first, second));
  return { loss, correct: tf.mul(tf.div(tf.sum(best), organisms), n) };
}

type Five = readonly [Tensor, Tensor, Tensor, Tensor, Tensor];
type Four = readonly [Tensor, Tensor, Tensor, Tensor];

/** Of boxes of the same cell: centres in cells, square roots of sides in frames. */
function iouOf({ tf }: Ops, [ax, ay, aw, ah]: Four, [bx, by, bw, bh]: Four): Tensor {
  const half = (root: Tensor) => tf.mul(tf.square(root), GRID / 2);
  const [awh, ahh, bwh, bhh] = [half(aw), half(ah), half(bw), half(bh)];
  const along = (a: Tensor, ah2: Tensor, b: Tensor, bh2: Tensor) =>
    tf.maximum(tf.sub(tf.minimum(tf.add(a, ah2), tf.add(b, bh2)), tf.maximum(tf.sub(a, ah2), tf.sub(b, bh2))), 0);
  const shared = tf.mul(along(ax, awh, bx, bwh), along(ay, ahh, by, bhh));
  const union = tf.sub(tf.add(tf.mul(tf.mul(awh, ahh), 4), tf.mul(tf.mul(bwh, bhh), 4)), shared);
  return tf.div(shared, tf.maximum(union, 1e-9));
}

/** The boxes of all cells whose scores are not below the threshold. @param row [7, 7, 2, 5] */
export function decodeYolo(row: Float32Array, side: number, threshold: number): Candidate[] {
  const candidates: Candidate[] = [];
  for (let i = 0; i < CELLS * BOXES; i++) {
    const [confidence = 0, x = 0, y = 0, w = 0, h = 0] = row.subarray(i * NUMBERS, (i + 1) * NUMBERS);
    if (confidence < threshold) continue;
    const cell = Math.floor(i / BOXES);
    const [width, height] = [w * w * side, h * h * side];
    const centreX = (((cell % GRID) + x) / GRID) * side;
    const centreY = ((Math.floor(cell / GRID) + y) / GRID) * side;
    const box = within({ x: centreX - width / 2, y: centreY - height / 2, width, height }, side);
    // Each box suppresses any other: in this design a cell has one organism.
    if (box !== undefined) candidates.push({ box, score: Math.min(1, confidence), cell: i });
  }
  return candidates;
}
