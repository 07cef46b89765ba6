/** Renames the keys of study configurations of earlier versions. No other code knows the old names. */

type Json = Readonly<Record<string, unknown>>;

/**
 * Renames the keys of version 0.1: an arm's kind of head was `head`, its MLP block `mlp`, and the share of unaugmented epochs
 * `plainShare`. If a key is present under both names, the old one stays and is rejected as unknown.
 */
export function renameOldKeys(raw: unknown): unknown {
  if (!isObject(raw)) return raw;
  const { arms } = raw;
  return {
    ...renameInTrainings(raw),
    ...(Array.isArray(arms) && { arms: arms.map((arm) => (isObject(arm) ? renameInArm(arm) : arm)) }),
  };
}

function renameInArm(arm: Json): Json {
  // The current `head` is an object; the old one was a string.
  const kind = typeof arm.head === 'string' ? rename(arm, 'head', 'headKind') : arm;
  return renameInTrainings(rename(kind, 'mlp', 'head'));
}

function renameInTrainings(value: Json): Json {
  const renamed = ['training', 'headTraining'].flatMap((key) => {
    const training = value[key];
    return isObject(training) ? [[key, rename(training, 'plainShare', 'unaugmentedShare')]] : [];
  });
  return { ...value, ...Object.fromEntries(renamed) };
}

/** The same fields in the same order, with one renamed unless the new name is taken. */
function rename(value: Json, from: string, to: string): Json {
  if (!(from in value) || to in value) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key === from ? to : key, one]));
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
