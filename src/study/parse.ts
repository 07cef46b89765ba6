/** Checks a study's configuration: every problem at once, with the nearest known names. */
import { z } from 'zod';
import { CladenetError, didYouMean, type Problem } from '../errors.js';
import { presets } from '../network/presets.js';
import { trainingSchema } from '../training/config.js';
import { armProblems } from './arm-problems.js';
import {
  errorGroupsSchema,
  featuresArmSchema,
  flatArmSchema,
  fusionArmSchema,
  labelsSchema,
  type StudyConfig,
  specialistsArmSchema,
  studySchema,
  treeArmSchema,
} from './config.js';
import { renameOldKeys } from './old-keys.js';

const ARMS = [flatArmSchema, treeArmSchema, specialistsArmSchema, featuresArmSchema, fusionArmSchema];

/** Requirements on a study's configuration. */
export interface ParseStudyOptions {
  /** Whether the configuration has to name the images. */
  readonly needsImages: boolean;
}

/**
 * Parses a study's configuration, also one with the keys of version 0.1, and fills in its defaults.
 *
 * @param given plain JSON: see `docs/formats.md`
 * @throws CladenetError USAGE naming everything that is missing, unknown, out of range or does not fit together
 */
export function parseStudy(given: unknown, { needsImages }: ParseStudyOptions): StudyConfig {
  const raw = renameOldKeys(given);
  const { data, error } = studySchema.safeParse(raw);
  const problems = [...(error?.issues ?? []).flatMap((issue) => problemsOf(issue, raw)), ...armProblems(raw)];
  if (needsImages && valueAt(raw, ['images']) === undefined) {
    problems.unshift({ where: 'images', expected: 'a folder or a table', received: 'nothing' });
  }
  if (data === undefined || problems.length > 0) {
    throw new CladenetError('USAGE', 'This study cannot be run', problems);
  }
  return data;
}

function problemsOf(issue: z.core.$ZodIssue, raw: unknown): Problem[] {
  const where = (path: readonly PropertyKey[]) => z.core.toDotPath(path) || 'study';
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(issue.path, raw);
    return issue.keys.map((key) => ({
      where: where([...issue.path, key]),
      expected: 'a known field',
      received: key,
      remedy: didYouMean(key, known),
    }));
  }
  const value = valueAt(raw, issue.path);
  // The standard messages are "Too small: expected X" or "Invalid input: expected X, received a TYPE".
  const [, expected = issue.message] = /expected (.*?)(?:, received .*)?$/is.exec(issue.message) ?? [];
  const remedy = typeof value === 'string' ? didYouMean(value, namesFor(issue)) : undefined;
  return [{ where: where(issue.path), expected, received: shown(value), remedy }];
}

/** Suggests the nearest known name. */
function namesFor(issue: z.core.$ZodIssue): string[] {
  if ('values' in issue) return issue.values.map(String);
  return issue.path.at(-1) === 'network' ? Object.keys(presets) : [];
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value === '' ? "''" : value;
  return JSON.stringify(value) ?? 'nothing';
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    raw,
  );
}

/** The fields that an object of the configuration may have. */
function fieldsAt(path: readonly PropertyKey[], raw: unknown): string[] {
  if (path.length === 0) return Object.keys(studySchema.shape);
  if (path.length === 2 && path[0] === 'arms') {
    const kind = valueAt(raw, [...path, 'kind']);
    const arm = ARMS.find(({ shape }) => shape.kind.value === kind) ?? treeArmSchema;
    return Object.keys(arm.shape);
  }
  const last = path.at(-1);
  if (last === 'labels') return Object.keys(labelsSchema.shape);
  if (last === 'groups' || last === 'taxonomy') return Object.keys(errorGroupsSchema.shape);
  return last === 'training' || last === 'headTraining' ? Object.keys(trainingSchema.shape) : [];
}
