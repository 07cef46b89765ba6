/** Everything that determines how a classifier is trained, as one schema shared by code, files and the command line. */
import { z } from 'zod';
import { classWeightsSchema } from '../class-weights.js';
import { PRECISIONS } from '../tensorflow/precision.js';
import { number, oneOf, share, shareBelow1, text, whole } from '../value-schemas.js';

/** Of learning rates and weight decays: what a 32-bit float holds. Where a training diverges, that is another error. */
const MAX_RATE = 3e38;
/** Images of each class in an epoch: more than any class of a published plankton set has. */
const MAX_BALANCE = 1_000_000;
const MAX_EPOCHS = 100_000;
/** Of learning rates of parts of a network. */
const MAX_FACTOR = 1000;
/** Frozen stages: the whole CNN block, which has fewer layers and stages. */
export const ALL_STAGES = 1000;
const MAX_STEPS = 1_000_000;
/** Pixels along an image. */
const MAX_SIDE = 1024;
const MAX_SIZES = 10;

/** What a CNN block starts from that was not trained before. */
export const RANDOM = 'random';

/** What a training can minimise: see `loss` below. */
export const LOSSES = ['cross-entropy', 'hxe', 'soft-labels', 'margin'] as const;

const positiveUpTo = (most: number) =>
  number(`a number above 0, at most ${most}`, (value) => value > 0 && value <= most);

/** SGD with Nesterov momentum; the rate is multiplied by `factor` after every `every` epochs. The report's training. */
const sgd = z.strictObject({
  kind: z.literal('sgd'),
  /** Learning rate at the start. */
  rate: z.number().positive().max(MAX_RATE).default(0.003),
  momentum: z.number().min(0).lt(1).default(0.9),
  decay: z
    .strictObject({ factor: z.number().gt(0).max(1).default(0.5), every: z.int().min(1).max(MAX_EPOCHS).default(20) })
    .prefault({}),
});

/** AdamW (Loshchilov and Hutter, 2019) with a one-cycle rate (Smith and Topin, 2019) that peaks at `rate`. */
const adamw = z.strictObject({
  kind: z.literal('adamw'),
  /** Peak learning rate. */
  rate: z.number().positive().max(MAX_RATE).default(0.004),
  weightDecay: z.number().min(0).max(MAX_RATE).default(0.05),
  /** Share of the steps in which the rate rises. */
  warmup: z.number().gt(0).lt(1).default(0.25),
});

export const optimiserSchema = z.discriminatedUnion('kind', [sgd, adamw]);

/**
 * Random changes to a training image, drawn each time it is used. Pixels from outside the image are white; with the background
 * `border-median` they are as the nearest pixel of the image.
 */
export const augmentationSchema = z.strictObject({
  /** Largest rotation in either direction, in degrees; 180 allows any rotation. */
  rotation: z.number().min(0).max(180).default(180),
  /** Mirror half of the images, left to right and top to bottom. */
  flip: z.boolean().default(true),
  /** Largest shift in either direction along each axis, as a share of the side. */
  shift: z.number().min(0).max(0.5).default(0.06),
  /** Largest shear in either direction, in degrees. */
  shear: z.number().min(0).max(45).default(10),
  /** Largest zoom in and out, as a factor. */
  zoom: z.number().min(1).max(2).default(1.15),
  /** Standard deviation of Gaussian noise, where the range from black to white is 1. */
  noise: z.number().min(0).max(0.5).default(0),
});

export const trainingSchema = z.strictObject({
  epochs: whole(1, MAX_EPOCHS).default(12),
  /** Images in a training step. */
  batch: whole(1, 65_536).default(128),
  optimiser: optimiserSchema.prefault({ kind: 'adamw' }),
  /**
   * What is minimised. All but `cross-entropy` weigh mistakes by the tree, and need a head that decides in all its nodes at once.
   *
   * - `cross-entropy`: all mistakes are equal
   * - `hxe`: hierarchical cross-entropy: decisions far from the root count less (Bertinetto et al., 2020)
   * - `soft-labels`: classes near the label have a share of the target (Bertinetto et al., 2020)
   * - `margin`: soft-max-margin: distant classes have to be told apart by more (Valmadre, 2022)
   */
  loss: oneOf(...LOSSES).default('cross-entropy'),
  /**
   * Of `hxe` alpha, of `soft-labels` beta, of `margin` the margin in logits between classes that share only the root. Null: 0.1, 10, 1.
   */
  lossStrength: positiveUpTo(MAX_FACTOR).nullable().default(null),
  /** Share of the target probability spread evenly over all classes (Szegedy et al., 2016). */
  labelSmoothing: shareBelow1().default(0),
  /** How much the images of each class count in the loss: see `ClassWeights`. */
  classWeights: classWeightsSchema.default('none'),
  /** Images of each class in an epoch: small classes are repeated (augmented), large ones sampled. 0 uses every image once. */
  balance: whole(0, MAX_BALANCE).default(0),
  /**
   * The least share of an epoch's images that are labelled by a class and not at an inner node of the taxonomy: where fewer are,
   * these are repeated, and the others are sampled. 0: all images once. Not with `balance`.
   */
  classShare: shareBelow1().default(0),
  augmentation: augmentationSchema.nullable().prefault({}),
  /**
   * The precision in which convolutions multiply during training. `bfloat16` rounds their inputs and the gradients that come
   * back to 8 significant bits; weights, normalisation, updates and all predictions stay in `float32` (Kalamkar et al., "A
   * study of BFLOAT16 for deep learning training", 2019). It needs a processor that multiplies in bfloat16.
   */
  precision: oneOf(...PRECISIONS).default('float32'),
  /**
   * Share of the epochs, counted from the end, that train on unaugmented images: a network trained only on warped and
   * resampled images does worse on unaugmented ones (Touvron et al., "Fixing the train-test resolution discrepancy", 2019).
   */
  unaugmentedShare: share().default(0),
  /**
   * What the CNN block starts from: `random` numbers, a network that `getTrunk` fetches, or a file of weights (`.safetensors`,
   * `.pth`). Not used where a training starts from another classifier's CNN block.
   */
  trunkWeights: text('random, a network whose weights can be fetched, or a file').default(RANDOM),
  /** The MLP block's learning rate, as a multiple of the rate. Only where a CNN block is trained with it. */
  headRate: positiveUpTo(MAX_FACTOR).default(1),
  /**
   * Factor by which the learning rate falls from each layer (or block of a stage) of the CNN block to the one before it, from the
   * last one down (Clark et al., 2020, in ELECTRA; Bao et al., 2022, in BEiT). 1: all layers have the same rate.
   */
  layerDecay: number('a number above 0, at most 1', (value) => value > 0 && value <= 1).default(1),
  /**
   * The first layers and stages of the CNN block that are not trained: their weights and their statistics stay as they are. With
   * `ALL_STAGES`, or as many as there are, a flat classifier's MLP block is trained on features that are computed once.
   */
  frozenStages: whole(0, ALL_STAGES).default(0),
  /** Steps at the start in which only the MLP block is trained. */
  headSteps: whole(0, MAX_STEPS).default(0),
  /**
   * The share of the old value in a moving average of the weights, per step, such as 0.999; it is smaller in the first steps.
   * The average is what is validated and kept (Polyak and Juditsky, 1992). 0: the weights as they are.
   */
  averaging: shareBelow1().default(0),
  /**
   * Batches of unaugmented training images by which the statistics of batch normalisation are estimated anew after each epoch,
   * for the weights that it ends with (Wu and Johnson, 2021). 0: the running statistics.
   */
  statisticsBatches: whole(0, MAX_STEPS).default(0),
  /**
   * Sides of smaller images for the first epochs, in pixels: the epochs are divided evenly among these sizes and the size of the
   * network's input, which comes last (Howard, 2018). Images are shrunk when a batch is formed.
   */
  sizes: z.array(whole(8, MAX_SIDE)).max(MAX_SIZES).default([]),
  /** With teachers: their share of the target probabilities. The rest is the labels. */
  teacherShare: share().default(1),
  /**
   * With teachers: what the scores of both are divided by before they become probabilities to learn from (Hinton et al., 2015). Above 1
   * it shows which of the other classes a teacher holds for likelier, also of images that it has learned by heart.
   */
  teacherTemperature: z.number().min(1).max(100).default(1),
  /** Every random draw of the training derives from it. */
  seed: whole(0, 2 ** 31 - 1).default(1),
});

/**
 * The configuration that another training inherits: all but the precision, because it may run on another machine, and a loss that
 * needs the tree, because what is trained decides in a part of it.
 */
export const takenOver = (training: TrainingConfig): TrainingConfig => ({
  ...training,
  precision: 'float32',
  loss: 'cross-entropy',
  lossStrength: null,
});

/** SGD with Nesterov momentum, or AdamW with a one-cycle rate. */
export type OptimiserConfig = z.output<typeof optimiserSchema>;
/** Random changes of a training image, drawn anew each time it is seen. */
export type AugmentationConfig = z.output<typeof augmentationSchema>;
/** How a classifier is trained, with all defaults filled in. */
export type TrainingConfig = z.output<typeof trainingSchema>;
/** A configuration as people write it: defaults may be left out. */
export type TrainingConfigInput = z.input<typeof trainingSchema>;
