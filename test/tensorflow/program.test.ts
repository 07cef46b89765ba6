import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { random } from '../../src/random.js';
import { compile } from '../../src/tensorflow/compile.js';
import type { MakeProgram } from '../../src/tensorflow/device.js';
import { GraphRecorder } from '../../src/tensorflow/graph.js';
import { type NdArray, sizeOf } from '../../src/tensorflow/nd-array.js';
import type { ProgramDefinition } from '../../src/tensorflow/program.js';
import { alive, compiled, eager, runtime } from '../fixtures/device.js';
import { nonEmpty } from '../fixtures/non-empty.js';

/** Keeps a running sum of table[index] * factor; the table is bytes. */
const definition: ProgramDefinition<'add' | 'peek'> = {
  state: {
    sum: { shape: [2], data: Float32Array.of(0, 0) },
    table: { shape: [3, 2], data: Uint8Array.of(1, 2, 3, 4, 250, 255) },
    steps: { shape: [], data: Int32Array.of(0) },
  },
  functions: {
    add: {
      inputs: { index: { shape: [1], data: Int32Array.of(0) }, factor: { shape: [], data: Float32Array.of(1) } },
      run(ops, state, inputs) {
        const { tf } = ops;
        const row = ops.bytesToFloat(ops.gatherRows(state.table as Tensor, inputs.index as Tensor));
        const sum = tf.add(state.sum as Tensor, tf.reshape(tf.mul(row, inputs.factor as Tensor), [2]));
        return { state: { sum, steps: tf.add(state.steps as Tensor, tf.scalar(1, 'int32')) }, outputs: { sum } };
      },
    },
    peek: {
      inputs: {},
      run: (ops, state) => ({ outputs: { doubled: ops.tf.mul(state.sum as Tensor, 2) } }),
    },
  },
};

/** Rising values about zero. */
function ramp(shape: number[], step: number): NdArray {
  const size = sizeOf(shape);
  return { shape, data: Float32Array.from({ length: size }, (_, i) => step * (i - size / 2)) };
}

/** The same to six digits: the graph may compute a sum in another order. */
function closeTo(a: Record<string, NdArray> = {}, b: Record<string, NdArray> = {}): void {
  expect(Object.keys(a)).toEqual(Object.keys(b));
  for (const [name, { shape, data }] of nonEmpty(Object.entries(a))) {
    expect(b[name]?.shape).toEqual(shape);
    nonEmpty(data).forEach((value, i) => expect(value, `${name}[${i}]`).toBeCloseTo(b[name]?.data[i] ?? Number.NaN, 5));
  }
}

const kinds: [string, MakeProgram][] = [
  ['compiled', compiled],
  ['eager', eager],
];

describe.each(kinds)('a %s program', (_, make) => {
  it('keeps its state from run to run, shared by its functions', () => {
    const program = make(definition);
    program.run('add', { index: Int32Array.of(2), factor: Float32Array.of(2) });
    const { sum } = program.run('add', { index: Int32Array.of(0), factor: Float32Array.of(1) });
    expect(Array.from(sum?.data ?? [])).toEqual([501, 512]);
    expect(Array.from(program.run('peek', {}).doubled?.data ?? [])).toEqual([1002, 1024]);
    expect(Array.from(program.readState(['steps']).steps?.data ?? [])).toEqual([2]);
    program.dispose();
  });

  it('gives its state and takes another', () => {
    const program = make(definition);
    const first = program.readState();
    program.run('add', { index: Int32Array.of(1), factor: Float32Array.of(1) });
    program.writeState({ sum: { shape: [2], data: Float32Array.of(10, 20) } });
    expect(Array.from(program.readState(['sum']).sum?.data ?? [])).toEqual([10, 20]);
    program.writeState({ sum: first.sum as NonNullable<typeof first.sum> });
    expect(Array.from(program.run('peek', {}).doubled?.data ?? [])).toEqual([0, 0]);
    program.dispose();
  });

  it('gives bytes and whole numbers back as they were, all state by default', () => {
    const program = make(definition);
    expect(program.readState()).toEqual(definition.state);
    const table = { shape: [3, 2], data: Uint8Array.of(0, 255, 128, 127, 1, 254) };
    const steps = { shape: [], data: Int32Array.of(-7) };
    program.writeState({ table, steps });
    expect(program.readState()).toEqual({ ...definition.state, table, steps });
    expect(program.readState([])).toEqual({});
    program.dispose();
  });

  it('computes from the old state only, however variables depend on each other; outputs may be old, new and bytes', () => {
    const values = (...numbers: number[]) => ({ shape: [2], data: Float32Array.from(numbers) });
    const bytes = (...numbers: number[]) => ({ shape: [2], data: Uint8Array.from(numbers) });
    const program = make({
      state: { a: values(1, 2), b: values(3, 4), c: bytes(5, 6) },
      functions: {
        swap: {
          inputs: { c: bytes(0, 0) },
          run: (ops, { a, b, c }: Record<string, Tensor>, inputs) => ({
            state: { a: b as Tensor, b: a as Tensor, c: inputs.c as Tensor },
            outputs: { a: a as Tensor, c: c as Tensor, sum: ops.tf.add(a as Tensor, b as Tensor) },
          }),
        },
      },
    });
    expect(program.run('swap', { c: Uint8Array.of(250, 7) })).toEqual({
      a: values(1, 2),
      c: bytes(5, 6),
      sum: values(4, 6),
    });
    expect(program.readState()).toEqual({ a: values(3, 4), b: values(1, 2), c: bytes(250, 7) });
    expect(program.run('swap', { c: Uint8Array.of(0, 0) }).c).toEqual(bytes(250, 7));
    expect(program.readState(['a'])).toEqual({ a: values(1, 2) });
    program.dispose();
  });

  it('shares nothing with another program of the same definition', () => {
    const [one, other] = [make(definition), make(definition)];
    one.run('add', { index: Int32Array.of(2), factor: Float32Array.of(1) });
    expect(other.readState(['steps', 'sum'])).toEqual({ steps: definition.state.steps, sum: definition.state.sum });
    one.dispose();
    expect(Array.from(other.run('peek', {}).doubled?.data ?? [])).toEqual([0, 0]);
    other.dispose();
  });

  it('refuses a step whose new state has an unknown name or another shape, all of it', () => {
    const before = alive();
    expect(() => {
      const program = make({
        state: { weight: { shape: [2], data: Float32Array.of(1, 2) } },
        functions: {
          f: {
            inputs: {},
            run: (ops, { weight }) => {
              const w = weight as Tensor;
              return { state: { wieght: w, weight: ops.tf.concat([w, w], 0) }, outputs: { w } };
            },
          },
        },
      });
      try {
        program.run('f', {});
      } finally {
        program.dispose();
      }
    }).toThrow(/new wieght of f: expected weight[\s\S]*new weight of f: expected \[2\], received \[4\]/);
    expect(alive()).toEqual(before);
  });

  it('leaves nothing behind when the step itself throws', () => {
    const before = alive();
    expect(() => {
      const program = make({
        state: { x: { shape: [2, 1, 1, 1], data: Float32Array.of(1, 2) } },
        functions: {
          f: {
            inputs: {},
            run: (ops, { x }) => {
              // Batch statistics are held until the step is over.
              ops.batchNorm(x as Tensor, ops.tf.ones([1]), ops.tf.zeros([1]), 1e-3);
              throw new Error('half way');
            },
          },
        },
      });
      try {
        program.run('f', {});
      } finally {
        program.dispose();
      }
    }).toThrow('half way');
    expect(alive()).toEqual(before);
  });

  it('reports everything wrong with a call', () => {
    const program = make(definition);
    expect(() => program.run('add', { index: Float32Array.of(0) as never, factor: Float32Array.of(1, 2) })).toThrow(
      /input index: expected Int32Array.*received Float32Array[\s\S]*input factor.*received Float32Array of 2/,
    );
    expect(() => program.run('add', {})).toThrow(/input index.*nothing[\s\S]*input factor.*nothing/);
    expect(() => program.run('sub' as never, {})).toThrow(/add or peek.*sub/);
    expect(() => program.readState(['sums'])).toThrow(/expected sum, received sums/);
    expect(() => program.writeState({ sum: { shape: [3], data: new Float32Array(3) } })).toThrow(/\[2\].*\[3\]/);
    expect(() =>
      program.writeState({
        sum: { shape: [2], data: new Int32Array(2) },
        stpes: { shape: [], data: new Int32Array(1) },
      }),
    ).toThrow(/state sum: expected Float32Array.*received Int32Array[\s\S]*state stpes: expected steps/);
    expect(() => program.writeState({ sum: { shape: [2], data: new Float32Array(1) } })).toThrow(
      /received .* of 1 num/,
    );
    expect(program.readState()).toEqual(definition.state);
    program.dispose();
    expect(() => program.readState()).toThrow(/readState: this program has been disposed/);
    expect(() => program.writeState({})).toThrow(/writeState: this program has been disposed/);
    expect(() => program.run('peek', {})).toThrow(/disposed/);
    expect(() => program.dispose()).toThrow(/disposed/);
  });

  it('leaves nothing native behind: runs, failing calls, cycles of making and disposing', () => {
    const cycle = () => {
      const program = make(definition);
      const running = alive();
      for (let i = 0; i < 5; i++) {
        program.run('add', { index: Int32Array.of(1), factor: Float32Array.of(1) });
        expect(() => program.run('add', {})).toThrow();
      }
      // An index outside the table fails in the native library.
      expect(() => program.run('add', { index: Int32Array.of(7), factor: Float32Array.of(1) })).toThrow();
      expect(alive()).toEqual(running);
      program.dispose();
    };
    const before = alive();
    for (let i = 0; i < 4; i++) cycle();
    expect(alive()).toEqual(before);
  });
});

/** Compiled, and run without TensorFlow's rewriting of the graph, as most tests run. */
const asRecorded: MakeProgram = (definition) => {
  process.env.CLADENET_OPTIMISE_GRAPHS = '0';
  try {
    return compiled(definition);
  } finally {
    delete process.env.CLADENET_OPTIMISE_GRAPHS;
  }
};

describe('compiled and eager', () => {
  it('compute the same from the same state, step after step', () => {
    /** Most operations that a training step is made of, with dropout and running statistics. */
    const step: ProgramDefinition<'step'> = {
      state: {
        kernel: ramp([3, 3, 1, 4], 0.02),
        bias: ramp([4], 0.1),
        dense: ramp([8, 3], 0.05),
        mean: ramp([4], 0.3),
        seen: { shape: [], data: Int32Array.of(0) },
      },
      functions: {
        step: {
          inputs: {
            images: ramp([4, 6, 6, 1], 0.01),
            targets: { shape: [4], data: Int32Array.of(0, 1, 2, 0) },
            seed: { shape: [2], data: Int32Array.of(0, 0) },
          },
          run(ops, state, inputs) {
            const { tf } = ops;
            const { kernel, bias, dense, mean, seen } = state as Record<string, Tensor> & typeof state;
            let statistics: Tensor | undefined;
            const { value, gradients } = ops.gradients([kernel, bias, dense] as Tensor[], () => {
              const x = ops.conv2d(inputs.images as Tensor, kernel as Tensor, 1, 'same');
              const [y, batchMean] = ops.batchNorm(ops.biasAdd(x, bias as Tensor), tf.ones([4]), tf.zeros([4]), 1e-3);
              statistics = ops.hold(batchMean);
              const pooled = ops.maxPool(ops.leakyRelu(y, 0.3), [2, 2], 2, 'valid');
              const features = tf.concat([ops.globalMeanPool(pooled), ops.globalMaxPool(pooled)], 1);
              const dropped = ops.dropout(features, 0.4, inputs.seed as Tensor);
              const goal = tf.oneHot(inputs.targets as Tensor, 3, 1, 0, 'float32');
              return tf.mean(ops.softmaxCrossEntropy(ops.matMul(dropped, dense as Tensor), goal));
            });
            const descend = (w: Tensor | undefined, k: number) =>
              tf.sub(w as Tensor, tf.mul(gradients[k] as Tensor, 0.05)) as Tensor;
            return {
              state: {
                kernel: descend(kernel, 0),
                bias: descend(bias, 1),
                dense: descend(dense, 2),
                mean: tf.add(tf.mul(mean as Tensor, 0.9), tf.mul(statistics as Tensor, 0.1)),
                seen: tf.add(seen as Tensor, tf.scalar(4, 'int32')),
              },
              outputs: { loss: value, kernel: gradients[0] as Tensor },
            };
          },
        },
      },
    };
    const programs = [compiled(step), asRecorded(step), eager(step)];
    const inputs = (k: number) => ({
      images: random(k, 'images').shuffle(Int32Array.from({ length: 144 }, (_, i) => i)),
      seed: Int32Array.of(5, k),
    });
    for (let k = 0; k < 10; k++) {
      const { images, seed } = inputs(k);
      const feed = { images: Float32Array.from(images, (i) => i / 144), targets: Int32Array.of(2, 0, 1, 1), seed };
      const [fast, plain, slow] = programs.map((program) => program.run('step', feed));
      closeTo(fast, slow);
      closeTo(plain, slow);
    }
    const [fast, plain, slow] = programs.map((program) => program.readState());
    closeTo(fast, slow);
    closeTo(plain, slow);
    expect([fast?.seen?.data[0], plain?.seen?.data[0]]).toEqual([40, 40]);
    for (const program of programs) program.dispose();
  });
});

describe('what cannot be compiled', () => {
  const broken = (run: ProgramDefinition['functions'][string]['run']) => () =>
    compiled({ state: { x: { shape: [2], data: Float32Array.of(1, 2) } }, functions: { f: { inputs: {}, run } } });

  it('names an operation that the recorder does not know', () => {
    const before = alive();
    expect(broken((ops, state) => ({ outputs: { y: ops.tf.erf(state.x as Tensor) } }))).toThrow(/operation Erf/);
    expect(alive()).toEqual(before);
  });

  it('refuses a tensor from outside the step, whose value would freeze into the graph', () => {
    const outside = runtime.tf.square(runtime.tf.tensor1d([1, 2]));
    expect(broken((ops, state) => ({ outputs: { y: ops.tf.add(state.x as Tensor, outside) } }))).toThrow(
      /from outside/,
    );
    expect(broken(() => ({ outputs: { y: outside } }))).toThrow(/the output y.*from outside/);
    expect(broken((_, state) => ({ state: { x: outside }, outputs: { y: state.x as Tensor } }))).toThrow(
      /the new x.*from outside/,
    );
    outside.dispose();
  });

  it('names an attribute that it cannot write', () => {
    const graph = new GraphRecorder(runtime);
    graph.add('n', 'MaxPool', [], [{ name: 'ksizes', type: runtime.binding.TF_ATTR_FLOAT, value: [1, 2] }]);
    expect(() => graph.toSavedModel()).toThrow(/attribute ksizes of MaxPool.*list of values other than integers/);
    const other = new GraphRecorder(runtime);
    other.add('n', 'MaxPool', [], [{ name: 'ksizes', type: 77, value: 1 }]);
    expect(() => other.toSavedModel()).toThrow(/attribute ksizes of MaxPool.*type 77/);
  });

  it('keeps its first state until it could be written, and leaves nothing behind when it never could', () => {
    const before = alive();
    let fails = true;
    const runSavedModel: typeof runtime.binding.runSavedModel = (...call) => {
      if (fails) throw new Error('out of memory');
      return runtime.binding.runSavedModel(...call);
    };
    const binding = Object.create(runtime.binding, {
      runSavedModel: { value: runSavedModel },
    }) as typeof runtime.binding;
    const program = compile({ ...runtime, binding }, definition);
    expect(() => program.run('peek', {})).toThrow('out of memory');
    expect(() => program.writeState({ sum: { shape: [2], data: Float32Array.of(3, 4) } })).toThrow('out of memory');
    fails = false;
    expect(program.readState()).toEqual(definition.state);
    program.dispose();
    fails = true;
    const never = compile({ ...runtime, binding }, definition);
    expect(() => never.readState()).toThrow('out of memory');
    never.dispose();
    expect(alive()).toEqual(before);
  });

  it('starts with what is written over its first state before anything is computed', () => {
    const program = compile(runtime, definition);
    const sum = { shape: [2], data: Float32Array.of(3, 4) };
    program.writeState({ sum });
    sum.data.fill(0);
    expect(program.readState()).toEqual({ ...definition.state, sum: { shape: [2], data: Float32Array.of(3, 4) } });
    program.dispose();
  });

  it('leaves no file behind that the graph was loaded from', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cladenet-test-'));
    vi.stubEnv('TMPDIR', folder);
    compiled(definition).dispose();
    vi.unstubAllEnvs();
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
