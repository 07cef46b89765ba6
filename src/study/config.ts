/** A study as people write it: which arms are trained and compared, on what, and what they have in common. */
import { z } from 'zod';
import type { presets } from '../network/presets.js';
import { type HeadSpec, headSchema, type NetworkSpec, type NetworkSpecInput, networkSchema } from '../network/spec.js';
import { decidingOptions, routing } from '../options/deciding.js';
import { groupingOptions, soft } from '../options/grouping.js';
import { imageChoice, preparation } from '../options/images.js';
import { fractions } from '../options/split.js';
import { singleChild, taxonomyFile, treeOptions } from '../options/taxonomy.js';
import { DEFAULT_PRESET, PRESETS, specialistTrunk, views } from '../options/training.js';
import { type TrainingConfigInput, trainingSchema } from '../training/config.js';
import { number, oneOf, text } from '../value-schemas.js';

/** What another schema finds, as findings of this one. */
function addIssues(context: z.RefinementCtx, { issues }: z.ZodError): void {
  for (const issue of issues)
    context.addIssue({ ...issue, path: [...issue.path] } as Parameters<typeof context.addIssue>[0]);
}

/** Trainings are checked but kept as they are written: what they leave out comes from the preset or the study. */
const partialTraining = (without: readonly ('augmentation' | 'precision')[]) => {
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

/** Classes grouped by what a flat arm confuses on the validation set, once for each seed. */
export const errorGroupsSchema = z.strictObject({
  /** Default: the flat arm whose CNN block is taken over, or else the first one. */
  errorsOf: text('the name of a flat arm').optional(),
  soft,
  ...groupingOptions,
  /** Default, where the method needs one: `recommended`, by the sweep. */
  beta: z.union([z.literal('recommended'), groupingOptions.beta.unwrap()], BETA).optional(),
});

/** The name of something, or how classes are grouped by errors. */
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

const head = z.custom<HeadSpec>().superRefine((value, context) => {
  const { error } = headSchema.safeParse(value);
  if (error !== undefined) addIssues(context, error);
});

/** How classes are decided on; an arm that leaves it out decides as the study does. */
const deciding = {
  decide: decidingOptions.decide.unwrap().optional(),
  tta: decidingOptions.tta.unwrap().optional(),
};

const { size } = preparation;

/** What an arm may have otherwise than the study. */
const trained = { network: network.optional(), size, training: partialTraining([]), ...deciding };

const NAME = 'a name that a folder can have: without / \\ : * ? " < > |, not beginning with a dot';
const name = z.string(NAME).regex(/^(?!\.)[^/\\:*?"<>|\p{Cc}]{1,100}$/u, NAME);

export const flatArmSchema = z.strictObject({ name, kind: z.literal('flat'), ...trained });
export const treeArmSchema = z.strictObject({
  name,
  kind: z.literal('tree'),
  ...trained,
  /** A file or a folder; `random`: of the study's shape, classes shuffled by the seed; `flat`: depth one; or by errors. */
  taxonomy: orErrorGroups('a file or a folder, random or flat').optional(),
  ...treeOptions,
  routing,
  /** The flat arm whose classifier of the same seed gives the trunk. Default for a shared trunk: the first flat arm. */
  from: text('the name of a flat arm').optional(),
  /** The MLP block of the nodes, where it is not the usual one. */
  head: head.optional(),
  views,
});
export const specialistsArmSchema = z.strictObject({
  name,
  kind: z.literal('specialists'),
  /** A taxonomy whose nodes below the root are the groups, or by errors. */
  groups: orErrorGroups('a file or a folder'),
  trunk: specialistTrunk,
  /** The flat arm that decides on the group. Default: the first. */
  from: text('the name of a flat arm').optional(),
  training: partialTraining([]),
  head: head.optional(),
  views,
  routing: oneOf('greedy', 'product', 'combined').optional(),
  ...deciding,
});
export const armSchema = z.discriminatedUnion(
  'kind',
  [flatArmSchema, treeArmSchema, specialistsArmSchema],
  'an arm of kind flat, tree or specialists',
);

const SEEDS = 'a list of different whole numbers of at least 0';
const seeds = z
  .array(
    z
      .int(SEEDS)
      .min(0, SEEDS)
      .max(2 ** 31 - 1, SEEDS),
    SEEDS,
  )
  .min(1, 'at least one seed')
  .refine((list) => new Set(list).size === list.length, SEEDS);

export const studySchema = z.strictObject({
  ...imageChoice,
  /** Left out where the images are given in memory. */
  images: imageChoice.images.optional(),
  background: preparation.background,
  colour: preparation.colour,
  /** The tree by which all arms are judged, and which the trees are trained by unless they have another. */
  taxonomy: taxonomyFile.optional(),
  singleChild,
  /** For each seed the images are split and every arm is trained. */
  seeds,
  fractions: fractions
    .refine(({ test }) => test > 0, 'fractions with test images')
    .default({ train: 0.8, validation: 0.1, test: 0.1 }),
  network: network.default(DEFAULT_PRESET),
  size,
  /** Of whole networks, where it differs from the preset's. */
  training: partialTraining([]),
  /** Of heads on a shared trunk, where it differs from the usual one. */
  headTraining: partialTraining(['augmentation', 'precision']),
  views,
  ...deciding,
  level: number('a number between 0 and 1', (value) => value > 0 && value < 1).default(0.95),
  /** The first is the baseline. */
  arms: z.array(armSchema, 'a list of arms').min(1, 'at least one arm'),
});

/** A study with everything that has a default filled in, but for trainings. */
export type StudyConfig = z.output<typeof studySchema>;
/** A study as people write it. */
export type StudyConfigInput = z.input<typeof studySchema>;
/** An arm of a study that is a flat classifier. */
export type FlatArm = z.output<typeof flatArmSchema>;
/** An arm of a study that is a tree. */
export type TreeArm = z.output<typeof treeArmSchema>;
/** An arm of a study that is a flat classifier with specialists. */
export type SpecialistsArm = z.output<typeof specialistsArmSchema>;
/** How a study groups classes by the errors of a flat arm. */
export type ErrorGroups = z.output<typeof errorGroupsSchema>;
/** An arm of a study. */
export type StudyArmConfig = FlatArm | TreeArm | SpecialistsArm;
