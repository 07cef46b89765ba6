/** The schema of a study's configuration: the arms that are trained and compared, the images, and the common settings. */
import { z } from 'zod';
import type { presets } from '../network/presets.js';
import { type HeadSpec, headSchema, type NetworkSpec, type NetworkSpecInput, networkSchema } from '../network/spec.js';
import { splitOptions } from '../options/common.js';
import { decidingOptions, routing } from '../options/deciding.js';
import { forestOptions, nodeSourceOptions, sourceOptions } from '../options/feature-sources.js';
import { groupingOptions, soft } from '../options/grouping.js';
import { imageChoice, preparation } from '../options/images.js';
import { measuringOptions } from '../options/measuring.js';
import { fractions } from '../options/split.js';
import { decideBy, singleChild, taxonomyFile, treeOptions, trunk } from '../options/taxonomy.js';
import { DEFAULT_PRESET, PRESETS, specialistTrunk, views } from '../options/training.js';
import { type TrainingConfigInput, trainingSchema } from '../training/config.js';
import { number, oneOf, text, whole } from '../value-schemas.js';

/** Adds the issues that another schema found to those of this one. */
function addIssues(context: z.RefinementCtx, { issues }: z.ZodError): void {
  for (const issue of issues)
    context.addIssue({ ...issue, path: [...issue.path] } as Parameters<typeof context.addIssue>[0]);
}

/** Training settings are checked but kept as written: what they leave out comes from the preset or the study. */
const partialTraining = (without: readonly ('augmentation' | 'precision' | 'loss' | 'lossStrength')[]) => {
  const fixed = Object.fromEntries(['seed', ...without].map((name) => [name, true])) as { seed: true };
  const schema = trainingSchema.omit(fixed);
  return z
    .custom<Omit<TrainingConfigInput, 'seed'>>()
    .superRefine((value, context) => {
      const { error } = schema.safeParse(value);
      if (error !== undefined) addIssues(context, error);
    })
    .optional();
};

const PRESET_OR_NETWORK = `${PRESETS.join(', ')}, or a network specification`;
const network = z
  .custom<keyof typeof presets | NetworkSpecInput>()
  .transform((value, context): keyof typeof presets | NetworkSpec => {
    if (typeof value === 'string') {
      if (PRESETS.includes(value)) return value;
      context.addIssue({ code: 'custom', message: PRESET_OR_NETWORK });
      return z.NEVER;
    }
    const { data, error } = networkSchema.safeParse(value);
    if (data !== undefined) return data;
    addIssues(context, error);
    return z.NEVER;
  });

const BETA = 'recommended, or a number from 0 to 1';

/** Groups the classes that a flat arm confuses on the validation set, once for each seed. */
export const errorGroupsSchema = z.strictObject({
  /** Default: the flat arm whose CNN block is used, or else the first flat arm. */
  errorsOf: text('the name of a flat arm').optional(),
  soft,
  ...groupingOptions,
  /** Default, if the method needs one: `recommended`, by the sweep. */
  beta: z.union([z.literal('recommended'), groupingOptions.beta.unwrap()], BETA).optional(),
});

/** A name, or an object that states how classes are grouped by errors. */
const orErrorGroups = (name: string) =>
  z.custom<string | z.input<typeof errorGroupsSchema>>().transform((value, context): string | ErrorGroups => {
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value !== 'object' || value === null) {
      context.addIssue({ code: 'custom', message: `${name}, or how errors group the classes` });
      return z.NEVER;
    }
    const { data, error } = errorGroupsSchema.safeParse(value);
    if (data !== undefined) return data;
    addIssues(context, error);
    return z.NEVER;
  });

const SHARE = 'a number from 0 to 1';
const THRESHOLD = 'a number above 0, up to 1';
const OTHERS = 'none, parent, or a depth of at least 1';

/** Fewer labels in training and validation than the images have. */
export const labelsSchema = z.strictObject({
  /** Share of the images of each class that keep it, at least one image. */
  share: number(SHARE, (value) => value >= 0 && value <= 1).optional(),
  /** Or how many images of each class keep it. */
  perClass: whole(1).optional(),
  /** What the others are labelled with: nothing, the parent of their class, or its ancestor at this depth. */
  others: z.union([z.enum(['none', 'parent']), z.int(OTHERS).min(1, OTHERS)], OTHERS).default('parent'),
  /** The tree of the ancestors: a file, or `random` for a tree of the shape of the study's. Default: the study's. */
  of: text('a file, or random').optional(),
  /** Train once, then again with the classes that this classifier is sure of: the least probability of such a class. */
  pseudo: number(THRESHOLD, (value) => value > 0 && value <= 1).optional(),
});

const head = z.custom<HeadSpec>().superRefine((value, context) => {
  const { error } = headSchema.safeParse(value);
  if (error !== undefined) addIssues(context, error);
});

/** How classes are decided. An arm that leaves it out uses the study's setting. */
const deciding = {
  decide: decidingOptions.decide.unwrap().optional(),
  tta: decidingOptions.tta.unwrap().optional(),
};

const { size } = preparation;

/** Only a head that decides in a whole tree has a loss that needs one. */
const TREE_LOSS = ['loss', 'lossStrength'] as const;

/** The tree by which `lca` decides, whatever tree judges: a file, `random` or `flat`. Default: the study's. */
const decideIn = text('a file, random or flat').optional();

/** Settings of the study that an arm may override, and in which tree it decides. */
const trained = { network: network.optional(), size, training: partialTraining(TREE_LOSS), ...deciding, decideIn };

const NAME = 'a name that a folder can have: without / \\ : * ? " < > |, not beginning with a dot';
const name = z.string(NAME).regex(/^(?!\.)[^/\\:*?"<>|\p{Cc}]{1,100}$/u, NAME);

export const flatArmSchema = z.strictObject({
  name,
  kind: z.literal('flat'),
  ...trained,
  labels: labelsSchema.optional(),
});
export const treeArmSchema = z.strictObject({
  name,
  kind: z.literal('tree'),
  ...trained,
  training: partialTraining([]),
  /** A file or a folder; `random`: the study's tree with its classes shuffled by the seed; `flat`: a tree of depth one; or by errors. */
  taxonomy: orErrorGroups('a file or a folder, random or flat').optional(),
  ...treeOptions,
  /** Of the tree; those of its flat arm are the flat arm's own. Pseudo-labels are that flat arm's. */
  labels: labelsSchema.optional(),
  /** Default: `shared`; `own` for forests without deep features and `from`. */
  trunk: trunk.optional(),
  decideBy,
  /** Of forests, beside the study's settings. */
  ...nodeSourceOptions,
  ...measuringOptions,
  ...forestOptions,
  routing,
  /** The flat arm whose classifier of the same seed provides the trunk. Default for a shared trunk: the first flat arm. */
  from: text('the name of a flat arm').optional(),
  /** The MLP block of the nodes. Default: that of the network. */
  head: head.optional(),
  views,
});
export const specialistsArmSchema = z.strictObject({
  name,
  kind: z.literal('specialists'),
  /** A taxonomy whose nodes below the root are the groups, or by errors. */
  groups: orErrorGroups('a file or a folder'),
  trunk: specialistTrunk,
  /** The flat arm that decides the group. Default: the first. */
  from: text('the name of a flat arm').optional(),
  training: partialTraining(TREE_LOSS),
  head: head.optional(),
  views,
  routing: oneOf('greedy', 'product', 'combined').optional(),
  ...deciding,
});
export const featuresArmSchema = z.strictObject({
  name,
  kind: z.literal('features'),
  features: sourceOptions.features,
  decideBy: oneOf('forest', 'head').default('forest'),
  /** The flat arm whose classifier of the same seed provides deep features. Default: the first. */
  from: text('the name of a flat arm').optional(),
  without: sourceOptions.without,
  pca: sourceOptions.pca,
  tableColumn: sourceOptions.tableColumn,
  ...measuringOptions,
  ...forestOptions,
  /** The MLP block that decides by `head`, and its training. */
  head: head.optional(),
  training: partialTraining(['augmentation', 'precision', ...TREE_LOSS]),
  ...deciding,
});
export const fusionArmSchema = z.strictObject({
  name,
  kind: z.literal('fusion'),
  /** The arms whose classifiers of the same seed are fused. */
  of: z.tuple([text('the name of an arm'), text('the name of an arm')], 'the names of two arms'),
  ...deciding,
});
export const armSchema = z.discriminatedUnion(
  'kind',
  [flatArmSchema, treeArmSchema, specialistsArmSchema, featuresArmSchema, fusionArmSchema],
  'an arm of kind flat, tree, specialists, features or fusion',
);

const SEEDS = 'a list of different whole numbers of at least 0';
/** Every arm is trained once for each seed. */
const MAX_SEEDS = 1000;
const MAX_ARMS = 100;
const MAX_FOLDS = 100;
const seeds = z
  .array(
    z
      .int(SEEDS)
      .min(0, SEEDS)
      .max(2 ** 31 - 1, SEEDS),
    SEEDS,
  )
  .min(1, 'at least one seed')
  .max(MAX_SEEDS, `at most ${MAX_SEEDS} seeds`)
  .refine((list) => new Set(list).size === list.length, SEEDS);

export const studySchema = z.strictObject({
  ...imageChoice,
  /** Omitted if the images are given in memory. */
  images: imageChoice.images.optional(),
  background: preparation.background,
  colour: preparation.colour,
  cropBottom: preparation.cropBottom,
  /** The tree by which all arms are judged. Tree arms without a taxonomy are trained by it. */
  taxonomy: taxonomyFile.optional(),
  singleChild,
  /** For each seed, the images are split and every arm is trained. */
  seeds,
  fractions: fractions
    .refine(({ test }) => test > 0, 'fractions with test images')
    .default({ train: 0.8, validation: 0.1, test: 0.1 }),
  groupBy: splitOptions.groupBy,
  /**
   * Cross-validation: for each seed every arm is trained once for each of this many folds, and tests all images. Training and
   * validation set are in the ratio of these two of `fractions`.
   */
  folds: whole(2, MAX_FOLDS).optional(),
  network: network.default(DEFAULT_PRESET),
  size,
  /** Training of whole networks, where it differs from the preset's. */
  training: partialTraining([]),
  /** Training of heads on a shared trunk, where it differs from the default. */
  headTraining: partialTraining(['augmentation', 'precision', ...TREE_LOSS]),
  views,
  ...deciding,
  level: number('a number between 0 and 1', (value) => value > 0 && value < 1).default(0.95),
  /** The first arm is the baseline. */
  arms: z.array(armSchema, 'a list of arms').min(1, 'at least one arm').max(MAX_ARMS, `at most ${MAX_ARMS} arms`),
});

/** A study with all defaults filled in, except those of training settings. */
export type StudyConfig = z.output<typeof studySchema>;
/** A study as people write it. */
export type StudyConfigInput = z.input<typeof studySchema>;
/** An arm of a study that is a flat classifier. */
export type FlatArm = z.output<typeof flatArmSchema>;
/** An arm of a study that is a tree. */
export type TreeArm = z.output<typeof treeArmSchema>;
/** An arm of a study that is a flat classifier with specialists. */
export type SpecialistsArm = z.output<typeof specialistsArmSchema>;
/** An arm of a study that decides on features. */
export type FeaturesArm = z.output<typeof featuresArmSchema>;
/** An arm of a study that fuses two others. */
export type FusionArm = z.output<typeof fusionArmSchema>;
/** How an arm thins labels. */
export type ThinnedLabels = z.output<typeof labelsSchema>;
/** How a study groups classes by the errors of a flat arm. */
export type ErrorGroups = z.output<typeof errorGroupsSchema>;
/** An arm of a study. */
export type StudyArmConfig = FlatArm | TreeArm | SpecialistsArm | FeaturesArm | FusionArm;
