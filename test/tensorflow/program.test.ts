import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { MakeProgram } from '../../src/tensorflow/device.js';
import type { ProgramDefinition } from '../../src/tensorflow/program.js';
import { alive, compiled, eager, runtime } from '../fixtures/device.js';

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

  it('says what is wrong with a call, all of it', () => {
    const program = make(definition);
    expect(() => program.run('add', { index: Float32Array.of(0) as never, factor: Float32Array.of(1, 2) })).toThrow(
      /input index: expected Int32Array.*received Float32Array[\s\S]*input factor.*received Float32Array of 2/,
    );
    expect(() => program.run('add', {})).toThrow(/input index.*nothing[\s\S]*input factor.*nothing/);
    expect(() => program.run('sub' as never, {})).toThrow(/add or peek.*sub/);
    expect(() => program.readState(['sums'])).toThrow(/expected sum, received sums/);
    expect(() => program.writeState({ sum: { shape: [3], data: new Float32Array(3) } })).toThrow(/\[2\].*\[3\]/);
    program.dispose();
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
    cycle();
    cycle();
    expect(alive()).toEqual(before);
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
    outside.dispose();
  });
});
