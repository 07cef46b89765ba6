/** Convolutions by their shapes, and convolutions with batch normalisation, of which blocks consist. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '../tensorflow/nd-array.js';
import { extent, type Padding } from '../tensorflow/ops.js';
import { type Part, type Pass, weight } from './layer.js';
import { normalised, normParameters } from './normalised.js';
import type { Activation, NormSpec } from './spec.js';

export interface ConvolutionSpec {
  /** Number of output channels; `depthwise`: as many as the input has, each from its own input channel only. */
  readonly filters: number | 'depthwise';
  readonly kernel: number;
  readonly stride: number;
  readonly padding: Padding;
}

export interface Convolution {
  readonly output: readonly [height: number, width: number, channels: number];
  /** Height, width, input channels (1 if depthwise) and output channels. */
  readonly kernelShape: readonly number[];
  /** Numbers in its output for one image. */
  readonly maps: number;
  readonly multiplyAdds: number;
  apply(pass: Pass, x: Tensor, weights: Tensor): Tensor;
}

/** A convolution of images [height, width, channels]. */
export function createConvolution(spec: ConvolutionSpec, input: readonly number[]): Convolution {
  const { filters, kernel, stride, padding } = spec;
  const [height = 0, width = 0, channels = 0] = input;
  const isDepthwise = filters === 'depthwise';
  const output = [
    extent(height, kernel, stride, padding),
    extent(width, kernel, stride, padding),
    isDepthwise ? channels : filters,
  ] as const;
  const kernelShape = [kernel, kernel, isDepthwise ? 1 : channels, output[2]];
  return {
    output,
    kernelShape,
    maps: sizeOf(output),
    multiplyAdds: output[0] * output[1] * sizeOf(kernelShape),
    apply: ({ ops, precision, training }, x, weights) =>
      isDepthwise
        ? ops.depthwiseConv2d(x, weights, stride, padding, training)
        : ops.conv2d(x, weights, stride, padding, precision),
  };
}

export interface NormedConvolution extends Part {
  readonly output: readonly number[];
  /** Convolution, batch normalisation, the sum with `side` if given, and the activation if there is one. */
  forward(pass: Pass, x: Tensor, activation?: Activation, side?: Tensor): Tensor;
}

/** A convolution with batch normalisation, under the names of its kernel and of its normalisation. */
export function createNormedConvolution(
  names: { readonly kernel: string; readonly norm: string },
  spec: ConvolutionSpec,
  input: readonly number[],
  norm: NormSpec,
): NormedConvolution {
  const { output, kernelShape, maps, multiplyAdds, apply } = createConvolution(spec, input);
  return {
    output,
    maps,
    multiplyAdds,
    parameters: [weight(names.kernel, kernelShape, 'he-normal'), ...normParameters(names.norm, output[2])],
    forward: (pass, x, activation, side) =>
      normalised(pass, { linear: (weights) => apply(pass, x, weights), ...names }, norm, activation, side),
  };
}

/**
 * A depthwise convolution and a 1x1 convolution with batch normalisation after both: what a convolution of all channels does, for a
 * fraction of its cost (Chollet, "Xception: deep learning with depthwise separable convolutions", 2017).
 */
export function createSeparableConvolution(
  name: string,
  { filters, kernel }: { readonly filters: number; readonly kernel: number },
  input: readonly number[],
  norm: NormSpec,
): NormedConvolution {
  const spatial = createConvolution({ filters: 'depthwise', kernel, stride: 1, padding: 'same' }, input);
  const spatialKernel = `${name}/depthwise/kernel`;
  const pointwise = { filters, kernel: 1, stride: 1, padding: 'same' } as const;
  const mixed = createNormedConvolution(normedNames(`${name}/pointwise`), pointwise, spatial.output, norm);
  return {
    output: mixed.output,
    maps: spatial.maps + mixed.maps,
    multiplyAdds: spatial.multiplyAdds + mixed.multiplyAdds,
    parameters: [weight(spatialKernel, spatial.kernelShape, 'he-normal'), ...mixed.parameters],
    forward: (pass, x, ...rest) => mixed.forward(pass, spatial.apply(pass, x, pass.parameter(spatialKernel)), ...rest),
  };
}

/** The names of the kernel and of the normalisation of a layer or of a part of a block. */
export const normedNames = (name: string) => ({ kernel: `${name}/kernel`, norm: `${name}/norm` });

/** `3x3`, `3x3/2` with its stride. */
export const windowTitle = (kernel: number, stride: number) => `${kernel}x${kernel}${stride > 1 ? `/${stride}` : ''}`;
