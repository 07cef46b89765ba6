import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weightsOfClasses } from '../../src/class-weights.js';
import { random } from '../../src/random.js';
import { createOps } from '../../src/tensorflow/ops.js';
import { scoped, toArray, toTensor } from '../../src/tensorflow/transfer.js';
import { addNoise, augment, drawMaps, MAP_LENGTH } from '../../src/training/augment.js';
import { INFERENCE_BATCH, inBatches } from '../../src/training/batches.js';
import { augmentationSchema, trainingSchema } from '../../src/training/config.js';
import { explainingMemory } from '../../src/training/memory.js';
import { createOptimiser } from '../../src/training/optimiser.js';
import { epochOrder, stepsPerEpoch } from '../../src/training/sampler.js';
import { learningRate } from '../../src/training/schedule.js';
import { imageSource, residentImages, streamedImages } from '../../src/training/source.js';
import { runtime } from '../fixtures/device.js';
import { nonEmpty } from '../fixtures/non-empty.js';
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
  it('one cycle rises, then falls, and is positive and at most the peak, however short the training', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), (steps, epochs) => {
        const config = trainingSchema.parse({ optimiser: { kind: 'adamw', rate: 2 } }).optimiser;
        const rates = Array.from({ length: steps * epochs }, (_, step) => learningRate(config, step, steps, epochs));
        const peak = rates.indexOf(Math.max(...rates));
        rates.forEach((rate, i) => {
          expect(rate).toBeGreaterThan(0);
          expect(rate).toBeLessThanOrEqual(2);
          if (i > 0) expect(Math.sign(rate - (rates[i - 1] ?? 0))).toBe(i <= peak ? 1 : -1);
        });
      }),
    );
  });
  it('defaults are those of the report: 0.003, halved every 20 epochs, momentum 0.9', () => {
    expect(trainingSchema.parse({ optimiser: { kind: 'sgd' } }).optimiser).toEqual({
      kind: 'sgd',
      rate: 0.003,
      momentum: 0.9,
      decay: { factor: 0.5, every: 20 },
    });
  });
});

/** All labels are classes. */
const plain = { classes: 99, classShare: 0 };

describe('the order of an epoch', () => {
  it('shows every image, in whole batches, by seed and epoch alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 20 }), fc.nat(99), (n, batch, seed) => {
        const train = Int32Array.from({ length: n }, (_, i) => 2 * i);
        const sample = { train, labels: new Int32Array(2 * n), balance: 0, batch, seed, ...plain };
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
      ...plain,
    };
    expect(epochOrder(sample, 1)).not.toEqual(epochOrder(sample, 2));
    expect(epochOrder(sample, 1)).not.toEqual(epochOrder({ ...sample, seed: 2 }, 1));
    // Whole batches hold each image once; 50 in batches of 20 fill the last one up from the beginning.
    expect(Array.from(epochOrder(sample, 1)).sort((a, b) => a - b)).toEqual(Array.from(sample.train));
    const filled = epochOrder({ ...sample, batch: 20 }, 1);
    expect(filled.length).toBe(60);
    expect(filled.slice(50)).toEqual(filled.slice(0, 10));
  });

  it('balance is exact for every class, evenly spread over its images, by seed and epoch', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 40 }), fc.nat(99), (counts, balance, seed) => {
        const labels = Int32Array.from(counts.flatMap((n, label) => Array.from({ length: n }, () => label)));
        const train = labels.map((_, i) => i);
        const sample = { train, labels, balance, batch: balance * counts.length, seed, ...plain };
        const order = epochOrder(sample, 3);
        const shown = Int32Array.from(train, (image) => order.filter((other) => other === image).length);
        counts.forEach((n, label) => {
          const own = shown.filter((_, image) => labels[image] === label);
          expect(own.reduce((sum, times) => sum + times, 0)).toBe(balance);
          expect(Math.max(...own) - Math.min(...own)).toBeLessThanOrEqual(balance % n === 0 ? 0 : 1);
        });
        expect(epochOrder(sample, 3)).toEqual(order);
      }),
    );
  });

  it('repeats images labelled by a class where they are fewer than their share, and samples the others', () => {
    // 4 images of classes 0 and 1; 16 at inner nodes, whose labels come after those of the classes.
    const labels = Int32Array.from({ length: 20 }, (_, i) => (i < 4 ? i % 2 : 2 + (i % 3)));
    const train = labels.map((_, i) => i);
    const sample = { train, labels, classes: 2, balance: 0, classShare: 0.5, batch: 20, seed: 3 };
    const order = epochOrder(sample, 1);
    const times = (image: number) => order.filter((shown) => shown === image).length;
    expect([0, 1, 2, 3].map(times).sort()).toEqual([2, 2, 3, 3]);
    expect(new Set(order.filter((image) => image >= 4)).size).toBe(10);
    expect(epochOrder(sample, 1)).toEqual(order);
    expect(epochOrder(sample, 2)).not.toEqual(order);
    for (const enough of [{ classShare: 0.2 }, { classShare: 0 }, { classes: 9 }]) {
      expect([...epochOrder({ ...sample, ...enough }, 1)].sort((a, b) => a - b)).toEqual([...train]);
    }
  });

  it('balances classes exactly: small ones repeated evenly, large ones sampled', () => {
    const labels = Int32Array.from({ length: 33 }, (_, i) => (i < 3 ? 0 : 1));
    const train = Int32Array.from({ length: 33 }, (_, i) => i);
    const order = epochOrder({ train, labels, balance: 10, batch: 20, seed: 5, ...plain }, 1);
    const counts = [...train].map((image) => order.filter((shown) => shown === image).length);
    expect(order.filter((image) => labels[image] === 0).length).toBe(10);
    expect(counts.slice(0, 3).sort()).toEqual([3, 3, 4]);
    expect(Math.max(...counts.slice(3))).toBe(1);
  });

  it('class weights make classes count alike and are 1 on average', () => {
    const labels = Int32Array.from([0, 0, 0, 1, 2, 2]);
    const weights = weightsOfClasses('balanced', labels, 3);
    expect([...weights].map((w) => +w.toFixed(4))).toEqual([0.6667, 2, 1]);
    expect(labels.reduce((sum, label) => sum + (weights[label] ?? 0), 0) / 6).toBeCloseTo(1, 6);
    // A class without images weighs nothing, and does not change what the others weigh.
    expect([...weightsOfClasses('balanced', Int32Array.of(0, 1), 3)]).toEqual([1, 1, 0]);
  });

  it('class weights are in the proportions of (max / n)^s', () => {
    const labels = Int32Array.from([...Array(16).fill(0), ...Array(4).fill(1), 2]);
    const weights = weightsOfClasses(0.5, labels, 3);
    const [first = 0, ...rest] = weights;
    expect(rest.map((weight) => +(weight / first).toFixed(5))).toEqual([2, 4]);
    expect(labels.reduce((sum, label) => sum + (weights[label] ?? 0), 0) / 21).toBeCloseTo(1, 6);
    expect([...weightsOfClasses('none', labels, 3)]).toEqual([1, 1, 1]);
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
  it('stay within what each setting allows', () => {
    const none = { rotation: 0, flip: false, shift: 0, shear: 0, zoom: 1 };
    const rows = (config: object) => {
      const maps = drawMaps(300, 20, augmentationSchema.parse({ ...none, ...config }), random(2));
      const row = (i: number) =>
        Array.from(maps.subarray(8 * i, 8 * i + 8)) as [number, number, number, number, number];
      return Array.from({ length: 300 }, (_, i) => row(i));
    };
    const column = (config: object, read: (row: number[]) => number) => {
      const values = rows(config).map(read);
      return [Math.min(...values), Math.max(...values)] as const;
    };
    const at = (row: number[], k: number) => row[k] ?? Number.NaN;
    // Drawn evenly: the extremes of 300 come within a few percent of the limits, and never beyond.
    const spans = ([low, high]: readonly [number, number], limit: number) => {
      expect(high).toBeLessThanOrEqual(limit * (1 + 1e-6));
      expect(high).toBeGreaterThan(0.95 * limit);
      expect(-low).toBeLessThanOrEqual(limit * (1 + 1e-6));
      expect(-low).toBeGreaterThan(0.95 * limit);
    };
    spans(
      column({ rotation: 30 }, (row) => Math.atan2(at(row, 3), at(row, 0)) * (180 / Math.PI)),
      30,
    );
    spans(
      column({ rotation: 180 }, (row) => Math.atan2(at(row, 3), at(row, 0)) * (180 / Math.PI)),
      180,
    );
    spans(
      column({ shift: 0.1 }, (row) => at(row, 2)),
      2,
    );
    spans(
      column({ shift: 0.1 }, (row) => at(row, 5)),
      2,
    );
    spans(
      column({ shear: 20 }, (row) => Math.atan(at(row, 1)) * (180 / Math.PI)),
      20,
    );
    spans(
      column({ zoom: 1.5 }, (row) => Math.log(at(row, 0))),
      Math.log(1.5),
    );
    // A rotation is one: its columns are orthogonal and of length 1.
    for (const row of nonEmpty(rows({ rotation: 180 }))) {
      expect(at(row, 0) ** 2 + at(row, 3) ** 2).toBeCloseTo(1, 5);
      expect(at(row, 0) * at(row, 1) + at(row, 3) * at(row, 4)).toBeCloseTo(0, 5);
    }
    // Mirrored along either axis, half of the times each.
    const mirrors = rows({ flip: true }).map((row) => `${at(row, 0)},${at(row, 4)}`);
    expect(new Set(mirrors)).toEqual(new Set(['1,1', '1,-1', '-1,1', '-1,-1']));
    expect(mirrors.filter((mirror) => mirror.startsWith('-1')).length / 300).toBeCloseTo(0.5, 1);
  });

  it('move an image without a shift about its centre, and show white where nothing was', () => {
    const side = 9;
    const dot = Float32Array.from({ length: side * side }, (_, i) => (i === 40 ? 1 : 0));
    const white = new Float32Array(side * side);
    const far = augmentationSchema.parse({ rotation: 180, flip: true, shift: 0, shear: 10, zoom: 1.1 });
    const ops = createOps(runtime);
    scoped(runtime, () => {
      const images = ops.tf.tensor4d(Array.from(dot), [1, side, side, 1]);
      const black = ops.tf.ones([1, side, side, 1]);
      const seed = ops.tf.tensor1d([1, 1], 'int32');
      for (let k = 0; k < 10; k++) {
        const maps = ops.tf.tensor2d(drawMaps(1, side, far, random(k)), [1, 8]);
        expect(augment(ops, images, maps).dataSync()[40]).toBeCloseTo(1, 4);
      }
      const away = ops.tf.tensor2d([1, 0, 100, 0, 1, 0, 0, 0], [1, 8]);
      expect(augment(ops, black, away).dataSync()).toEqual(white);
      const noise = Array.from(addNoise(ops, ops.tf.zerosLike(black), ops.tf.scalar(0.1), seed).dataSync());
      expect(Math.sqrt(noise.reduce((sum, v) => sum + v * v, 0) / noise.length)).toBeCloseTo(0.1, 1);
      expect(new Set(noise).size).toBeGreaterThan(70);
    });
  });

  it('are the identity when nothing may change, and the same for the same seed', () => {
    const still = augmentationSchema.parse({ rotation: 0, flip: false, shift: 0, shear: 0, zoom: 1 });
    expect(Array.from(drawMaps(1, 9, still, random(3)), (v) => v + 0)).toEqual([1, 0, 0, 0, 1, 0, 0, 0]);
    expect(drawMaps(4, 9, config, random(3))).toEqual(drawMaps(4, 9, config, random(3)));
  });
});

const scalarsOf = ({ tf }: ReturnType<typeof createOps>, values: Float32Array) => ({
  all: tf.tensor1d(values),
  each: Array.from(values, (value) => tf.scalar(value)),
});

describe('update rules against their formulas', () => {
  /** Three steps of a rule on the device, for a 1x2 kernel. */
  function run(
    config: Parameters<typeof createOptimiser>[0],
    gradients: number[][],
    rate: number,
    ops = createOps(runtime),
  ): number[] {
    const optimiser = createOptimiser(config);
    let weight = [0.5, -0.25];
    let slots = optimiser.slots.map(() => [0, 0]);
    gradients.forEach((gradient, t) => {
      scoped(runtime, () => {
        const tensor = (values: number[]) => toTensor(runtime, { shape: [1, 2], data: Float32Array.from(values) });
        const scalars = scalarsOf(ops, optimiser.scalars(t + 1, rate));
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
    nonEmpty(got).forEach((w, i) => expect(w).toBeCloseTo(expected[i] ?? 0, 5));
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
    const { optimiser } = trainingSchema.parse({ optimiser: { kind: 'adamw', weightDecay: 0.1 } });
    // By the kernel of our own where there is one, and by TensorFlow's operations.
    for (const hasKernels of [runtime.hasKernels, false]) {
      const got = run(optimiser, gradients, 0.01, createOps({ ...runtime, hasKernels }));
      nonEmpty(got).forEach((w, i) => expect(w).toBeCloseTo(expected[i] ?? 0, 5));
    }
  });
});

describe('decay', () => {
  it('is for kernels: a bias keeps its value where its gradient is zero', () => {
    const optimiser = createOptimiser(
      trainingSchema.parse({ optimiser: { kind: 'adamw', weightDecay: 0.5 } }).optimiser,
    );
    const ops = createOps(runtime);
    scoped(runtime, () => {
      const updated = (shape: number[]) => {
        const array = (value: number) => toTensor(runtime, { shape, data: new Float32Array(2).fill(value) });
        const scalars = scalarsOf(ops, optimiser.scalars(1, 0.1));
        return toArray(runtime, optimiser.update(ops, array(4), array(0), [array(0), array(0)], scalars).weight)
          .data[0];
      };
      expect(updated([2])).toBe(4);
      expect(updated([1, 2])).toBeCloseTo(4 * (1 - 0.1 * 0.5), 5);
    });
  });
});

describe('memory that runs out', () => {
  it('names the batch and what to lower; other errors stay as they are', () => {
    const failing = (message: string) => () =>
      explainingMemory(32, () => {
        throw new Error(message);
      });
    for (const message of [
      'OOM when allocating tensor with shape[128,95,95,32] and type float',
      'Session fail to run with error: RESOURCE_EXHAUSTED: failed to allocate memory',
      'std::bad_alloc',
      'CUDA_ERROR_OUT_OF_MEMORY: out of memory',
    ]) {
      expect(failing(message)).toThrow(/a batch of 32 images: expected enough memory[\s\S]*`batch`/);
    }
    expect(failing('zoom of 3')).toThrow(/^zoom of 3$/);
    expect(explainingMemory(1, () => 5)).toBe(5);
  });
});

describe('batches of a forward pass', () => {
  it('are all of one size, the last filled up; what comes back is in order and as wide as asked for', () => {
    const indices = Int32Array.from({ length: 2 * INFERENCE_BATCH + 3 }, (_, i) => 1000 - i);
    const filled: number[] = [];
    const rows = inBatches(indices, 2, (batch, count) => {
      expect(batch.length).toBe(INFERENCE_BATCH);
      filled.push(count);
      return { rows: Float32Array.from(Array.from(batch).flatMap((i) => [i, -i, 99])), width: 3 };
    });
    expect(filled).toEqual([INFERENCE_BATCH, INFERENCE_BATCH, 3]);
    expect(Array.from(rows)).toEqual(Array.from(indices).flatMap((i) => [i, -i]));
    expect(inBatches(new Int32Array(0), 2, () => ({ rows: new Float32Array(0), width: 2 }))).toEqual(
      new Float32Array(0),
    );
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
    expect(imageSource(set, set.pixels.byteLength).state).toHaveProperty('pixels');
    expect(imageSource(set, set.pixels.byteLength - 1).state).toEqual({});
  });
});
