/** The JSON that describes a saved classifier: checked when it is read, so that nothing unknown is trusted. */
import { z } from 'zod';
import { COMPARED_METRICS } from '../evaluation/compared-metrics.js';
import { headSchema, networkSchema } from '../network/spec.js';
import { weightsDescriptionSchema } from '../network/weights-file.js';
import { trainingSchema } from '../training/config.js';
import { epochRecordSchema } from '../training/epoch-record.js';

export const FORMAT = 'cladenet-classifier';
/** Raised when a newer cladenet writes what an older one cannot read. */
export const FORMAT_VERSION = 3;

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
  /** SHA-256 of what was split: the images, in order, and what is known of each. */
  content: z.string().optional(),
});

/** Scores on the model's own test set. */
const test = z.strictObject({
  images: z.int(),
  accuracy: share,
  balancedAccuracy: share,
  logLoss: z.number(),
  top5: share,
});

/** A temperature: divides the logits of a probability matrix, fitted on the validation set (`calibration/temperature.ts`). */
const temperature = z.number().positive();

const moduleFile = z.strictObject({
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
  modules: z.array(moduleFile),
  /** SHA-256 of the texts beside the weights, and of this one without this field; who edits by hand leaves it out. */
  sha256: z.strictObject({ history: z.string(), images: z.string(), description: z.string() }).optional(),
};

const flat = z.strictObject({ ...shared, kind: z.literal('flat'), summary, temperature: temperature.nullable() });

/** What can decide in a node: see `Decider`. */
export const DECIDERS = ['head', 'network', 'tree', 'flat'] as const;

const node = z.strictObject({
  path: z.string(),
  children: z.array(z.string()).min(2).readonly(),
  /** Training images below the node. */
  images: z.int(),
  /** Of its own training; null where all nodes were trained together. */
  summary: summary.nullable(),
  /** Left out where it is what all nodes of such a tree are decided by: see `deciders.ts`. */
  decidedBy: z.enum(DECIDERS).optional(),
});

/** How a node decides among its children on the validation images below it. */
const nodeScore = z.strictObject({ accuracy: share, logLoss: z.number() });

/** A specialist for the children of a node, compared with the flat classifier. */
const specialist = z.strictObject({
  /** Path of the node. */
  node: z.string(),
  decidedBy: z.enum(['head', 'network']),
  /** Validation images below the node. */
  images: z.int().min(0),
  /** Of the flat classifier and of the specialist among the node's children; null where there are no such images, or none was trained to the end. */
  before: nodeScore.nullable(),
  after: nodeScore.nullable(),
  /** Whether it decides in the node; otherwise the flat head does. */
  accepted: z.boolean(),
  /** Of its training. */
  seconds: z.number(),
});

/** What new versions of nodes are judged by. */
export const MEASURES = ['accuracy', 'logLoss', 'ahd'] as const;

/** Of the whole tree on the validation set. */
const treeScore = z.strictObject({ accuracy: share, logLoss: z.number(), ahd: z.number() });

/** A new version of a node, compared with the one that decided there before. */
const attempt = z.strictObject({
  /** Path of the node. */
  node: z.string(),
  /** What was trained: the MLP block on a frozen CNN block, or both. */
  as: z.enum(['head', 'network']),
  /** The initial weights of the MLP block: its current ones, or random ones. */
  start: z.enum(['current', 'new']),
  training: trainingSchema,
  /** Validation images below the node. */
  images: z.int(),
  measure: z.enum(MEASURES),
  /** Without it, with it; null where its training diverged. */
  before: treeScore,
  after: treeScore.nullable(),
  /** Whether it decides in the node from then on. */
  accepted: z.boolean(),
  /** Versions that a search has tried, where this is the best of them. */
  tried: z.int().optional(),
  /** Of its training, or of those of all that were tried. */
  seconds: z.number(),
});

/** The tree that was tuned, and what tuning changed. */
const tunedFrom = z.strictObject({
  /** Name of its folder; null where it was not loaded from one. */
  name: z.string().nullable(),
  /** `sha256.description` in its `classifier.json`. */
  sha256: z.string().nullable(),
  measure: z.enum(MEASURES),
  /** Tuned minus before on the test set, looked at once; null where nothing was accepted or there are no test images. */
  test: z
    .strictObject({
      images: z.int(),
      differences: z.array(
        z.strictObject({
          metric: z.enum(COMPARED_METRICS),
          difference: z.number(),
          ci95: z.tuple([z.number(), z.number()]),
          p: z.number(),
        }),
      ),
    })
    .nullable(),
});

/** The tree that was grown by another taxonomy. */
const grownFrom = z.strictObject({
  /** Name of its folder; null where it was not loaded from one. */
  name: z.string().nullable(),
  /** `sha256.description` in its `classifier.json`. */
  sha256: z.string().nullable(),
  /** Classes that it did not know. */
  added: z.array(z.string()),
  /** Nodes that were trained because no old node decides as they do, and those that kept their weights. */
  trained: z.array(z.string()),
  kept: z.array(z.string()),
});

export const TRUNKS = ['shared', 'own', 'joint', 'layered'] as const;
export const HEAD_KINDS = ['conditional', 'path-sum'] as const;
/** How the nodes' decisions lead to a class: see `Routing`. */
export const ROUTINGS = ['greedy', 'product', 'path-sum', 'combined'] as const;

/** How the tree decides, chosen on the validation set. */
const decision = z.strictObject({
  routing: z.enum(ROUTINGS),
  /** Share of the flat head in `combined`; null where the tree has no flat head. */
  flatShare: share.nullable(),
  temperatures: z.strictObject({ tree: temperature, flat: temperature.nullable() }).nullable(),
  /** What it was chosen by: the scores of each routing on the validation set. */
  validation: z.array(z.strictObject({ routing: z.enum(ROUTINGS), accuracy: share, logLoss: z.number() })),
  /** Of the chosen routing: all that a threshold for stopping at an ancestor depends on, see `StopScores`. */
  stop: z.strictObject({ images: z.int(), errsUpTo: z.array(share).readonly(), surest: share }).optional(),
});

const tree = z.strictObject({
  ...shared,
  kind: z.literal('tree'),
  trunk: z.enum(TRUNKS),
  headKind: z.enum(HEAD_KINDS),
  /** The flat classifier's head, where the tree is built on its trunk. */
  flatHead: headSchema.nullable(),
  lineages: z.array(z.strictObject({ label: z.string(), lineage: z.array(z.string()) })),
  nodes: z.array(node),
  /** Of the training of all nodes together; null where each was trained separately. */
  summary: summary.nullable(),
  decision,
  /** Of a tree of specialists on groups: all that were trained, dropped ones included. */
  specialists: z.array(specialist).optional(),
  /** Training time of all nodes, features of a shared trunk included, its own training not. */
  seconds: z.number(),
  /** How the flat classifier was trained whose CNN block is shared: its augmentation draws the views of the images. */
  trunkTraining: trainingSchema.optional(),
  /** New versions of nodes that were tried after the tree was trained, in that order. */
  attempts: z.array(attempt).optional(),
  tunedFrom: tunedFrom.optional(),
  grownFrom: grownFrom.optional(),
});

export const descriptionSchema = z.discriminatedUnion('kind', [flat, tree]);

/** Everything in `classifier.json`. */
export type StoredDescription = z.output<typeof descriptionSchema>;
/** What a flat classifier records about itself: everything except its weight files and checksums. */
export type FlatDescription = Omit<z.output<typeof flat>, 'modules' | 'sha256'>;
/** What a tree records about itself: classes, network, training, split, taxonomy, nodes and how it decides. */
export type TreeDescription = Omit<z.output<typeof tree>, 'modules' | 'sha256'>;
/** Everything in `classifier.json` except the weight files and the checksums. */
export type Description = FlatDescription | TreeDescription;
/** A node that decides: its children, its training images and how it was trained. */
export type NodeDescription = z.output<typeof node>;
/** How a node decides among its children on the validation images below it. */
export type NodeScore = z.output<typeof nodeScore>;
/** A specialist compared with the flat classifier on the validation images of its group. */
export type SpecialistVerdict = z.output<typeof specialist>;
/** How long a training took, its epochs, and the one whose weights were kept. */
export type TrainingSummary = z.output<typeof summary>;
/**
 * What decides among a node's children.
 *
 * - `head`: an MLP block of the node's, on the shared CNN block
 * - `network`: a CNN block and an MLP block of the node's
 * - `tree`: the one head that decides in all nodes
 * - `flat`: the flat head, by the share that a child's classes have of its probability for the node
 */
export type Decider = (typeof DECIDERS)[number];
/** Where a tree's features come from: see `TreeOptions.trunk`. */
export type Trunks = (typeof TRUNKS)[number];
/**
 * How the nodes' decisions lead to a class.
 *
 * - `product`: the leaf with the greatest product of conditional probabilities along its path
 * - `path-sum`: the leaf with the greatest sum of scores along its path (with path-sum heads)
 * - `greedy`: from the root, always to the most probable child
 * - `combined`: the most probable leaf of a mixture of the tree and the flat head on the same trunk
 */
export type Routing = (typeof ROUTINGS)[number];
/** How a tree decides, chosen on the validation set: its routing, its temperatures and the share of the flat head. */
export type TreeDecision = z.output<typeof decision>;
/** Scores of a whole tree on the validation set. */
export type TreeScore = z.output<typeof treeScore>;
/** A new version of a node, compared with the one that decided there before. */
export type NodeAttempt = z.output<typeof attempt>;
/** What new versions of nodes are judged by: `accuracy`, `logLoss` or `ahd` (average hierarchical distance) of the whole tree. */
export type Measure = (typeof MEASURES)[number];
/** Scores on the test set of the classifier's own split. */
export type TestScore = z.output<typeof test>;

/** Whether one head decides in all nodes at once, trained as a whole; else every node has a head of its own. */
export const isGlobal = ({ trunk, headKind }: Pick<TreeDescription, 'trunk' | 'headKind'>): boolean =>
  trunk === 'joint' || trunk === 'layered' || headKind === 'path-sum';
