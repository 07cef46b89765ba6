/** Inverted residual blocks (Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", 2018). */
import { createNormedConvolution, type NormedConvolution, normedNames } from './convolution.js';
import { type Block, together } from './layer.js';
import type { LayerSpec, NormSpec } from './spec.js';

type Spec = Omit<Extract<LayerSpec, { type: 'inverted-residual-stage' }>, 'type' | 'blocks'>;

/**
 * A 1x1 convolution to `expansion` times as many channels (none at 1), a depthwise convolution with the stride, both with the
 * activation, and a linear 1x1 convolution to `filters` channels. The input is added where the block keeps its shape.
 */
export function createInvertedResidual(name: string, spec: Spec, input: readonly number[], norm: NormSpec): Block {
  const { filters, kernel, stride, padding, expansion, activation } = spec;
  const named = (part: string) => normedNames(`${name}/${part}`);
  const pointwise = (part: string, to: number, from: readonly number[]) =>
    createNormedConvolution(named(part), { filters: to, kernel: 1, stride: 1, padding }, from, norm);
  const channels = input[2] ?? 0;
  const expand: NormedConvolution | undefined =
    expansion === 1 ? undefined : pointwise('expand', expansion * channels, input);
  const depthwise = createNormedConvolution(
    named('depthwise'),
    { filters: 'depthwise', kernel, stride, padding },
    expand?.output ?? input,
    norm,
  );
  const project = pointwise('project', filters, depthwise.output);
  const keepsShape = stride === 1 && filters === channels;
  return {
    output: project.output,
    ...together([...(expand === undefined ? [] : [expand]), depthwise, project]),
    forward(pass, x) {
      const expanded = expand === undefined ? x : expand.forward(pass, x, activation);
      const filtered = depthwise.forward(pass, expanded, activation);
      return project.forward(pass, filtered, undefined, keepsShape ? x : undefined);
    },
  };
}
