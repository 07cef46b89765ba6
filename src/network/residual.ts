/** Residual blocks (He et al., "Deep residual learning for image recognition", 2016), the basic kind with two convolutions. */
import { createNormedConvolution, normedNames } from './convolution.js';
import { type Block, together } from './layer.js';
import type { LayerSpec, NormSpec } from './spec.js';

type Spec = Omit<Extract<LayerSpec, { type: 'residual-stage' }>, 'type' | 'blocks'>;

/**
 * Two 3x3 convolutions, the first with the stride, added to the block's input. Where the block changes the shape, its input
 * goes through a 1x1 convolution with the same stride (He's option B).
 */
export function createResidual(name: string, spec: Spec, input: readonly number[], norm: NormSpec): Block {
  const { filters, stride, padding, activation } = spec;
  const named = (i: 1 | 2) => ({ kernel: `${name}/kernel${i}`, norm: `${name}/norm${i}` });
  const first = createNormedConvolution(named(1), { filters, kernel: 3, stride, padding }, input, norm);
  const second = createNormedConvolution(named(2), { filters, kernel: 3, stride: 1, padding }, first.output, norm);
  const changesShape = stride > 1 || filters !== input[2];
  const shortcut = changesShape
    ? createNormedConvolution(normedNames(`${name}/shortcut`), { filters, kernel: 1, stride, padding }, input, norm)
    : undefined;
  return {
    output: second.output,
    ...together([first, second, ...(shortcut === undefined ? [] : [shortcut])]),
    forward(pass, x) {
      const side = shortcut === undefined ? x : shortcut.forward(pass, x);
      return second.forward(pass, first.forward(pass, x, activation), activation, side);
    },
  };
}
