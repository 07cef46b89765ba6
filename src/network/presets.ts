/** Networks by name. */
import { efficientNetLite, mobileNetV2 } from './mobile-networks.js';
import { resNet } from './resnet.js';
import type { NetworkSpec } from './spec.js';

const leaky = { kind: 'leaky-relu', alpha: 1 / 3 } as const;
const relu = { kind: 'relu' } as const;

type Conv = Extract<NetworkSpec['trunk']['layers'][number], { type: 'conv' }>;

const conv = (
  filters: number,
  padding: 'same' | 'valid',
  rest: Pick<Conv, 'norm' | 'activation'>,
  stride = 1,
): Conv => ({
  type: 'conv',
  filters,
  kernel: 3,
  stride,
  padding,
  ...rest,
});
const pool = (padding: 'same' | 'valid') => ({ type: 'max-pool', size: 3, stride: 2, padding }) as const;
const residual = { type: 'residual', activation: relu } as const;

const unnormed = { norm: false, activation: leaky };
const normed = { norm: true, activation: relu };
const reduce = [pool('valid'), { type: 'dropout', rate: 0.2 }] as const;

/** The network of the report: ten convolutions, four poolings; 1,452,009 weights for 121 classes. */
const report: NetworkSpec = {
  trunk: {
    input: { size: 95, channels: 1 },
    layers: [
      conv(32, 'same', unnormed),
      conv(16, 'valid', unnormed),
      ...reduce,
      conv(64, 'same', unnormed),
      conv(32, 'valid', unnormed),
      ...reduce,
      conv(128, 'same', unnormed),
      conv(128, 'valid', unnormed),
      conv(64, 'valid', unnormed),
      ...reduce,
      conv(256, 'same', unnormed),
      conv(256, 'valid', unnormed),
      conv(128, 'valid', unnormed),
      ...reduce,
    ],
    pooling: 'flatten',
    appendSize: false,
  },
  head: {
    layers: [
      { type: 'dense', units: 512, norm: false, activation: leaky },
      { type: 'dropout', rate: 0.5 },
    ],
  },
};

/** A small network with batch normalisation that trains in minutes on two cores: 0.93 million weights for 121 classes. */
const compact: NetworkSpec = {
  trunk: {
    input: { size: 64, channels: 1 },
    layers: [
      conv(24, 'same', normed, 2),
      conv(32, 'same', normed),
      pool('same'),
      conv(64, 'same', normed),
      residual,
      pool('same'),
      conv(128, 'same', normed),
      residual,
      pool('same'),
      conv(256, 'same', normed),
    ],
    pooling: 'mean-max',
    appendSize: true,
  },
  head: {
    layers: [
      { type: 'dense', units: 256, norm: true, activation: relu },
      { type: 'dropout', rate: 0.3 },
    ],
  },
};

/** The preset networks by name. Those after `compact` have the names, layers and shapes of timm (Wightman, 2019). */
export const presets = {
  report,
  compact,
  efficientnet_lite0: efficientNetLite({ width: 1, depth: 1 }),
  efficientnet_lite1: efficientNetLite({ width: 1, depth: 1.1 }),
  efficientnet_lite2: efficientNetLite({ width: 1.1, depth: 1.2, dropout: 0.3 }),
  mobilenetv2_100: mobileNetV2(),
  resnet18: resNet([2, 2, 2, 2]),
  resnet34: resNet([3, 4, 6, 3]),
} as const satisfies Readonly<Record<string, NetworkSpec>>;
/** The name of a preset network, such as `compact` or `efficientnet_lite0`. */
export type PresetName = keyof typeof presets;
