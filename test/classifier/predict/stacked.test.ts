import { expect, it } from 'vitest';
import { stackWeights } from '../../../src/classifier/predict/stacked.js';
import type { Pass } from '../../../src/network/layer.js';
import { inferencePass } from '../../../src/training/step.js';
import { compiled as make } from '../../fixtures/device.js';

it('keeps arrays of one shape in one, and gives each back as it was', () => {
  const array = (shape: readonly number[], first: number) => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => first + i),
  });
  const weights = {
    '0/kernel': array([2, 3], 0),
    '0/bias': array([3], 10),
    '1/kernel': array([2, 3], 20),
    '1/bias': array([3], 30),
    '2/kernel': array([2, 4], 40),
  };
  const { state, unstacked } = stackWeights(weights);
  expect(Object.values(state).map(({ shape }) => shape)).toEqual([
    [2, 2, 3],
    [2, 3],
    [1, 2, 4],
  ]);
  const program = make({
    state: { ...state, trunk: array([1], 50) },
    functions: {
      all: {
        inputs: {},
        run(ops, given) {
          const pass: Pass = unstacked(inferencePass(ops, given));
          const names = [...Object.keys(weights), 'trunk'];
          return { outputs: Object.fromEntries(names.map((name) => [name, ops.tf.mul(pass.parameter(name), 1)])) };
        },
      },
    },
  });
  const outputs = program.run('all', {});
  program.dispose();
  expect(outputs).toEqual({ ...weights, trunk: array([1], 50) });
});
