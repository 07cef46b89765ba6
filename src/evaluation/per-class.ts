/** Precision, recall and F1 of each class against the rest, and balanced accuracy. */
import type { ConfusionMatrix } from './confusion-matrix.js';
import { mean } from './mean.js';

/** `tp`: images of the class that were given it; `predicted`: images given the class; `support`: images of the class. */
export interface ClassScore {
  readonly class: string;
  /** tp / predicted; null when nothing was given the class. */
  readonly precision: number | null;
  /** tp / support; null when no image is of the class. */
  readonly recall: number | null;
  /**
   * 2 tp / (predicted + support), the harmonic mean of precision and recall. An undefined precision or recall counts as
   * 0, as with scikit-learn's `zero_division=0`; null only when both are undefined.
   */
  readonly f1: number | null;
  /** Images of the class. */
  readonly support: number;
}

/** The scores of every class, in the order of the matrix. */
export function scoreClasses({ classes, counts }: ConfusionMatrix): ClassScore[] {
  const predicted = new Float64Array(classes.length);
  const support = counts.map((row) => {
    row.forEach((count, p) => {
      predicted[p] = (predicted[p] as number) + count;
    });
    return row.reduce((sum, count) => sum + count, 0);
  });
  return classes.map((name, c) => {
    const tp = counts[c]?.[c] ?? 0;
    const given = predicted[c] as number;
    const present = support[c] ?? 0;
    return {
      class: name,
      precision: given > 0 ? tp / given : null,
      recall: present > 0 ? tp / present : null,
      f1: given + present > 0 ? (2 * tp) / (given + present) : null,
      support: present,
    };
  });
}

/**
 * Balanced accuracy: the mean recall over the classes that have images (scikit-learn's `balanced_accuracy_score`, not
 * adjusted for chance). Every class has the same weight, however rare.
 */
export function balancedAccuracy(scores: readonly ClassScore[]): number {
  return mean(scores.flatMap(({ recall }) => (recall === null ? [] : [recall])));
}
