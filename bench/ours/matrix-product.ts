/** How fast this machine multiplies matrices in TensorFlow: an upper bound for a training step. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { random } from '../../src/random.js';
import type { MakeProgram } from '../../src/tensorflow/device.js';
import type { Program } from '../../src/tensorflow/program.js';
import type { Task } from '../protocol.js';
import { type Repeated, repeatedly } from './repeated.js';

/** Sides of the square matrices; the fastest sets the bound. */
const SIDES = [512, 1024, 2048];
/** Products in a run, each of which multiplies the one before, so that only arithmetic is measured. */
const CHAIN = 4;

export async function matrixProductTask(make: MakeProgram, { seconds }: { readonly seconds: number }): Promise<Task> {
  const measured: { readonly program: Program; readonly round: () => Promise<Repeated> }[] = [];
  for (const side of SIDES) {
    const program = make({
      state: { a: matrix(side, 'a'), b: matrix(side, 'b') },
      functions: {
        multiply: {
          inputs: {},
          run(ops, state) {
            let product = state.a as Tensor;
            for (let i = 0; i < CHAIN; i++) product = ops.matMul(product, state.b as Tensor);
            return { outputs: { corner: ops.tf.slice(product, [0, 0], [1, 1]) } };
          },
        },
      },
    });
    const round = await repeatedly(CHAIN * 2 * side ** 3, seconds / SIDES.length, () => {
      program.run('multiply', {});
      return undefined;
    });
    measured.push({ program, round });
  }
  return {
    facts: {},
    async round() {
      const rates = [];
      for (const { round } of measured) {
        const { images: operations, seconds: taken } = await round();
        rates.push(operations / taken);
      }
      return { flopsPerSecond: Math.max(...rates) };
    },
    dispose: () => {
      for (const { program } of measured) program.dispose();
    },
  };
}

/** Numbers whose products neither grow nor shrink. */
function matrix(side: number, name: string) {
  const draw = random('matrix', name, side);
  return { shape: [side, side], data: new Float32Array(side * side).map(() => draw.normal() / Math.sqrt(side)) };
}
