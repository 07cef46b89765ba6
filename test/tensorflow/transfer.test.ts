/** Memory of JavaScript and of TensorFlow stay apart. */
import { afterAll, expect, it } from 'vitest';
import type { Binding } from '../../src/tensorflow/binding.js';
import { compile } from '../../src/tensorflow/compile.js';
import type { NumberArray } from '../../src/tensorflow/nd-array.js';
import { toNative } from '../../src/tensorflow/transfer.js';
import { alive, runtime } from '../fixtures/device.js';

const before = alive();
afterAll(() => {
  expect(alive()).toEqual(before);
});

/** The runtime, and every array that is handed to the addon. */
function watched(): { readonly handed: NumberArray[]; readonly watching: typeof runtime } {
  const handed: NumberArray[] = [];
  const binding = Object.create(runtime.binding, {
    createTensor: {
      value: (...args: Parameters<Binding['createTensor']>) => {
        handed.push(args[2]);
        return runtime.binding.createTensor(...args);
      },
    },
  }) as Binding;
  return { handed, watching: { ...runtime, binding } };
}

it.each([1, 3, 8, 16, 17, 1000, 100_000])('%i numbers: a tensor does not share the memory of its array', (n) => {
  for (const data of [new Float32Array(n).fill(7), new Int32Array(n).fill(7), new Uint8Array(n).fill(7)]) {
    const { handed, watching } = watched();
    const id = toNative(watching, { shape: [n], data });
    for (const array of [data, ...handed]) array.fill(1);
    if (!(data instanceof Uint8Array)) {
      expect(runtime.binding.tensorDataSync(id)).toAllSatisfy((value) => value === 7);
    }
    runtime.binding.deleteTensor(id);
  }
});

it("a graph's state does not share the memory of what was written to it", () => {
  const { handed, watching } = watched();
  const program = compile(watching, {
    state: { kept: { shape: [64], data: new Float32Array(64) } },
    functions: {
      read: {
        inputs: { factor: { shape: [1], data: new Float32Array(1) } },
        run: (ops, state, inputs) => ({ outputs: { y: ops.tf.mul(state.kept as never, inputs.factor as never) } }),
      },
    },
  });
  program.writeState({ kept: { shape: [64], data: new Float32Array(64).fill(3) } });
  for (const array of handed) array.fill(1);
  expect(handed.length).toBeGreaterThan(0);
  expect(program.run('read', { factor: Float32Array.of(2) }).y?.data).toEqual(new Float32Array(64).fill(6));
  program.dispose();
});
