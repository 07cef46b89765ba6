/**
 * Labels that allow several outputs: an image that is labelled only at genus may be any species of that genus. Such a label
 * states that one of these outputs is right, but not which. Its loss is -ln of the sum of their probabilities.
 */

export interface LabelSets {
  /** Number of labels. */
  readonly count: number;
  /** [count, outputs], row-major: 1 where the label allows the output. */
  readonly allowed: Uint8Array;
}

/** @param sets for each label, the outputs that it allows */
export function labelSets(sets: readonly (readonly number[])[], outputs: number): LabelSets {
  const allowed = new Uint8Array(sets.length * outputs);
  sets.forEach((set, label) => {
    for (const output of set) allowed[label * outputs + output] = 1;
  });
  return { count: sets.length, allowed };
}
