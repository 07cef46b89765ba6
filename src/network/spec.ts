/**
 * Networks as data: a CNN block (trunk) that turns an image into features and an MLP block (head) that turns features
 * into a decision. The schemas check specs from any source: code, a configuration file, a saved model.
 */
import { z } from 'zod';
import { whole } from '../value-schemas.js';

const activation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('relu') }),
  z.strictObject({ kind: z.literal('relu6') }),
  z.strictObject({
    kind: z.literal('leaky-relu'),
    alpha: z
      .number()
      .gt(0)
      .lt(1)
      .default(1 / 3),
  }),
]);

/** The side of the largest input (pixels): no kernel, window or stride needs to be larger. */
const MAX_SIDE = 1024;
/** Filters of a convolution, and units of a dense layer: 16 times as many as large networks have. */
const MAX_WIDTH = 65_536;
/** Of a block: ResNet-152 has 155. */
const MAX_LAYERS = 1000;

const side = () => whole(1, MAX_SIDE);
const width = whole(1, MAX_WIDTH);
const TOO_MANY_LAYERS = `at most ${MAX_LAYERS} layers`;
const rate = z.number().min(0).lt(1);
/**
 * `same`: as many pixels as input pixels / stride, rounded up, and an odd zero at the end, as in TensorFlow. `symmetric`: half
 * the kernel's width of zeros on each side, as PyTorch's networks have it. At stride 1 and odd kernels both are the same.
 */
const padding = z.enum(['same', 'valid', 'symmetric']);
/** Of a block, which has no way to lose border pixels that its input keeps. */
const blockPadding = z.enum(['same', 'symmetric']).default('same');

const conv = z.strictObject({
  type: z.literal('conv'),
  filters: width,
  kernel: side().default(3),
  stride: side().default(1),
  padding: padding.default('same'),
  /** Batch normalisation between the convolution (then without bias) and the activation. */
  norm: z.boolean().default(false),
  activation,
});

/** Two 3x3 convolutions with batch normalisation, added to their input (He et al., 2016); the number of channels is unchanged. */
const residual = z.strictObject({ type: z.literal('residual'), activation });

const stage = {
  /** Number of blocks one after another. The first has the stride and changes the number of channels. */
  blocks: whole(1, MAX_LAYERS).default(1),
  /** Channels of the output of each block. */
  filters: width,
  stride: side().default(1),
  padding: blockPadding,
  activation,
};

/** Residual blocks of two 3x3 convolutions with batch normalisation (He et al., 2016): a stage of ResNet-18 or -34. */
const residualStage = z.strictObject({ type: z.literal('residual-stage'), ...stage });

/** Inverted residual blocks (Sandler et al., 2018): a stage of MobileNetV2 or EfficientNet-Lite. */
const invertedResidualStage = z.strictObject({
  type: z.literal('inverted-residual-stage'),
  ...stage,
  /** Side of the depthwise kernel. */
  kernel: side().default(3),
  /** Channels inside a block, as a multiple of those of its input; 1 leaves out the convolution that expands. */
  expansion: whole(1, 64).default(6),
});

const pool = z.strictObject({
  type: z.literal('max-pool'),
  size: side().default(3),
  stride: side().default(2),
  padding: padding.default('valid'),
});

const dropout = z.strictObject({ type: z.literal('dropout'), rate });

const dense = z.strictObject({
  type: z.literal('dense'),
  units: width,
  /** Batch normalisation before the activation, instead of a bias. It keeps units from dying at high learning rates. */
  norm: z.boolean().default(false),
  activation,
});

const norm = z.strictObject({
  /** Added to a variance before its root is taken. */
  epsilon: z.number().gt(0).lt(1).default(1e-3),
  /** Share of a batch in the running statistics, as PyTorch counts it, once the first steps are over. */
  momentum: z.number().gt(0).max(1).default(0.05),
});

const colours = (each: z.ZodNumber) => z.tuple([each, each, each]);

/**
 * Mean and standard deviation that pixels are normalised by, of red, green and blue, where black is 0 and white is 1; their means
 * for grey images.
 */
const normalisation = z.strictObject({
  mean: colours(z.number().min(0).max(1)),
  deviation: colours(z.number().gt(0).max(1)),
});

/** The layers of a CNN block. */
export const trunkLayersSchema = z
  .array(z.discriminatedUnion('type', [conv, residual, residualStage, invertedResidualStage, pool, dropout]))
  .min(1)
  .max(MAX_LAYERS, TOO_MANY_LAYERS);

export const trunkSchema = z.strictObject({
  input: z.strictObject({
    /** Side of the square input in pixels. */
    size: z.int().min(8).max(MAX_SIDE),
    /** 1 grey, 3 colour. */
    channels: z.literal([1, 3]).default(1),
    /** As in the training of weights that a network starts from. Absent: white is 0 and black is 1. */
    normalisation: normalisation.optional(),
  }),
  layers: trunkLayersSchema,
  /** Batch normalisation of all layers; absent: the defaults. */
  norm: norm.optional(),
  /** How the last feature maps become one vector: flattened, as their mean, or as their mean and maximum over space. */
  pooling: z.enum(['flatten', 'mean', 'mean-max']).default('flatten'),
  /** Append ln(width / 64) and ln(height / 64) of the original image, because scaling to the input size loses it. */
  appendSize: z.boolean().default(false),
});

export const headSchema = z.strictObject({
  /** Hidden layers. The output layer (dense, softmax) is added, with one unit for each class. */
  layers: z.array(z.discriminatedUnion('type', [dense, dropout])).max(MAX_LAYERS, TOO_MANY_LAYERS),
});

export const networkSchema = z.strictObject({ trunk: trunkSchema, head: headSchema });

/** What follows a layer: ReLU, ReLU that ends at 6, or leaky ReLU with its slope `alpha` below 0. */
export type Activation = z.output<typeof activation>;
/** How a CNN block normalises by batches. */
export type NormSpec = z.output<typeof norm>;
/** How the pixels of an input are normalised. */
export type NormalisationSpec = z.output<typeof normalisation>;
/** A CNN block: input, layers and how their last feature maps become one vector. */
export type TrunkSpec = z.output<typeof trunkSchema>;
/** An MLP block: its hidden layers. */
export type HeadSpec = z.output<typeof headSchema>;
/** A CNN block and an MLP block, with all defaults filled in. */
export type NetworkSpec = z.output<typeof networkSchema>;
/** A layer of a CNN block or of an MLP block. */
export type LayerSpec = TrunkSpec['layers'][number] | HeadSpec['layers'][number];
/** A spec as people write it: defaults may be left out. */
export type NetworkSpecInput = z.input<typeof networkSchema>;
