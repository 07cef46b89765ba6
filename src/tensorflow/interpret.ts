/** Runs a program operation by operation: slower than the compiled form, and the reference for it. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Runtime } from './binding.js';
import type { NdArray, NumberArray } from './nd-array.js';
import { createOps } from './ops.js';
import { type Program, type ProgramDefinition, ProgramGuard } from './program.js';
import { scoped, toArray, toTensor } from './transfer.js';

export function interpret<F extends string>(runtime: Runtime, definition: ProgramDefinition<F>): Program<F> {
  const { tf } = runtime;
  const ops = createOps(runtime);
  const guard = new ProgramGuard(definition);
  const state: Record<string, Tensor> = {};
  for (const [name, value] of Object.entries(definition.state)) state[name] = toTensor(runtime, value);

  const replace = (values: Readonly<Record<string, Tensor>>) => {
    // Cloned, because the step may free its own handles, or return the old value of one variable as that of another.
    const next = Object.entries(values).map(([name, tensor]) => [name, tf.keep(tf.clone(tensor))] as const);
    for (const [name, tensor] of next) {
      state[name]?.dispose();
      state[name] = tensor;
    }
  };

  return {
    run(name: F, inputs: Readonly<Record<string, NumberArray>>) {
      const fn = guard.checkInputs(name, inputs);
      try {
        return scoped(runtime, () => {
          const tensors: Record<string, Tensor> = {};
          for (const [input, { shape }] of Object.entries(fn.inputs)) {
            tensors[input] = toTensor(runtime, { shape, data: inputs[input] as NumberArray });
          }
          const result = fn.run(ops, state, tensors);
          guard.checkNewState(name, result.state ?? {});
          const outputs: Record<string, NdArray> = {};
          for (const [output, tensor] of Object.entries(result.outputs)) outputs[output] = toArray(runtime, tensor);
          replace(result.state ?? {});
          return outputs;
        });
      } finally {
        ops.release();
      }
    },
    readState(names = Object.keys(definition.state)) {
      guard.checkNames(names);
      return Object.fromEntries(names.map((name) => [name, toArray(runtime, state[name] as Tensor)]));
    },
    writeState(values) {
      guard.checkState(values);
      scoped(runtime, () => {
        replace(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toTensor(runtime, value)])));
      });
    },
    dispose() {
      guard.dispose();
      for (const tensor of Object.values(state)) tensor.dispose();
    },
  };
}
