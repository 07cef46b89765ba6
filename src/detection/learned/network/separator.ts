/**
 * Organisms that lie on each other, separated. Transmissions multiply, so densities (-ln of the transmission) add. A small network
 * looks at an organism's surroundings and at its box, and says which share of the density at each pixel is the organism's; the rest is
 * of others and of the paper.
 *
 * A network for each box was chosen, and not a map beside the heat, because where two organisms overlap a pixel belongs to both, so
 * that one map for the whole frame has no answer; and because it can be trained and judged without the detector.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Box, roundedOutwards } from '../../../box.js';
import type { GreyImage } from '../../../features/grey-image.js';
import type { Ops } from '../../../tensorflow/ops.js';
import type { Lesson } from '../../../training/loop.js';
import type { Objective } from '../../../training/objective.js';
import type { ExampleStream } from '../examples/examples.js';
import type { SeparatorExample } from '../examples/separator-examples.js';
import { sampled } from '../squares/sample.js';
import { SHARE_SIDE, surroundings } from '../squares/separator-view.js';

const SHARES = SHARE_SIDE * SHARE_SIDE;

/**
 * Inputs of a step: `total` and `own` [n, 1024]. The loss is the density that is given to the wrong one, as a share of the
 * organism's; what is right of an example is 1 less that share.
 */
export function separatorObjective(stream: ExampleStream<SeparatorExample>): Objective<object> {
  return {
    inputs: (n) => ({
      total: { shape: [n, SHARES], data: new Float32Array(n * SHARES) },
      own: { shape: [n, SHARES], data: new Float32Array(n * SHARES) },
    }),
    feed({ indices, seed }) {
      const total = new Float32Array(indices.length * SHARES);
      const own = new Float32Array(indices.length * SHARES);
      stream.at(indices, seed).forEach((example, i) => {
        total.set(example.total, i * SHARES);
        own.set(example.own, i * SHARES);
      });
      return { total, own };
    },
    loss: (ops, outputs, { total, own }) => separatorLoss(ops, outputs, total as Tensor, own as Tensor),
    answerInputs: {},
    feedAnswer: () => ({}),
    answer: (ops, outputs) => ops.sigmoid(ops.tf.reshape(outputs, [outputs.shape[0] as number, SHARES])),
  };
}

/** @internal */
export function separatorLoss(ops: Ops, outputs: Tensor, total: Tensor, own: Tensor) {
  const { tf } = ops;
  const n = outputs.shape[0] as number;
  const given = tf.mul(ops.sigmoid(tf.reshape(outputs, [n, SHARES])), total);
  const wrong = tf.maximum(tf.sub(given, own), tf.sub(own, given));
  const shares = tf.div(tf.sum(wrong, 1), tf.maximum(tf.sum(own, 1), 1));
  const right = tf.maximum(tf.sub(1, shares), 0);
  return { loss: tf.div(tf.sum(shares), n), correct: tf.sum(right) };
}

/** The lesson of a separator; the validation figures are its loss and what is right. */
export function separatorLesson(stream: ExampleStream<SeparatorExample>, trained: number): Lesson<object> {
  const numbers = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
  return {
    train: numbers(0, trained),
    validation: numbers(trained, stream.count),
    labels: new Int32Array(stream.count),
    used: SHARES,
    given: () => ({}),
    judge(trainer, indices) {
      const rows = trainer.answers(indices);
      const examples = stream.at(indices);
      let [loss, right] = [0, 0];
      examples.forEach(({ total, own }, i) => {
        let [wrong, all] = [0, 0];
        for (let k = 0; k < SHARES; k++) {
          wrong += Math.abs((rows[i * SHARES + k] as number) * (total[k] as number) - (own[k] as number));
          all += own[k] as number;
        }
        const share = wrong / Math.max(1, all);
        loss += share;
        right += Math.max(0, 1 - share);
      });
      return { loss: loss / examples.length, accuracy: right / examples.length };
    },
  };
}

/** The organism of a box alone on white, of the box rounded outwards. @param shares [32 x 32], as the network gives them for the box */
export function aloneIn(frame: GreyImage, box: Box, shares: Float32Array, paper: number): GreyImage {
  const whole = roundedOutwards(box);
  const levels = sampled(frame, { ...whole, step: 1 });
  const window = surroundings(box, SHARE_SIDE);
  const pixels = new Uint8Array(levels.length);
  const at = (row: number, column: number) => shares[clamped(row) * SHARE_SIDE + clamped(column)] as number;
  for (let y = 0, i = 0; y < whole.height; y++) {
    const v = (whole.y + y + 0.5 - window.y) / window.step - 0.5;
    const row = Math.floor(v);
    for (let x = 0; x < whole.width; x++, i++) {
      const u = (whole.x + x + 0.5 - window.x) / window.step - 0.5;
      const column = Math.floor(u);
      const [fu, fv] = [u - column, v - row];
      const share =
        (at(row, column) * (1 - fu) + at(row, column + 1) * fu) * (1 - fv) +
        (at(row + 1, column) * (1 - fu) + at(row + 1, column + 1) * fu) * fv;
      const density = Math.max(0, -Math.log(Math.max(1, levels[i] as number) / paper));
      pixels[i] = Math.round(paper * Math.exp(-share * density));
    }
  }
  return { pixels, width: whole.width, height: whole.height };
}

const clamped = (index: number) => Math.min(SHARE_SIDE - 1, Math.max(0, index));
