/** The kinds of layer. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '../tensorflow/nd-array.js';
import { extent } from '../tensorflow/ops.js';
import { createConvolution, createNormedConvolution, normedNames, windowTitle } from './convolution.js';
import { createInvertedResidual } from './inverted-residual.js';
import { type Block, type Layer, type Pass, together, weight } from './layer.js';
import { activate, activationTitle, normalised, normParameters } from './normalised.js';
import { createResidual } from './residual.js';
import type { LayerSpec, NormSpec } from './spec.js';

/** Builds a layer for examples of shape `input`: [height, width, channels] before pooling, [features] after. */
export function createLayer(spec: LayerSpec, name: string, input: readonly number[], norm: NormSpec): Layer {
  const [height = 0, width = 0, channels = 0] = input;
  const [features = 0] = input;
  switch (spec.type) {
    case 'conv': {
      const { kernel, stride, padding, activation } = spec;
      const title = `conv ${windowTitle(kernel, stride)} ${padding}${spec.norm ? ', batch norm' : ''}, ${activationTitle(activation)}`;
      const names = normedNames(name);
      if (spec.norm) {
        const convolution = createNormedConvolution(names, spec, input, norm);
        return { title, ...convolution, forward: (pass, x) => convolution.forward(pass, x, activation) };
      }
      const { output, kernelShape, maps, multiplyAdds, apply } = createConvolution(spec, input);
      const bias = `${name}/bias`;
      return {
        title,
        output,
        maps,
        multiplyAdds,
        parameters: [weight(names.kernel, kernelShape, 'he-normal'), weight(bias, [spec.filters], 'zeros')],
        forward(pass, x) {
          const y = apply(pass, x, pass.parameter(names.kernel));
          return activate(pass, pass.ops.biasAdd(y, pass.parameter(bias)), activation);
        },
      };
    }
    case 'residual': {
      const { activation } = spec;
      const block = { filters: channels, stride: 1, padding: 'same', activation } as const;
      return {
        title: `residual block 2 x (conv 3x3 same, batch norm), ${activationTitle(activation)}`,
        ...createResidual(name, block, input, norm),
      };
    }
    case 'residual-stage': {
      const { blocks, stride, padding, activation } = spec;
      return {
        title: `${blocks} x residual ${windowTitle(3, stride)} ${padding}, batch norm, ${activationTitle(activation)}`,
        ...stage(spec, name, input, (...block) => createResidual(...block, norm)),
      };
    }
    case 'inverted-residual-stage': {
      const { blocks, kernel, stride, padding, expansion, activation } = spec;
      return {
        title: `${blocks} x inverted residual ${windowTitle(kernel, stride)} ${padding}, expansion ${expansion}, batch norm, ${activationTitle(activation)}`,
        ...stage(spec, name, input, (...block) => createInvertedResidual(...block, norm)),
      };
    }
    case 'max-pool': {
      const { size, stride, padding } = spec;
      const output = [extent(height, size, stride, padding), extent(width, size, stride, padding), channels];
      return {
        title: `max-pool ${size}x${size}/${stride} ${padding}`,
        output,
        maps: sizeOf(output),
        multiplyAdds: 0,
        parameters: [],
        forward: (pass, x) => pass.ops.maxPool(x, [size, size], stride, padding),
      };
    }
    case 'dropout':
      return {
        title: `dropout ${spec.rate}`,
        output: input,
        maps: sizeOf(input),
        multiplyAdds: 0,
        parameters: [],
        forward: (pass, x) => (pass.training && spec.rate > 0 ? pass.ops.dropout(x, spec.rate, pass.nextSeed()) : x),
      };
    case 'dense': {
      const { units, activation } = spec;
      return {
        title: `dense${spec.norm ? ', batch norm' : ''}, ${activationTitle(activation)}`,
        output: [units],
        maps: units,
        multiplyAdds: features * units,
        parameters: [
          weight(`${name}/kernel`, [features, units], 'he-normal'),
          ...(spec.norm ? normParameters(`${name}/norm`, units) : [weight(`${name}/bias`, [units], 'zeros')]),
        ],
        forward(pass, x) {
          if (!spec.norm) return activate(pass, affine(pass, x, name), activation);
          const { ops } = pass;
          // The native operation takes images, so a vector is passed as an image of one pixel.
          const linear = (weights: Tensor) => ops.tf.reshape(ops.matMul(x, weights), [-1, 1, 1, units]);
          const product = { linear, kernel: `${name}/kernel`, norm: `${name}/norm` };
          return ops.tf.reshape(normalised(pass, product, norm, activation), [-1, units]);
        },
      };
    }
  }
}

/** A stage: blocks one after another, of which the first has the stride and changes the number of channels. */
function stage<S extends { readonly blocks: number; readonly stride: number }>(
  spec: S,
  name: string,
  input: readonly number[],
  create: (name: string, spec: S, input: readonly number[]) => Block,
): Block {
  const blocks: Block[] = [];
  for (let i = 0; i < spec.blocks; i++) {
    blocks.push(create(`${name}/${i}`, i === 0 ? spec : { ...spec, stride: 1 }, blocks.at(-1)?.output ?? input));
  }
  return {
    output: blocks.at(-1)?.output ?? input,
    ...together(blocks),
    forward: (pass, x) => blocks.reduce((y, block) => block.forward(pass, y), x),
  };
}

/** The output layer: a score (logit) for each class. */
export function createOutput(name: string, features: number, units: number): Layer {
  return {
    title: 'dense, softmax',
    output: [units],
    maps: units,
    multiplyAdds: features * units,
    parameters: [
      weight(`${name}/kernel`, [features, units], 'glorot-uniform'),
      weight(`${name}/bias`, [units], 'zeros'),
    ],
    forward: (pass, x) => affine(pass, x, name),
  };
}

function affine(pass: Pass, x: Tensor, name: string): Tensor {
  return pass.ops.biasAdd(pass.ops.matMul(x, pass.parameter(`${name}/kernel`)), pass.parameter(`${name}/bias`));
}
