/** The JSON that describes a saved classifier: checked when it is read, so that nothing unknown is trusted. */
import { z } from 'zod';
import { networkSchema } from '../network/spec.js';
import { weightsDescriptionSchema } from '../network/weights-file.js';
import { trainingSchema } from '../training/config.js';
import { epochRecordSchema } from '../training/epoch-record.js';

export const FORMAT = 'cladenet-classifier';
/** Raised when a newer cladenet writes what an older one cannot read. */
export const FORMAT_VERSION = 1;

const share = z.number().min(0).max(1);

const preprocessing = z.strictObject({
  size: z.int().min(1),
  channels: z.union([z.literal(1), z.literal(3)]),
  background: z.enum(['white', 'border-median']),
  fit: z.literal('longer-side'),
});

/** How a training went: how long, which epoch was kept. */
const summary = z.strictObject({ seconds: z.number(), epochs: z.int(), best: epochRecordSchema });

const split = z.strictObject({
  seed: z.number(),
  fractions: z.strictObject({ train: share, validation: share, test: share }),
  images: z.strictObject({ train: z.int(), validation: z.int(), test: z.int() }),
});

/** Scores on the model's own test part. */
const test = z.strictObject({
  images: z.int(),
  accuracy: share,
  balancedAccuracy: share,
  logLoss: z.number(),
  top5: share,
});

const part = z.strictObject({
  name: z.string(),
  file: z.string().regex(/^weights\/[\w.-]+\.bin$/, 'a file name directly below weights/'),
  ...weightsDescriptionSchema.shape,
});

const shared = {
  format: z.literal(FORMAT),
  version: z.literal(FORMAT_VERSION),
  /** Version of cladenet that wrote it. */
  cladenet: z.string(),
  classes: z.array(z.string()).min(2),
  preprocessing,
  network: networkSchema,
  training: trainingSchema,
  split,
  test: test.nullable(),
  parts: z.array(part),
  /** SHA-256 of the texts beside the weights, and of this one without this field; who edits by hand leaves it out. */
  sha256: z.strictObject({ history: z.string(), images: z.string(), description: z.string() }).optional(),
};

const flat = z.strictObject({ ...shared, kind: z.literal('flat'), summary });

const node = z.strictObject({
  path: z.string(),
  children: z.array(z.string()).min(2),
  /** Training images below the node. */
  images: z.int(),
  summary,
});

const tree = z.strictObject({
  ...shared,
  kind: z.literal('tree'),
  trunk: z.enum(['shared', 'own']),
  lineages: z.array(z.strictObject({ label: z.string(), lineage: z.array(z.string()) })),
  nodes: z.array(node),
  /** Training time of all nodes, features of a shared trunk included, its own training not. */
  seconds: z.number(),
});

export const descriptionSchema = z.discriminatedUnion('kind', [flat, tree]);

/** Everything in `classifier.json`. */
export type StoredDescription = z.output<typeof descriptionSchema>;
/** What a classifier says of itself: everything but where its weights are stored, and checksums. */
export type FlatDescription = Omit<z.output<typeof flat>, 'parts' | 'sha256'>;
export type TreeDescription = Omit<z.output<typeof tree>, 'parts' | 'sha256'>;
export type Description = FlatDescription | TreeDescription;
export type NodeDescription = z.output<typeof node>;
export type TrainingSummary = z.output<typeof summary>;
export type SplitDescription = z.output<typeof split>;
export type TestScore = z.output<typeof test>;
