/** The schema of the JSON that describes a saved classifier, which is checked when it is read. */
import { z } from 'zod';
import { MAX_TEMPERATURE, MIN_TEMPERATURE } from '../calibration/temperature.js';
import { MAX_SIDE } from '../dataset/preprocessing.js';
import { COMPARED_METRICS } from '../evaluation/compared-metrics.js';
import { headSchema, networkSchema } from '../network/spec.js';
import { weightsDescriptionSchema } from '../network/weights-file.js';
import { trainingSchema } from '../training/config.js';
import { epochRecordSchema } from '../training/epoch-record.js';
import { deciderSchema, forestSettingsSchema, sourceSchema } from './feature-schema.js';

export const FORMAT = 'cladenet-classifier';
/** Increased when a newer cladenet writes what an older one cannot read. */
export const FORMAT_VERSION = 3;

const share = z.number().min(0).max(1);
const count = z.int().min(0);
const seconds = z.number().min(0);
/** Of a class, or in a lineage. */
const name = z.string().min(1);

const preprocessing = z.strictObject({
  size: z.int().min(1).max(MAX_SIDE),
  channels: z.union([z.literal(1), z.literal(3)]),
  background: z.enum(['white', 'border-median']),
  fit: z.literal('longer-side'),
  /** Rows that are cut off at the bottom. */
  cropBottom: z.int().min(1).optional(),
});

/** Summary of a training: its duration, and the epoch whose weights were kept. */
const summary = z
  .strictObject({ seconds, epochs: z.int().min(1), best: epochRecordSchema })
  .refine(({ epochs, best }) => best.epoch <= epochs, 'a best epoch among those that were trained');

/** SHA-256 in hexadecimal. */
const hash = z.string().regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits');

const split = z.strictObject({
  seed: z.number(),
  fractions: z.strictObject({ train: share, validation: share, test: share }),
  images: z.strictObject({ train: count, validation: count, test: count }),
  /** The column whose groups, such as samples, were dealt whole. */
  groupBy: z.string().min(1).optional(),
  /** The fold of a cross-validation that is the test set. */
  fold: z
    .strictObject({ number: z.int().min(1), of: z.int().min(2) })
    .refine(({ number, of }) => number <= of, 'a fold among those that there are')
    .optional(),
  /** The parts that came with the images; undefined where all was drawn. */
  given: z
    .array(z.enum(['train', 'validation', 'test']))
    .min(1)
    .readonly()
    .optional(),
  /** SHA-256 of the images that were split, in order, of their labels, and of the split that they came with. */
  content: hash.optional(),
  /** What the training images have in common: grey level along the border, and pixels around the organism. See `TypicalCrop`. */
  crops: z.strictObject({ border: z.int().min(0).max(255), margin: z.int().min(0) }).optional(),
});

/** Scores on the classifier's test set. */
const test = z.strictObject({
  images: count,
  accuracy: share,
  balancedAccuracy: share,
  logLoss: z.number(),
  top5: share,
});

/** A temperature, by which the logits of a probability matrix are divided. Fitted on the validation set (`calibration/temperature.ts`). */
const temperature = z.number().min(MIN_TEMPERATURE).max(MAX_TEMPERATURE);

const moduleFile = z.strictObject({
  /** Empty for the node of an implicit root. */
  name: z.string(),
  file: z
    .string()
    .max(200)
    .regex(/^weights\/[\w.-]+\.bin$/, 'a file name directly below weights/'),
  ...weightsDescriptionSchema.shape,
});

/** A random forest: its trees are in the file, and what they mean is in its description. */
const forestFile = z.strictObject({
  name: z.string(),
  file: z.string().regex(/^forests\/[\w.-]+\.bin$/, 'a file name directly below forests/'),
  bytes: z.int().min(0),
  sha256: z.string(),
  /** As `encodeForest` writes it, which `decodeForest` checks. */
  description: z.looseObject({}),
});

/** A classifier within a classifier's folder. */
const memberFolder = z.strictObject({
  folder: z.string().regex(/^members\/\d+$/, 'a folder directly below members/'),
  /** `sha256.description` of its `classifier.json`. */
  sha256: z.string(),
});

const shared = {
  format: z.literal(FORMAT),
  version: z.literal(FORMAT_VERSION),
  /** Version of cladenet that wrote it. */
  cladenet: z.string().max(100),
  classes: z.array(name).min(2),
  preprocessing,
  split,
  test: test.nullable(),
  modules: z.array(moduleFile),
  /** SHA-256 of the text files beside the weights, and of this one without this field. Optional, so that it can be edited by hand. */
  sha256: z.strictObject({ history: hash, images: hash, description: hash }).optional(),
};

/** Classes that a head knows by the mean of a few images, and that none of its weights were trained on. */
const prototypes = z.array(z.strictObject({ name, images: count })).min(1);

/** A network and its training. */
const trained = { network: networkSchema, training: trainingSchema };

const flat = z.strictObject({
  ...shared,
  ...trained,
  kind: z.literal('flat'),
  /** SHA-256 of the file `training.trunkWeights` that the CNN block started from; left out where it started from random weights. */
  trunkSha256: hash.optional(),
  summary,
  temperature: temperature.nullable(),
  prototypes: prototypes.optional(),
});

/** What can decide in a node: see `Decider`. */
export const DECIDERS = ['head', 'network', 'forest', 'tree', 'flat'] as const;

const node = z.strictObject({
  path: z.string(),
  children: z.array(z.string()).min(2).readonly(),
  /** Training images below the node. */
  images: count,
  /** Summary of the node's training; null if all nodes were trained together. */
  summary: summary.nullable(),
  /** Left out if it is the default for such a tree: see `deciders.ts`. */
  decidedBy: z.enum(DECIDERS).optional(),
  prototypes: prototypes.optional(),
});

/** How a node decides among its children on the validation images below it. */
const nodeScore = z.strictObject({ accuracy: share, logLoss: z.number() });

/** A specialist for the children of a node, compared with the flat classifier. */
const specialist = z.strictObject({
  /** Path of the node. */
  node: z.string(),
  decidedBy: z.enum(['head', 'network']),
  /** Validation images below the node. */
  images: count,
  /**
   * Scores of the flat classifier (`before`) and of the specialist (`after`) among the node's children; null if there are no
   * such images or the training was not completed.
   */
  before: nodeScore.nullable(),
  after: nodeScore.nullable(),
  /** Whether it decides in the node; otherwise the flat head does. */
  accepted: z.boolean(),
  /** Duration of its training. */
  seconds,
});

/** Measures that new versions of nodes are judged by. */
export const MEASURES = ['accuracy', 'logLoss', 'ahd'] as const;

/** Scores of the whole tree on the validation set. */
const treeScore = z.strictObject({ accuracy: share, logLoss: z.number(), ahd: z.number().min(0) });

/** A new version of a node, compared with the one that decided there before. */
const attempt = z.strictObject({
  /** Path of the node. */
  node: z.string(),
  /** What was trained: the MLP block on a frozen CNN block, both, or a random forest. */
  as: z.enum(['head', 'network', 'forest']),
  /** The initial weights of the MLP block: its current ones, or random ones. */
  start: z.enum(['current', 'new']),
  /** Left out for a forest. */
  training: trainingSchema.optional(),
  /** How a forest was grown. */
  forest: forestSettingsSchema.optional(),
  /** Validation images below the node. */
  images: count,
  measure: z.enum(MEASURES),
  /** Scores of the tree without (`before`) and with it (`after`); `after` is null if its training diverged. */
  before: treeScore,
  after: treeScore.nullable(),
  /** Whether it decides in the node from then on. */
  accepted: z.boolean(),
  /** In a search: the number of versions tried, of which this is the best. */
  tried: z.int().min(1).optional(),
  /** Duration of its training; in a search, of all trainings. */
  seconds,
});

/** The tree that was tuned, and what tuning changed. */
const tunedFrom = z.strictObject({
  /** Name of its folder; null if it was not loaded from one. */
  name: z.string().nullable(),
  /** `sha256.description` in its `classifier.json`. */
  sha256: hash.nullable(),
  measure: z.enum(MEASURES),
  /** Tuned minus before on the test set, computed once; null if nothing was accepted or there are no test images. */
  test: z
    .strictObject({
      images: count,
      differences: z.array(
        z.strictObject({
          metric: z.enum(COMPARED_METRICS),
          difference: z.number(),
          ci95: z.tuple([z.number(), z.number()]),
          p: share,
        }),
      ),
    })
    .nullable(),
});

/** The tree that was grown to another taxonomy. */
const grownFrom = z.strictObject({
  /** Name of its folder; null if it was not loaded from one. */
  name: z.string().nullable(),
  /** `sha256.description` in its `classifier.json`. */
  sha256: hash.nullable(),
  /** Classes that the old tree did not know. */
  added: z.array(z.string()),
  /** Nodes that were trained because no old node decides as they do, and those that kept their weights. */
  trained: z.array(z.string()),
  kept: z.array(z.string()),
});

export const TRUNKS = ['shared', 'own', 'joint', 'layered'] as const;
export const HEAD_KINDS = ['conditional', 'path-sum', 'new-child'] as const;
/** How the nodes' decisions lead to a class: see `Routing`. */
export const ROUTINGS = ['greedy', 'product', 'path-sum', 'combined'] as const;

/** How the tree decides, chosen on the validation set. */
const decision = z.strictObject({
  routing: z.enum(ROUTINGS),
  /** Share of the flat head in `combined`; null if the tree has no flat head. */
  flatShare: share.nullable(),
  temperatures: z.strictObject({ tree: temperature, flat: temperature.nullable() }).nullable(),
  /** Scores of each routing on the validation set, by which the routing was chosen. */
  validation: z.array(z.strictObject({ routing: z.enum(ROUTINGS), accuracy: share, logLoss: z.number() })),
  /** What a threshold for stopping at an ancestor depends on, for the chosen routing: see `StopScores`. */
  stop: z.strictObject({ images: count, errsUpTo: z.array(share).readonly(), surest: share }).optional(),
});

const tree = z.strictObject({
  ...shared,
  ...trained,
  kind: z.literal('tree'),
  trunk: z.enum(TRUNKS),
  headKind: z.enum(HEAD_KINDS),
  /** The flat classifier's head, if the tree is built on its trunk. */
  flatHead: headSchema.nullable(),
  lineages: z
    .array(
      z.strictObject({
        label: name,
        lineage: z.array(name).readonly(),
        /** Ids and ranks of the names of the lineage; left out if there are none. */
        taxa: z
          .array(z.strictObject({ id: z.string().optional(), rank: z.string().optional() }))
          .readonly()
          .optional(),
        /** Left out if true. */
        biological: z.boolean().optional(),
      }),
    )
    .readonly(),
  nodes: z.array(node),
  /** Summary of the training of all nodes together; null if each was trained separately. */
  summary: summary.nullable(),
  decision,
  /** In a tree of specialists: all that were trained, including dropped ones. */
  specialists: z.array(specialist).optional(),
  /** Training time of all nodes, including the features of a shared trunk but not the training of that trunk. */
  seconds,
  /** The training of the flat classifier whose CNN block is shared. Its augmentation draws the views of the images. */
  trunkTraining: trainingSchema.optional(),
  /** New versions of nodes that were tried after the tree was trained, in order. */
  attempts: z.array(attempt).optional(),
  tunedFrom: tunedFrom.optional(),
  grownFrom: grownFrom.optional(),
  /** The features that forests decide on, the same in all nodes; left out if no node has a forest. Deep features are those of the shared CNN block. */
  sources: z.array(sourceSchema).min(1).optional(),
  /** By the paths of the nodes that they decide in. */
  forests: z.array(forestFile).optional(),
});

const features = z.strictObject({
  ...shared,
  kind: z.literal('features'),
  /** Their columns stand side by side, in this order. */
  sources: z.array(sourceSchema).min(1),
  decider: deciderSchema,
  temperature: temperature.nullable(),
  /** Duration of the training, including that of the features. */
  seconds: z.number(),
  /** The classifiers among the sources, each whole in a folder of its own. */
  members: z.array(memberFolder).optional(),
  forests: z.array(forestFile).optional(),
});

export const descriptionSchema = z.discriminatedUnion('kind', [flat, tree, features]);

/** Everything in `classifier.json`. */
export type StoredDescription = z.output<typeof descriptionSchema>;
/** A forest's file, and what its bytes mean. */
export type ForestFile = z.output<typeof forestFile>;
/** A classifier within a classifier's folder. */
export type MemberFolder = z.output<typeof memberFolder>;
/** What a flat classifier records about itself: everything except its weight files and checksums. */
export type FlatDescription = Omit<z.output<typeof flat>, 'modules' | 'sha256'>;
/** What a tree records about itself: classes, network, training, split, taxonomy, nodes and how it decides. */
export type TreeDescription = Omit<z.output<typeof tree>, 'modules' | 'forests' | 'sha256'>;
/** What a classifier of sources and a decider records about itself: see `FeatureSource` and `FeatureDecider`. */
export type FeatureDescription = Omit<z.output<typeof features>, 'modules' | 'members' | 'forests' | 'sha256'>;
/** Everything in `classifier.json` except the files of its parts and the checksums. */
export type Description = FlatDescription | TreeDescription | FeatureDescription;
/** A node that decides: its children, its training images and how it was trained. */
export type NodeDescription = z.output<typeof node>;
/** How a node decides among its children on the validation images below it. */
export type NodeScore = z.output<typeof nodeScore>;
/** A specialist compared with the flat classifier on the validation images of its group. */
export type SpecialistVerdict = z.output<typeof specialist>;
/** The duration of a training, its epochs, and the epoch whose weights were kept. */
export type TrainingSummary = z.output<typeof summary>;
/**
 * What decides among a node's children.
 *
 * - `head`: the node's MLP block, on the shared CNN block
 * - `network`: the node's CNN block and MLP block
 * - `forest`: the node's random forest, on the tree's `sources`
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
/** Measure that new versions of nodes are judged by: `accuracy`, `logLoss` or `ahd` (average hierarchical distance) of the whole tree. */
export type Measure = (typeof MEASURES)[number];
/** Scores on the test set of the classifier's split. */
export type TestScore = z.output<typeof test>;

/** Whether one head, trained as a whole, decides in all nodes (a global classifier); otherwise every node has its own head. */
export const isGlobal = ({ trunk, headKind }: Pick<TreeDescription, 'trunk' | 'headKind'>): boolean =>
  trunk === 'joint' || trunk === 'layered' || headKind !== 'conditional';
