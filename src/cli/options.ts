/**
 * Options of the commands, as one schema: the command line and configuration files are checked by it alike, and every
 * problem is reported at once.
 */
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { CladenetError, nearest, type Problem } from '../errors.js';
import { presets } from '../network/presets.js';

const whole = (least: number) => z.coerce.number().int().min(least);
const list = z.union([z.array(z.string()), z.string().transform((text) => text.split(',').map((name) => name.trim()))]);

const fractions = z.string().transform((text, context) => {
  const [train, validation, test, ...more] = text.split('/').map(Number);
  const sum = (train ?? Number.NaN) + (validation ?? Number.NaN) + (test ?? Number.NaN);
  if (more.length === 0 && Math.abs(sum - 1) < 1e-6) {
    return { train: train as number, validation: validation as number, test: test as number };
  }
  context.addIssue({ code: 'custom', message: 'three fractions that sum to 1, like 0.8/0.1/0.1', input: text });
  return z.NEVER;
});

/** Which images, and how they are prepared. */
const imageOptions = {
  images: z.string(),
  classes: list.optional(),
  limitPerClass: whole(1).optional(),
  pathColumn: z.string().optional(),
  labelColumn: z.string().optional(),
  strict: z.boolean().default(false),
  gpu: z.boolean().default(false),
};

const trainingOptions = {
  ...imageOptions,
  out: z.string(),
  preset: z.enum(Object.keys(presets) as [keyof typeof presets]).default('compact'),
  size: whole(8).max(1024).optional(),
  colour: z.boolean().default(false),
  background: z.enum(['white', 'border-median']).default('white'),
  epochs: whole(1).optional(),
  batch: whole(1).optional(),
  rate: z.coerce.number().positive().optional(),
  seed: whole(0).default(1),
  split: fractions.optional(),
  splitSeed: whole(0).optional(),
  labelSmoothing: z.coerce.number().min(0).lt(1).optional(),
  classWeights: z.enum(['none', 'balanced']).optional(),
  balance: whole(0).optional(),
  augment: z.boolean().default(true),
  deviceMemory: z.coerce.number().positive().default(2048),
  fresh: z.boolean().default(false),
};

export const flatSchema = z.strictObject(trainingOptions);
export const treeSchema = z.strictObject({
  ...trainingOptions,
  taxonomy: z.string(),
  trunk: z.enum(['shared', 'own']).default('shared'),
  from: z.string().optional(),
  singleChild: z.enum(['refuse', 'collapse', 'keep']).default('refuse'),
});
export const predictSchema = z.strictObject({
  out: z.string(),
  strict: z.boolean().default(false),
  gpu: z.boolean().default(false),
});
export const evaluateSchema = z.strictObject({
  ...imageOptions,
  json: z.string().optional(),
  taxonomy: z.string().optional(),
  singleChild: z.enum(['refuse', 'collapse', 'keep']).default('refuse'),
  routing: z.enum(['product', 'greedy']).default('product'),
  seen: z.boolean().default(false),
  seed: whole(0).default(1),
});

export type FlatCommand = z.output<typeof flatSchema>;
export type TreeCommand = z.output<typeof treeSchema>;
export type PredictCommand = z.output<typeof predictSchema>;
export type EvaluateCommand = z.output<typeof evaluateSchema>;

/** `limitPerClass` as it is typed: `--limit-per-class`. */
const flag = (name: PropertyKey) => `--${String(name).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

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
    const expected =
      value === undefined ? 'a value: it is required' : issue.message.replace(/^Invalid (input|option): expected /, '');
    return [{ where: where(name), expected, received, remedy: near && `Did you mean ${near}?` }];
  });
  throw new CladenetError('USAGE', 'These options cannot be used', problems);
}

async function readConfig(file: string): Promise<Record<string, unknown>> {
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
