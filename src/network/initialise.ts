/** Initial values of parameters, drawn from a seed. */
import { type Random, random } from '../random.js';
import { sizeOf } from '../tensorflow/nd-array.js';
import type { Parameter } from './layer.js';
import type { Weights } from './weights.js';

/** Each parameter has its own random stream, so a change in one layer does not affect the initial values of the others. */
export function initialise(parameters: readonly Parameter[], seed: number): Weights {
  return Object.fromEntries(
    parameters.map((parameter) => [
      parameter.name,
      { shape: parameter.shape, data: firstValues(parameter, random(seed, 'initialise', parameter.name)) },
    ]),
  );
}

function firstValues({ shape, init }: Parameter, draw: Random): Float32Array {
  const data = new Float32Array(sizeOf(shape));
  const fanIn = sizeOf(shape.slice(0, -1));
  const fanOut = shape.at(-1) ?? 1;
  switch (init) {
    case 'zeros':
      return data;
    case 'ones':
      return data.fill(1);
    case 'he-normal': {
      const deviation = Math.sqrt(2 / fanIn);
      return data.map(() => deviation * draw.normal());
    }
    case 'glorot-uniform': {
      const limit = Math.sqrt(6 / (fanIn + fanOut));
      return data.map(() => limit * (2 * draw.uniform() - 1));
    }
  }
}
