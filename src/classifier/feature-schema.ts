/** How a classifier of sources and a decider describes itself: where its features come from, and what decides on them. */
import { z } from 'zod';
import { classWeightsSchema } from '../class-weights.js';
import { segmentationOptions } from '../features/segmentation/options.js';
import { headSchema, trunkSchema } from '../network/spec.js';
import { trainingSchema } from '../training/config.js';
import { epochRecordSchema } from '../training/epoch-record.js';

const share = z.number().min(0).max(1);

/** What biologists measure on the segmented organism. */
const biologists = z.strictObject({
  kind: z.literal('biologists'),
  /** A name of `FEATURE_SETS`. */
  set: z.string(),
  /** `FEATURES_VERSION`: other versions measure other numbers. */
  version: z.int(),
  segmentation: segmentationOptions,
  names: z.array(z.string()).min(1).readonly(),
});

/** The output of a CNN block, whose weights are a module of the classifier. */
const deep = z.strictObject({
  kind: z.literal('deep'),
  trunk: trunkSchema,
  /** Number of principal components, and the share of the variance that they explain; null for the features as they are. */
  pca: z.strictObject({ components: z.int().min(1), explained: share }).nullable(),
});

/** Columns of a table that was made elsewhere. */
const table = z.strictObject({
  kind: z.literal('table'),
  /** The file that images are looked up in, as it was given; null for a table in memory. */
  file: z.string().nullable(),
  /** The column of the file that names the images, where it is not found by its name. */
  tableColumn: z.string().optional(),
  names: z.array(z.string()).min(1).readonly(),
});

/** The class probabilities of another classifier: the next of the description's `members`. */
const classifier = z.strictObject({ kind: z.literal('classifier') });

export const sourceSchema = z.discriminatedUnion('kind', [biologists, deep, table, classifier]);

/** An MLP block on the standardised features. */
const head = z.strictObject({
  kind: z.literal('head'),
  head: headSchema,
  training: trainingSchema,
  /** The duration of its training, and the epoch whose weights were kept. */
  summary: z.strictObject({ seconds: z.number(), epochs: z.int(), best: epochRecordSchema }),
});

export const forestSettingsSchema = z.strictObject({
  trees: z.int().min(1),
  seed: z.int(),
  mtry: z.int().min(1),
  minLeaf: z.int().min(1),
  maxDepth: z.int().min(1).optional(),
  classWeights: classWeightsSchema,
  bootstrap: z.boolean(),
  missing: z.enum(['refuse', 'median']),
});

/** A random forest. Its trees are in a file of their own: see `forests`. */
const forest = z.strictObject({
  kind: z.literal('forest'),
  settings: forestSettingsSchema,
  /** Share of the training images that the trees which were not grown on them are right about. */
  outOfBagAccuracy: share.nullable(),
});

/** A weighted mean of the probabilities of two classifiers. */
const mixture = z.strictObject({
  kind: z.literal('mixture'),
  /** Weight of the first; the second has the rest. */
  share,
});

export const deciderSchema = z.discriminatedUnion('kind', [forest, head, mixture]);

/** Where a classifier's features come from. */
export type FeatureSource = z.output<typeof sourceSchema>;
/** What decides on a classifier's features. */
export type FeatureDecider = z.output<typeof deciderSchema>;
