/** The losses of detectors against values computed by hand, and their gradients against finite differences. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { centreLoss } from '../../../src/detection/learned/network/centre-objective.js';
import { centreTargets, type Maps } from '../../../src/detection/learned/network/centre-targets.js';
import { separatorLoss } from '../../../src/detection/learned/network/separator.js';
import { GRID, yoloLoss, yoloTargets } from '../../../src/detection/learned/network/yolo.js';
import { random } from '../../../src/random.js';
import { createOps } from '../../../src/tensorflow/ops.js';
import { scoped } from '../../../src/tensorflow/transfer.js';
import { alive, runtime } from '../../fixtures/device.js';

const ops = createOps(runtime);
const { tf } = ops;
const before = alive();
afterAll(() => expect(alive()).toEqual(before));

type Loss = (outputs: Tensor) => { readonly loss: Tensor; readonly correct: Tensor };

function computed(outputs: Float32Array, shape: number[], loss: Loss): { loss: number; correct: number } {
  const value = scoped(runtime, () => {
    const made = loss(tf.tensor(outputs, shape, 'float32'));
    return { loss: made.loss.dataSync()[0] ?? Number.NaN, correct: made.correct.dataSync()[0] ?? Number.NaN };
  });
  ops.release();
  return value;
}

function checkGradient(outputs: Float32Array, shape: number[], loss: Loss): void {
  const gradient = scoped(runtime, () => {
    const x = tf.tensor(outputs, shape, 'float32');
    return ops.gradients([x], () => loss(x).loss).gradients[0]?.dataSync() as Float32Array;
  });
  ops.release();
  const step = 1e-3;
  for (let i = 0; i < outputs.length; i++) {
    const at = (by: number) =>
      computed(
        outputs.map((value, k) => (k === i ? value + by : value)),
        shape,
        loss,
      ).loss;
    const numeric = (at(step) - at(-step)) / (2 * step);
    expect(Math.abs(numeric - (gradient[i] ?? Number.NaN)), `output ${i}: ${numeric}, ${gradient[i]}`).toBeLessThan(
      0.02 * Math.max(0.2, Math.abs(numeric)),
    );
  }
}

const softplus = (x: number) => Math.log1p(Math.exp(x));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const draw = random(3, 'losses');
const noise = (n: number, deviation = 1) => Float32Array.from({ length: n }, () => deviation * draw.normal());

function centre(maps: Maps, boxes: Parameters<typeof centreTargets>[0]): Loss {
  const { heat, weights, boxes: sides } = centreTargets(boxes, maps);
  const { side, slots } = maps;
  return (outputs) =>
    centreLoss(
      ops,
      outputs,
      {
        heat: tf.tensor(heat, [1, side, side, slots]),
        weights: tf.tensor(weights, [1, side, side, slots]),
        boxes: tf.tensor(sides, [1, side, side, slots, 4]),
      },
      maps,
    );
}

describe('the loss of a centre-based detector', () => {
  // One pixel of 32 frame pixels, with an organism of 32 x 64 pixels a quarter of a pixel right of its middle.
  const maps = { side: 1, stride: 32, slots: 1 };
  const one = centre(maps, [{ x: 8, y: -16, width: 32, height: 64 }]);

  it('is 0 where it is sure and right, and its boxes overlap whole', () => {
    const { loss, correct } = computed(Float32Array.of(40, 0.25, 0, 0, Math.log(2)), [1, 1, 1, 5], one);
    expect(loss).toBeCloseTo(0, 5);
    expect(correct).toBeCloseTo(1, 5);
  });

  it('adds focal loss, absolute errors and generalised overlap', () => {
    // A box of 32 x 32 in the middle of the pixel, beside the true one: left 0.25 is not shared.
    const { loss, correct } = computed(Float32Array.of(0.3, 0, 0, 0, 0), [1, 1, 1, 5], one);
    const focal = (1 - sigmoid(0.3)) ** 2 * softplus(-0.3);
    const absolute = 0.5 * 0.25 + 0.5 * Math.log(2);
    // In pixels of the map: 1 x 1 and 1 x 2, shared 0.75, union 2.25, the box around both 1.25 x 2.
    const iou = 0.75 / 2.25;
    const generalised = iou - (2.5 - 2.25) / 2.5;
    expect(loss).toBeCloseTo(focal + absolute + 2 * (1 - generalised), 5);
    expect(correct).toBeCloseTo(iou, 5);
  });

  it('counts what is hot beside a centre less, the nearer it is', () => {
    const wide = { side: 3, stride: 4, slots: 1 };
    const at = centreTargets([{ x: 2, y: 2, width: 8, height: 8 }], wide);
    const beside = Math.exp(-((1 / 0.4) ** 2) / 2);
    expect(Array.from(at.heat)).toEqual(
      [beside ** 2, beside, beside ** 2, beside, 1, beside, beside ** 2, beside, beside ** 2].map((value) =>
        expect.closeTo(value, 5),
      ),
    );
    const sure = new Float32Array(45);
    for (let cell = 0; cell < 9; cell++) {
      sure.set([cell === 4 ? 40 : -40, [1, 0, -1][cell % 3] ?? 0, [1, 0, -1][Math.floor(cell / 3)] ?? 0], cell * 5);
      sure.set([Math.log(8 / 32), Math.log(8 / 32)], cell * 5 + 3);
    }
    const loss = centre(wide, [{ x: 2, y: 2, width: 8, height: 8 }]);
    expect(computed(sure, [1, 3, 3, 5], loss).loss).toBeCloseTo(0, 4);
    const hot = sure.map((value, i) => (i === 5 ? 0.5 : value));
    const raised = (1 - beside) ** 4 * sigmoid(0.5) ** 2 * softplus(0.5);
    expect(computed(hot, [1, 3, 3, 5], loss).loss).toBeCloseTo(raised, 4);
  });

  it('tells the box in the middle half of an organism, where its centre is near more than where it is far', () => {
    // 10 x 6 pixels of the map, of which the middle has 5 x 3; its centre is in (6, 4).
    const { boxes, weights } = centreTargets([{ x: 6, y: 6, width: 40, height: 24 }], {
      side: 12,
      stride: 4,
      slots: 1,
    });
    const told = Array.from(weights.keys()).filter((at) => (weights[at] ?? 0) > 0);
    expect(told).toEqual([3, 4, 5].flatMap((y) => [4, 5, 6, 7, 8].map((x) => 12 * y + x)));
    expect(weights[4 * 12 + 6]).toBe(1);
    expect(weights[3 * 12 + 8]).toBeCloseTo(Math.exp(-((2 / 1.5) ** 2 + (1 / 0.9) ** 2) / 2), 6);
    expect(Array.from(boxes.subarray(4 * (3 * 12 + 8), 4 * (3 * 12 + 8) + 4))).toEqual(
      [6.5 - 8.5, 4.5 - 3.5, Math.log(40 / 32), Math.log(24 / 32)].map((value) => expect.closeTo(value, 6)),
    );
  });

  it('has the right gradient', () => {
    const wide = { side: 2, stride: 8, slots: 1 };
    checkGradient(noise(20, 0.7), [1, 2, 2, 5], centre(wide, [{ x: 3, y: 1, width: 9, height: 6 }]));
  });
});

describe('the loss of two slots', () => {
  const maps = { side: 1, stride: 32, slots: 2 };
  const boxes = [
    { x: 8, y: 8, width: 16, height: 16 },
    { x: 0, y: 4, width: 32, height: 32 },
  ];
  const two = centre(maps, boxes);
  const first = [40, 0, 0, Math.log(0.5), Math.log(0.5)];
  const second = [40, 0, 0.125, 0, 0];

  it('is that of the cheaper way to assign the organisms', () => {
    for (const slots of [
      [...first, ...second],
      [...second, ...first],
    ]) {
      const { loss, correct } = computed(Float32Array.from(slots), [1, 1, 1, 10], two);
      expect(loss).toBeCloseTo(0, 5);
      expect(correct).toBeCloseTo(1, 5);
    }
    expect(computed(Float32Array.from([...first, ...first]), [1, 1, 1, 10], two).loss).toBeGreaterThan(0.5);
  });

  it('tells both boxes where two middles meet, and has heat for those centres only that are a pixel away', () => {
    const apart = [
      { x: 4, y: 20, width: 40, height: 8 },
      { x: 16, y: 20, width: 40, height: 8 },
    ];
    const { heat, boxes: told, weights } = centreTargets(apart, { side: 16, stride: 4, slots: 2 });
    // Centres in (6, 6) and (9, 6); each middle reaches two pixels.
    const at = (x: number) => 2 * (6 * 16 + x);
    expect([heat[at(6)], heat[at(6) + 1], heat[at(9)], heat[at(9) + 1]]).toEqual([1, 0, 1, 0]);
    const side = (x: number) => [told[4 * at(x)], told[4 * (at(x) + 1)]];
    const spread = (d: number) => expect.closeTo(Math.exp(-((d / 1.5) ** 2) / 2), 5);
    expect([weights[at(7)], weights[at(7) + 1]]).toEqual([spread(1), spread(2)]);
    expect(side(7)).toEqual([-1.5, 1.5]);
    expect(side(8)).toEqual([0.5, -2.5]);
    expect([weights[at(4)], weights[at(4) + 1]]).toEqual([spread(2), 0]);
  });

  it('wants an empty slot where there is one organism', () => {
    const alone = centre(maps, boxes.slice(0, 1));
    const { loss } = computed(Float32Array.from([-40, 9, 9, 0, 0, ...first]), [1, 1, 1, 10], alone);
    expect(loss).toBeCloseTo(0, 5);
    const both = computed(Float32Array.from([...first, ...first]), [1, 1, 1, 10], alone).loss;
    expect(both).toBeCloseTo(softplus(40), 3);
  });

  it('has the right gradient', () => checkGradient(noise(10, 0.7), [1, 1, 1, 10], two));
});

describe('the loss of YOLO', () => {
  const side = 70;
  const cells = yoloTargets([{ x: 10, y: 12, width: 10, height: 6 }], side);
  const loss: Loss = (outputs) => yoloLoss(ops, outputs, tf.tensor(cells, [1, GRID * GRID, 5]));
  // Centre (15, 15): cell (1, 1), in its middle.
  const cell = GRID + 1;
  const outputs = (...boxes: number[]) => {
    const all = new Float32Array(GRID * GRID * 10);
    all.set(boxes, cell * 10);
    return all;
  };
  const right = [0.5, 0.5, Math.sqrt(10 / side), Math.sqrt(6 / side)];

  it('tells the organism of a cell', () => {
    expect(Array.from(cells.subarray(cell * 5, cell * 5 + 5))).toEqual([1, ...right].map((x) => expect.closeTo(x, 6)));
    expect(cells.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1 + right.reduce((a, b) => a + b), 5);
  });

  it('is 0 where one box is right and as sure as it overlaps, and all others say nothing', () => {
    const { loss: value, correct } = computed(outputs(0, 0, 0, 0, 0, 1, ...right), [1, 490], loss);
    expect(value).toBeCloseTo(0, 6);
    expect(correct).toBeCloseTo(1, 6);
  });

  it('adds the errors of the responsible box, five times those of its place, and half of what others claim', () => {
    const [x = 0, y = 0, w = 0, h = 0] = right;
    // A box 1 pixel too far right: overlap 9 of 11 pixels along x.
    const iou = 9 / 11;
    const given = outputs(0.6, x + 0.1, y, w, h, 0.4, 0, 0, 0.1, 0.1);
    const expected = 5 * 0.1 ** 2 + (0.6 - iou) ** 2 + 0.5 * 0.4 ** 2;
    expect(computed(given, [1, 490], loss).loss).toBeCloseTo(expected, 5);
    const elsewhere = given.map((value, i) => (i === 0 ? 0.3 : value));
    expect(computed(elsewhere, [1, 490], loss).loss).toBeCloseTo(expected + 0.5 * 0.3 ** 2, 5);
  });
});

describe('the loss of a separator', () => {
  const n = 32 * 32;
  const total = new Float32Array(n);
  const own = new Float32Array(n);
  total.set([2, 2, 1]);
  own.set([2, 0.5, 0]);
  const loss: Loss = (outputs) => separatorLoss(ops, outputs, tf.tensor(total, [1, n]), tf.tensor(own, [1, n]));

  it('is the density given to the wrong one, as a share of its own', () => {
    const perfect = Float32Array.from({ length: n }, (_, i) => [40, Math.log(0.25 / 0.75), -40][i] ?? 0);
    expect(computed(perfect, [1, 32, 32, 1], loss)).toEqual({
      loss: expect.closeTo(0, 5),
      correct: expect.closeTo(1, 5),
    });
    // Half of everything: 1 too little, 0.5 too much, 0.5 too much, of 2.5.
    expect(computed(new Float32Array(n), [1, 32, 32, 1], loss).loss).toBeCloseTo(2 / 2.5, 5);
  });
});
