/** The confusion matrix of an evaluation. */

export interface ConfusionMatrix {
  readonly classes: readonly string[];
  /** `counts[t][p]`: number of images of true class `t` that were given class `p`. */
  readonly counts: readonly (readonly number[])[];
}

/**
 * C[true][predicted], in images.
 * @param labels    true class of each image, an index into `classes`
 * @param decisions predicted class of each image, an index into `classes`
 */
export function confusionMatrix(
  classes: readonly string[],
  labels: Int32Array,
  decisions: Int32Array,
): ConfusionMatrix {
  const counts = classes.map(() => new Array<number>(classes.length).fill(0));
  labels.forEach((label, image) => {
    const row = counts[label] as number[];
    const decision = decisions[image] as number;
    row[decision] = (row[decision] as number) + 1;
  });
  return { classes, counts };
}
