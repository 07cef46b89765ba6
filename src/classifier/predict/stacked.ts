/**
 * Arrays of many heads as few arrays of a program: those of one shape lie one after the other in one. TensorFlow loads arrays in
 * a time that grows with the square of their number: 40 s for the 7,000 of a tree of 1,000 classes.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Pass } from '../../network/layer.js';
import type { Weights } from '../../network/weights.js';
import { sizeOf } from '../../tensorflow/nd-array.js';

interface Stack {
  readonly shape: readonly number[];
  /** Names of the arrays, in their order. */
  readonly members: string[];
}

export interface StackedWeights {
  readonly state: Weights;
  /** The pass of a program with this state, whose parameters are the arrays by their own names. */
  unstacked(pass: Pass): Pass;
}

export function stackWeights(weights: Weights): StackedWeights {
  const stacks = new Map<string, Stack>();
  const stackOf = new Map<string, string>();
  for (const [member, { shape }] of Object.entries(weights)) {
    const name = `stack ${shape.join('x')}`;
    const stack = stacks.get(name) ?? { shape, members: [] };
    stack.members.push(member);
    stacks.set(name, stack);
    stackOf.set(member, name);
  }
  const state = Object.fromEntries(
    [...stacks].map(([name, { shape, members }]) => {
      const size = sizeOf(shape);
      const data = new Float32Array(members.length * size);
      members.forEach((member, k) => {
        data.set(weights[member]?.data ?? [], k * size);
      });
      return [name, { shape: [members.length, ...shape], data }] as const;
    }),
  );

  return {
    state,
    unstacked(pass) {
      const { tf } = pass.ops;
      const arrays = new Map<string, Tensor>();
      const split = (name: string, { shape, members }: Stack) => {
        const parts = tf.split(pass.parameter(name), members.length, 0);
        members.forEach((member, k) => {
          arrays.set(member, tf.reshape(parts[k] as Tensor, [...shape]));
        });
      };
      return {
        ...pass,
        parameter(member) {
          const name = stackOf.get(member) ?? '';
          const stack = stacks.get(name);
          if (stack === undefined) return pass.parameter(member);
          if (!arrays.has(member)) split(name, stack);
          return arrays.get(member) as Tensor;
        },
      };
    },
  };
}
