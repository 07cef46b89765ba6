/** Convolutions that multiply in bfloat16, where this processor does; and what others say. */
import { afterAll, describe, expect, it } from 'vitest';
import { prepareData } from '../../src/classifier/data/training-data.js';
import { gentleTraining } from '../../src/classifier/specialists/train-specialists.js';
import { trainFlat } from '../../src/classifier/train/train-flat.js';
import { CladenetError } from '../../src/errors.js';
import { random } from '../../src/random.js';
import { type Host, thisMachine } from '../../src/setup/host.js';
import { multipliesBfloat16 } from '../../src/setup/processor.js';
import { type NdArray, sizeOf } from '../../src/tensorflow/nd-array.js';
import { createOps } from '../../src/tensorflow/ops.js';
import { bfloat16Obstacle, type Precision, requirePrecision } from '../../src/tensorflow/precision.js';
import type { ProgramDefinition } from '../../src/tensorflow/program.js';
import { scoped, toArray, toTensor } from '../../src/tensorflow/transfer.js';
import { takenOver, trainingSchema } from '../../src/training/config.js';
import { alive, compiled, eager, runtime } from '../fixtures/device.js';
import { describeWhere, NEEDS } from '../fixtures/needs.js';
import { shapes, tinyNetwork, tinyTraining } from '../fixtures/shapes.js';

const here = runtime.bfloat16Obstacle === undefined;
const before = alive();
afterAll(() => {
  expect(alive()).toEqual(before);
});

type Draw = (shape: number[], name: string) => NdArray;

/** Whole numbers from -most to most. */
const whole =
  (most: number): Draw =>
  (shape, name) => {
    const source = random('bfloat16', name, ...shape);
    return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => source.integer(2 * most + 1) - most) };
  };

const normal: Draw = (shape, name) => {
  const source = random('bfloat16', name, ...shape);
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => source.normal()) };
};

/** A convolution and the gradients of a weighted sum of its output with respect to images and weights. */
function convolved(precision: Precision, draw: Draw, stride: number): NdArray[] {
  const ops = createOps(runtime);
  const arrays = scoped(runtime, () => {
    const x = toTensor(runtime, draw([2, 6, 6, 4], 'x'));
    const w = toTensor(runtime, draw([3, 3, 4, 5], 'w'));
    let value: NdArray | undefined;
    const { gradients } = ops.gradients([x, w], () => {
      const y = ops.conv2d(x, w, stride, 'same', precision);
      value = toArray(runtime, y);
      return ops.tf.sum(ops.tf.mul(y, toTensor(runtime, draw(y.shape, 'dy'))));
    });
    return [value as NdArray, ...gradients.map((gradient) => toArray(runtime, gradient))];
  });
  ops.release();
  return arrays;
}

describeWhere(here, NEEDS.bfloat16)('convolutions in bfloat16', () => {
  it.each([1, 2])('are exact where nothing has to be rounded, stride %d', (stride) => {
    // No sum exceeds 256, up to which bfloat16 has all whole numbers.
    expect(convolved('bfloat16', whole(1), stride)).toEqual(convolved('float32', whole(1), stride));
  });

  it('round to 8 significant bits otherwise, and give float32', () => {
    const [rounded, exact] = [convolved('bfloat16', normal, 1), convolved('float32', normal, 1)];
    rounded.forEach(({ shape, data }, k) => {
      const wanted = exact[k]?.data ?? new Float32Array();
      const scale = Math.max(...Array.from(wanted, Math.abs));
      const error = Math.max(...Array.from(data, (value, i) => Math.abs(value - (wanted[i] ?? Number.NaN)))) / scale;
      expect(shape).toEqual(exact[k]?.shape);
      expect(data).toBeInstanceOf(Float32Array);
      expect(error).toBeGreaterThan(1e-5);
      expect(error).toBeLessThan(2 ** -7);
    });
  });

  it('are the same compiled', () => {
    const program: ProgramDefinition<'step'> = {
      state: { w: normal([3, 3, 4, 5], 'w') },
      functions: {
        step: {
          inputs: { x: normal([2, 6, 6, 4], 'x') },
          run(ops, { w }, { x }) {
            const { value, gradients } = ops.gradients([w as NonNullable<typeof w>], () => {
              const y = ops.conv2d(x as NonNullable<typeof x>, w as NonNullable<typeof w>, 1, 'same', 'bfloat16');
              return ops.tf.sum(ops.tf.square(y));
            });
            return { outputs: { value, gradient: gradients[0] as NonNullable<typeof w> } };
          },
        },
      },
    };
    const results = [compiled, eager].map((make) => {
      const made = make(program);
      const outputs = made.run('step', { x: normal([2, 6, 6, 4], 'other').data });
      made.dispose();
      return outputs;
    });
    expect(results[0]).toEqual(results[1]);
  });

  it('train a classifier that says so, and predicts in float32 anywhere', async () => {
    const data = prepareData(shapes(20), { seed: 1 });
    const train = (precision: Precision) =>
      trainFlat(data, { network: tinyNetwork, training: { ...tinyTraining, epochs: 2, precision }, make: compiled });
    const [first, second, usual] = [await train('bfloat16'), await train('bfloat16'), await train('float32')];
    expect(first.description.training.precision).toBe('bfloat16');
    expect(usual.description.training.precision).toBe('float32');
    expect(first.weights).toEqual(second.weights);
    expect(first.weights).not.toEqual(usual.weights);
    expect(first.history.at(-1)?.loss).toBeCloseTo(usual.history.at(-1)?.loss ?? Number.NaN, 1);
    for (const classifier of [first, second, usual]) classifier.dispose();
  });
});

describe('where it cannot be', () => {
  const ops = createOps({ ...runtime, bfloat16Obstacle: 'a processor that does not' });

  it('is refused with what to do, and nothing is left behind', () => {
    scoped(runtime, () => {
      const [x, w] = [normal([1, 4, 4, 1], 'x'), normal([3, 3, 1, 2], 'w')].map((array) => toTensor(runtime, array));
      const convolve = (precision: Precision) =>
        ops.conv2d(x as NonNullable<typeof x>, w as NonNullable<typeof w>, 1, 'same', precision);
      expect(() => convolve('bfloat16')).toThrow(/AVX512-BF16 or AMX.*received a processor that does not\n.*float32/s);
      expect(convolve('float32').shape).toEqual([1, 4, 4, 2]);
    });
  });

  it('every obstacle is named, also before TensorFlow is loaded', () => {
    const machine = (does: boolean, env: NodeJS.ProcessEnv = {}): Host => ({
      ...thisMachine(),
      env,
      multipliesBfloat16: () => does,
    });
    expect(bfloat16Obstacle(machine(true), 'cpu')).toBeUndefined();
    expect(bfloat16Obstacle(machine(true), 'gpu')).toMatch(/GPU/);
    expect(bfloat16Obstacle(machine(false), undefined)).toMatch(/processor/);
    expect(bfloat16Obstacle(machine(true, { TF_ENABLE_ONEDNN_OPTS: '0' }), 'cpu')).toMatch(/oneDNN/);
    expect(() => requirePrecision('bfloat16', 'cpu', machine(false))).toThrow(CladenetError);
    requirePrecision('bfloat16', 'cpu', machine(true));
    requirePrecision('float32', 'cpu', machine(false));
    requirePrecision(undefined, 'gpu', machine(false));
  });

  it('is not taken over from a classifier that was trained so elsewhere', () => {
    const training = trainingSchema.parse({ precision: 'bfloat16', epochs: 3 });
    expect(takenOver(training)).toEqual({ ...training, precision: 'float32' });
    expect(gentleTraining(training)).toMatchObject({ precision: 'float32', epochs: 3 });
  });

  it.each([
    ['flags\t\t: fpu avx512f avx512_bf16 sha\n', true],
    ['flags\t\t: fpu amx_bf16\n', true],
    ['flags\t\t: fpu avx2 avx512f avx512_vnni\n', false],
    ['model name\t: avx512_bf16\n', false],
    ['', false],
  ])('is read from the flags of the processor: %j', (cpuinfo, does) => {
    expect(multipliesBfloat16(cpuinfo)).toBe(does);
  });
});
