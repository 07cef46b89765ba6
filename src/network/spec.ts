/**
 * Networks as data: a CNN block (trunk) that turns an image into features and an MLP block (head) that turns features
 * into a decision. The schemas check specs from any source: code, a configuration file, a saved model.
 */
import { z } from 'zod';
import { whole } from '../value-schemas.js';

const activation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('relu') }),
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

const conv = z.strictObject({
  type: z.literal('conv'),
  filters: width,
  kernel: side().default(3),
  stride: side().default(1),
  padding: z.enum(['same', 'valid']).default('same'),
  /** Batch normalisation between the convolution (then without bias) and the activation. */
  norm: z.boolean().default(false),
  activation,
});

/** Two 3x3 convolutions with batch normalisation, added to their input (He et al., 2016); the number of channels is unchanged. */
const residual = z.strictObject({ type: z.literal('residual'), activation });

const pool = z.strictObject({
  type: z.literal('max-pool'),
  size: side().default(3),
  stride: side().default(2),
  padding: z.enum(['same', 'valid']).default('valid'),
});

const dropout = z.strictObject({ type: z.literal('dropout'), rate });

const dense = z.strictObject({
  type: z.literal('dense'),
  units: width,
  /** Batch normalisation before the activation, instead of a bias. It keeps units from dying at high learning rates. */
  norm: z.boolean().default(false),
  activation,
});

export const trunkSchema = z.strictObject({
  /** Side of the square input in pixels, and its channels (1 grey, 3 colour). */
  input: z.strictObject({ size: z.int().min(8).max(MAX_SIDE), channels: z.literal([1, 3]).default(1) }),
  layers: z
    .array(z.discriminatedUnion('type', [conv, residual, pool, dropout]))
    .min(1)
    .max(MAX_LAYERS, TOO_MANY_LAYERS),
  /** How the last feature maps become one vector: flattened, or as their mean and maximum over space. */
  pooling: z.enum(['flatten', 'mean-max']).default('flatten'),
  /** Append ln(width / 64) and ln(height / 64) of the original image, because scaling to the input size loses it. */
  appendSize: z.boolean().default(false),
});

export const headSchema = z.strictObject({
  /** Hidden layers. The output layer (dense, softmax) is added, with one unit for each class. */
  layers: z.array(z.discriminatedUnion('type', [dense, dropout])).max(MAX_LAYERS, TOO_MANY_LAYERS),
});

export const networkSchema = z.strictObject({ trunk: trunkSchema, head: headSchema });

/** What follows a layer: ReLU, or leaky ReLU with its slope `alpha` below 0. */
export type Activation = z.output<typeof activation>;
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
