/** Converts descriptions of older format versions to the current one. No other code knows the old names. */
import { FORMAT_VERSION } from '../schema.js';

type Json = Readonly<Record<string, unknown>>;

/** Format versions that can be read. */
export const READABLE_VERSIONS: readonly number[] = [2, FORMAT_VERSION];

/** Version 3 renamed fields: `parts`, a tree's `head`, and `plainShare` of a training. */
function fromVersion2(content: Json): Json {
  const trainings = ['training', 'trunkTraining'];
  const renamed = rename(content, { parts: 'modules', ...(content.kind === 'tree' && { head: 'headKind' }) });
  return Object.fromEntries(
    Object.entries(renamed).map(([key, value]) => {
      if (key === 'version') return [key, 3];
      if (trainings.includes(key)) return [key, training(value)];
      if (key !== 'attempts' || !Array.isArray(value)) return [key, value];
      return [key, value.map((one) => (isObject(one) ? { ...one, training: training(one.training) } : one))];
    }),
  );
}

const training = (value: unknown): unknown =>
  isObject(value) ? rename(value, { plainShare: 'unaugmentedShare' }) : value;

/** The same fields in the same order, some under other names. */
function rename(value: Json, names: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [names[key] ?? key, one]));
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param content of `classifier.json`, of a readable version; other problems of it are left for the schema to report */
export function migrate(content: Json): Json {
  return content.version === 2 ? fromVersion2(content) : content;
}
