/**
 * Options of the commands, as one schema: the command line and configuration files are checked by it alike, and every
 * problem is reported at once.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { HEADS, ROUTINGS, TRUNKS } from '../classifier/schema.js';
import { CladenetError, nearest, type Problem } from '../errors.js';
import { LINKAGES } from '../grouping/agglomerative.js';
import { GROUPING_METHODS } from '../grouping/group-classes.js';
import { SYMMETRIZATIONS } from '../grouping/symmetrize.js';
import { presets } from '../network/presets.js';
import { PRECISIONS } from '../tensorflow/precision.js';

/** A number, as text where it was typed. What is allowed is said with each, in the words of the error. */
const number = (expected: string, allowed: (value: number) => boolean) =>
  z
    .union([z.number(), z.string().transform((typed) => (typed.trim() === '' ? Number.NaN : Number(typed)))], expected)
    .refine(allowed, expected);
const whole = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  number(
    most === Number.MAX_SAFE_INTEGER
      ? `a whole number of at least ${least}`
      : `a whole number from ${least} to ${most}`,
    (value) => Number.isInteger(value) && value >= least && value <= most,
  );
const above0 = number('a number above 0', (value) => value > 0 && value < Number.POSITIVE_INFINITY);
const text = (expected: string) => z.string(expected).min(1, expected);
const flagged = z.boolean('true or false').default(false);
const oneOf = <const T extends string>(...names: readonly T[]) =>
  z.enum(names, [names.slice(0, -1).join(', '), names.at(-1)].join(' or '));
const list = z.union(
  [z.array(z.string()), z.string().transform((names) => names.split(',').map((name) => name.trim()))],
  'names, separated by commas',
);

const THREE = 'three fractions that sum to 1, like 0.8/0.1/0.1';
const fractions = z.string(THREE).transform((typed, context) => {
  const [train = Number.NaN, validation = Number.NaN, test = Number.NaN, ...more] = typed.split('/').map(Number);
  const parts = [train, validation, test];
  if (more.length === 0 && parts.every((part) => part >= 0) && Math.abs(train + validation + test - 1) < 1e-6) {
    return { train, validation, test };
  }
  context.addIssue({ code: 'custom', message: THREE, input: typed });
  return z.NEVER;
});

const oneOfNumbers = (...known: number[]) =>
  number(known.join(', ').replace(/, (?=\d+$)/, ' or '), (value) => known.includes(value));

const size = whole(8, 1024).optional();
const views = whole(0, 100).optional();
const singleChild = oneOf('refuse', 'collapse', 'keep').default('refuse');

/** Which images, and how they are prepared. */
const imageOptions = {
  images: text('a folder or a table'),
  classes: list.optional(),
  limitPerClass: whole(1).optional(),
  pathColumn: text('the name of a column').optional(),
  labelColumn: text('the name of a column').optional(),
  strict: flagged,
  gpu: flagged,
};

export const imageOptionNames = Object.keys(imageOptions) as (keyof typeof imageOptions)[];
/** Of `confusion` and `group`, those that ask a classifier. */
export const classifierOptionNames = [...imageOptionNames, 'taxonomy', 'outOfFold', 'fresh'] as const;

/** How something is trained, on which split, with how much memory. */
const runOptions = {
  epochs: whole(1).optional(),
  batch: whole(1).optional(),
  rate: above0.optional(),
  labelSmoothing: number('a number from 0 to below 1', (value) => value >= 0 && value < 1).optional(),
  classWeights: oneOf('none', 'balanced').optional(),
  balance: whole(0).optional(),
  augment: z.boolean('true or false').default(true),
  seed: whole(0).default(1),
  split: fractions.optional(),
  splitSeed: whole(0).optional(),
  deviceMemory: above0.default(2048),
  fresh: flagged,
};

const trainingOptions = {
  ...imageOptions,
  out: text('a folder'),
  preset: oneOf(...(Object.keys(presets) as (keyof typeof presets)[])).default('compact'),
  size,
  colour: flagged,
  background: oneOf('white', 'border-median').default('white'),
  plainShare: number('a number from 0 to 1', (value) => value >= 0 && value <= 1).optional(),
  precision: oneOf(...PRECISIONS).optional(),
  ...runOptions,
};

export const flatSchema = z.strictObject({
  ...trainingOptions,
  taxonomy: text('a file or a folder').optional(),
  singleChild,
});
export const treeSchema = z.strictObject({
  ...trainingOptions,
  taxonomy: text('a file or a folder'),
  trunk: oneOf(...TRUNKS).default('shared'),
  head: oneOf(...HEADS).default('conditional'),
  from: text('the folder of a classifier').optional(),
  singleChild,
});
export const specialistsSchema = z.strictObject({
  ...imageOptions,
  out: text('a folder'),
  ...runOptions,
  from: text('the folder of a flat classifier'),
  groups: text('a file or a folder'),
  singleChild,
  trunk: oneOf('shared', 'own').default('shared'),
  taxonomy: text('a file or a folder').optional(),
  views,
});
/** How classes are decided on. */
const decidingOptions = {
  routing: oneOf(...ROUTINGS).optional(),
  decide: oneOf('leaf', 'lca').default('leaf'),
  tta: oneOfNumbers(1, 2, 4, 8).default(1),
};

export const predictSchema = z.strictObject({
  out: text('a file'),
  taxonomy: text('a file or a folder').optional(),
  singleChild,
  ...decidingOptions,
  minConfidence: number('a number above 0 and at most 1', (value) => value > 0 && value <= 1).optional(),
  targetAccuracy: number('a number above 0 and below 1', (value) => value > 0 && value < 1).optional(),
  images: text('a folder or a table').optional(),
  strict: flagged,
  gpu: flagged,
});
export const evaluateSchema = z.strictObject({
  ...imageOptions,
  json: text('a file').optional(),
  taxonomy: text('a file or a folder').optional(),
  singleChild,
  ...decidingOptions,
  seen: flagged,
  seed: whole(0).default(1),
});
export const weakSchema = z.strictObject({
  ...imageOptions,
  json: text('a file').optional(),
  taxonomy: text('a file or a folder').optional(),
  singleChild,
  on: oneOf('validation', 'test', 'unseen').default('validation'),
  routing: oneOf('product', 'greedy').default('product'),
  top: whole(1).default(10),
  seed: whole(0).default(1),
});
export const tuneSchema = z.strictObject({
  ...imageOptions,
  out: text('a folder'),
  ...runOptions,
  // Default: the tree's.
  seed: whole(0).optional(),
  node: z.union([z.array(z.string()).min(1), z.string().transform((path) => [path])], 'paths of nodes').optional(),
  weakest: whole(1).optional(),
  as: oneOf('head', 'network').optional(),
  start: oneOf('current', 'new').optional(),
  measure: oneOf('accuracy', 'log-loss', 'ahd').default('accuracy'),
  views,
  search: flagged,
  budget: above0.optional(),
  json: text('a file').optional(),
});
const changes = z
  .union([z.array(z.string()).min(1), z.string().transform((one) => [one])], 'changes of the tree')
  .optional();
export const growSchema = z.strictObject({
  ...imageOptions,
  out: text('a folder'),
  ...runOptions,
  // Default: the tree's.
  seed: whole(0).optional(),
  add: changes,
  move: changes,
  merge: changes,
  taxonomy: text('a file or a folder').optional(),
  singleChild,
  views,
  json: text('a file').optional(),
});
export const reportSchema = z.strictObject({
  ...imageOptions,
  out: text('a file'),
  title: text('a text').optional(),
  taxonomy: text('a file or a folder').optional(),
  singleChild,
  ...decidingOptions,
  seen: flagged,
  top: whole(1).default(10),
  seed: whole(0).default(1),
});
const confusionOptions = {
  ...imageOptions,
  images: text('a folder or a table').optional(),
  taxonomy: text('a file or a folder').optional(),
  singleChild,
  soft: flagged,
  outOfFold: whole(2, 20).optional(),
  fresh: flagged,
  json: text('a file').optional(),
  seed: whole(0).default(1),
};
export const confusionSchema = z.strictObject({
  ...confusionOptions,
  predictions: text('a file').optional(),
  out: text('a file'),
  counts: flagged,
});
export const groupSchema = z.strictObject({
  ...confusionOptions,
  symmetrize: oneOf(...SYMMETRIZATIONS).default('mean'),
  alpha: above0.optional(),
  method: oneOf(...GROUPING_METHODS).default('beta'),
  linkage: oneOf(...LINKAGES).optional(),
  groups: whole(1).optional(),
  beta: number('a number from 0 to 1', (value) => value >= 0 && value <= 1).optional(),
  sweep: flagged,
  specialists: flagged,
  compare: flagged,
  nested: flagged,
  out: text('a file').optional(),
  figures: text('a folder').optional(),
});
export const studySchema = z.strictObject({
  out: text('a folder').optional(),
  json: text('a file').optional(),
  fresh: flagged,
  gpu: flagged,
});
export const taxonomySchema = z.strictObject({ images: text('a folder or a table').optional(), singleChild });
export const networkSchema = z.strictObject({ classes: whole(1).default(121), size });
export const demoSchema = z.strictObject({
  out: text('a folder').default('demo-output'),
  seed: whole(0).default(1),
  gpu: flagged,
});

export type FlatCommand = z.output<typeof flatSchema>;
export type TreeCommand = z.output<typeof treeSchema>;
export type SpecialistsCommand = z.output<typeof specialistsSchema>;
export type PredictCommand = z.output<typeof predictSchema>;
export type EvaluateCommand = z.output<typeof evaluateSchema>;
export type ConfusionCommand = z.output<typeof confusionSchema>;
export type GroupCommand = z.output<typeof groupSchema>;
export type WeakCommand = z.output<typeof weakSchema>;
export type TuneCommand = z.output<typeof tuneSchema>;
export type GrowCommand = z.output<typeof growSchema>;
export type ReportCommand = z.output<typeof reportSchema>;

/** `limitPerClass` as it is typed: `--limit-per-class`. */
export const flag = (name: PropertyKey) =>
  `--${String(name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Options that were given and would do nothing, as problems. */
export function unusedOptions<C extends object>(
  command: C,
  names: readonly (keyof C & string)[],
  expected: string,
): Problem[] {
  return names.flatMap((name) => {
    const value = command[name];
    if (value === undefined || value === false) return [];
    return [{ where: flag(name), expected, received: value === true ? 'it' : String(value) }];
  });
}

/** `--fresh` says something about folds only. */
export function freshProblems(command: Pick<ConfusionCommand, 'outOfFold' | 'fresh'>): Problem[] {
  return command.outOfFold === undefined ? unusedOptions(command, ['fresh'], 'none, only with --out-of-fold') : [];
}

/**
 * Options from a configuration file (JSON, the same names in camelCase), overridden by those of the command line.
 *
 * @throws CladenetError USAGE naming every option that is missing, unknown or out of range, with the nearest known name
 */
export async function resolveOptions<S extends z.ZodObject>(
  schema: S,
  { config, ...given }: Readonly<Record<string, unknown>>,
): Promise<z.output<S>> {
  const file = typeof config === 'string' ? await readConfig(config) : {};
  const merged: Record<string, unknown> = { ...file, ...given };
  const result = schema.safeParse(merged);
  if (result.success) return result.data;
  const known = Object.keys(schema.shape);
  const problems = result.error.issues.flatMap((issue): Problem[] => {
    const where = (name: PropertyKey) =>
      Object.hasOwn(given, name) || typeof config !== 'string' ? flag(name) : `${config}: ${String(name)}`;
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const near = nearest(key, known);
        return {
          where: where(key),
          expected: 'a known option',
          received: key,
          remedy: near && `Did you mean ${near}?`,
        };
      });
    }
    const name = issue.path[0] ?? '';
    const value = merged[String(name)];
    const received = value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
    const near = typeof value === 'string' && 'values' in issue ? nearest(value, issue.values.map(String)) : undefined;
    return [{ where: where(name), expected: issue.message, received, remedy: near && `Did you mean ${near}?` }];
  });
  throw new CladenetError('USAGE', 'These options cannot be used', problems);
}

/** @throws CladenetError USAGE where the file is no JSON object */
export async function readConfig(file: string): Promise<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof content === 'object' && content !== null && !Array.isArray(content))
      return content as Record<string, unknown>;
    throw new Error('it is not an object of options');
  } catch (error) {
    throw new CladenetError('USAGE', 'The configuration file cannot be read', [
      { where: file, expected: 'a JSON object of options', received: (error as Error).message },
    ]);
  }
}
