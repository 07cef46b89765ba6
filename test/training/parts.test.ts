import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { random } from '../../src/random.js';
import { createOps } from '../../src/tensorflow/ops.js';
import { scoped, toArray, toTensor } from '../../src/tensorflow/transfer.js';
import { drawMaps, MAP_LENGTH } from '../../src/training/augment.js';
import { augmentationSchema, trainingSchema } from '../../src/training/config.js';
import { createOptimiser } from '../../src/training/optimiser.js';
import { balancedClassWeights, epochOrder, stepsPerEpoch } from '../../src/training/sampler.js';
import { learningRate } from '../../src/training/schedule.js';
import { residentImages, streamedImages } from '../../src/training/source.js';
import { runtime } from '../fixtures/device.js';
import { shapes } from '../fixtures/shapes.js';

describe('learning rates', () => {
  it('one cycle: from a twenty-fifth up to the peak after a quarter, then down to a ten-thousandth', () => {
    const config = trainingSchema.parse({ optimiser: { kind: 'adamw', rate: 1 } }).optimiser;
    const at = (step: number) => learningRate(config, step, 10, 10);
    expect(at(0)).toBeCloseTo(1 / 25, 10);
    expect(at(25)).toBeCloseTo(1, 10);
    expect(at(99)).toBeLessThan(0.001);
    expect(at(24)).toBeLessThan(at(25));
    expect(at(26)).toBeLessThan(at(25));
  });
  it('step decay multiplies after every so many epochs', () => {
    const config = trainingSchema.parse({
      optimiser: { kind: 'sgd', rate: 0.1, decay: { factor: 0.5, every: 2 } },
    }).optimiser;
    expect([0, 19, 20, 40].map((step) => learningRate(config, step, 10, 9))).toEqual([0.1, 0.1, 0.05, 0.025]);
  });
});

describe('the order of an epoch', () => {
  it('shows every image, in whole batches, by seed and epoch alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 20 }), fc.nat(99), (n, batch, seed) => {
        const train = Int32Array.from({ length: n }, (_, i) => 2 * i);
        const sample = { train, labels: new Int32Array(2 * n), balance: 0, batch, seed };
        const order = epochOrder(sample, 1);
        expect(order.length).toBe(stepsPerEpoch(sample) * batch);
        expect(new Set(order)).toEqual(new Set(train));
        expect(epochOrder(sample, 1)).toEqual(order);
      }),
    );
    const sample = {
      train: Int32Array.from({ length: 50 }, (_, i) => i),
      labels: new Int32Array(50),
      balance: 0,
      batch: 10,
      seed: 1,
    };
    expect(epochOrder(sample, 1)).not.toEqual(epochOrder(sample, 2));
    expect(epochOrder(sample, 1)).not.toEqual(epochOrder({ ...sample, seed: 2 }, 1));
  });

  it('balances classes exactly: small ones repeated evenly, large ones sampled', () => {
    const labels = Int32Array.from({ length: 33 }, (_, i) => (i < 3 ? 0 : 1));
    const train = Int32Array.from({ length: 33 }, (_, i) => i);
    const order = epochOrder({ train, labels, balance: 10, batch: 20, seed: 5 }, 1);
    const counts = [...train].map((image) => order.filter((shown) => shown === image).length);
    expect(order.filter((image) => labels[image] === 0).length).toBe(10);
    expect(counts.slice(0, 3).sort()).toEqual([3, 3, 4]);
    expect(Math.max(...counts.slice(3))).toBe(1);
  });

  it('class weights make classes count alike and are 1 on average', () => {
    const labels = Int32Array.from([0, 0, 0, 1, 2, 2]);
    const weights = balancedClassWeights(Int32Array.from([0, 1, 2, 3, 4, 5]), labels, 3);
    expect([...weights].map((w) => +w.toFixed(4))).toEqual([0.6667, 2, 1]);
    expect(labels.reduce((sum, label) => sum + (weights[label] ?? 0), 0) / 6).toBeCloseTo(1, 6);
  });
});

describe('augmentation maps', () => {
  const config = augmentationSchema.parse({ shift: 0 });
  it('keep the centre where it is without a shift, and their size within the zoom', () => {
    const maps = drawMaps(200, 15, config, random(1));
    for (let i = 0; i < 200; i++) {
      const [a0, a1, a2, b0, b1, b2] = Array.from(maps.subarray(i * MAP_LENGTH, i * MAP_LENGTH + 6)) as number[] as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      expect(7 * a0 + 7 * a1 + a2).toBeCloseTo(7, 4);
      expect(7 * b0 + 7 * b1 + b2).toBeCloseTo(7, 4);
      const scale = Math.sqrt(Math.abs(a0 * b1 - a1 * b0));
      expect(scale).toBeGreaterThan(1 / 1.16);
      expect(scale).toBeLessThan(1.16);
    }
  });
  it('are the identity when nothing may change, and the same for the same seed', () => {
    const still = augmentationSchema.parse({ rotation: 0, flip: false, shift: 0, shear: 0, zoom: 1 });
    expect(Array.from(drawMaps(1, 9, still, random(3)), (v) => v + 0)).toEqual([1, 0, 0, 0, 1, 0, 0, 0]);
    expect(drawMaps(4, 9, config, random(3))).toEqual(drawMaps(4, 9, config, random(3)));
  });
});

describe('update rules against their formulas', () => {
  /** Three steps of a rule on the device, for a 1x2 kernel. */
  function run(config: Parameters<typeof createOptimiser>[0], gradients: number[][], rate: number): number[] {
    const optimiser = createOptimiser(config);
    const ops = createOps(runtime);
    let weight = [0.5, -0.25];
    let slots = optimiser.slots.map(() => [0, 0]);
    gradients.forEach((gradient, t) => {
      scoped(runtime, () => {
        const tensor = (values: number[]) => toTensor(runtime, { shape: [1, 2], data: Float32Array.from(values) });
        const scalars = Array.from(optimiser.scalars(t + 1, rate), (value) => ops.tf.scalar(value));
        const next = optimiser.update(ops, tensor(weight), tensor(gradient), slots.map(tensor), scalars);
        weight = Array.from(toArray(runtime, next.weight).data);
        slots = next.slots.map((slot) => Array.from(toArray(runtime, slot).data));
      });
    });
    return weight;
  }
  const gradients = [
    [1, -2],
    [0.5, 0.5],
    [-1, 3],
  ];

  it('Nesterov momentum', () => {
    const expected = [0.5, -0.25].map((start, i) => {
      let [w, v] = [start, 0];
      for (const g of gradients) {
        v = 0.9 * v - 0.1 * (g[i] ?? 0);
        w += 0.9 * v - 0.1 * (g[i] ?? 0);
      }
      return w;
    });
    const got = run(trainingSchema.parse({ optimiser: { kind: 'sgd', momentum: 0.9 } }).optimiser, gradients, 0.1);
    got.forEach((w, i) => expect(w).toBeCloseTo(expected[i] ?? 0, 5));
  });

  it('AdamW with decoupled decay', () => {
    const expected = [0.5, -0.25].map((start, i) => {
      let [w, m, v] = [start, 0, 0];
      gradients.forEach((all, step) => {
        const g = all[i] ?? 0;
        m = 0.9 * m + 0.1 * g;
        v = 0.999 * v + 0.001 * g * g;
        const [mHat, vHat] = [m / (1 - 0.9 ** (step + 1)), v / (1 - 0.999 ** (step + 1))];
        w = w - 0.01 * 0.1 * w - (0.01 * mHat) / (Math.sqrt(vHat) + 1e-7);
      });
      return w;
    });
    const got = run(
      trainingSchema.parse({ optimiser: { kind: 'adamw', weightDecay: 0.1 } }).optimiser,
      gradients,
      0.01,
    );
    got.forEach((w, i) => expect(w).toBeCloseTo(expected[i] ?? 0, 5));
  });
});

describe('sources', () => {
  it('resident and streamed images give the same batch', () => {
    const set = shapes(4);
    const ops = createOps(runtime);
    const indices = Int32Array.from([5, 0, 15]);
    const batches = [residentImages(set), streamedImages(set)].map((source) =>
      scoped(runtime, () => {
        const state = Object.fromEntries(
          Object.entries(source.state).map(([name, value]) => [name, toTensor(runtime, value)]),
        );
        const shapesOf = source.inputs(3);
        const inputs = Object.fromEntries(
          Object.entries(source.feed(indices)).map(([name, data]) => [
            name,
            toTensor(runtime, { shape: shapesOf[name]?.shape ?? [], data }),
          ]),
        );
        const batch = source.batch(ops, state, inputs);
        if (batch.kind !== 'images') throw new Error('images expected');
        return [toArray(runtime, batch.images), toArray(runtime, batch.sizes)];
      }),
    );
    expect(batches[0]).toEqual(batches[1]);
    const [first] = batches[0] ?? [];
    expect(first?.data[0]).toBeCloseTo(1 - (set.pixels[5 * 256] ?? 0) / 255, 6);
  });
});
