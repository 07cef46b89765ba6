/**
 * Folds of cross-validation as trainings of their own.
 *
 * A seed with K folds tests every image once, and its difference D_s is that of the joined predictions. It is the sum of C_sk, what the
 * images of fold k contribute. Each K C_sk estimates the same difference by one training and by images of its own, and D_s is
 * their mean. So S seeds with K folds are S K trainings for `seed-inference.ts`: the spread between them has S K - 1 degrees of freedom, and images
 * that the folds of other seeds test again are counted as shared.
 *
 * The trainings of one seed share most of their images, which the spread does not show: no estimate of the variance of a
 * cross-validation from itself is unbiased (Bengio & Grandvalet, "No unbiased estimator of the variance of k-fold cross-validation",
 * JMLR 5, 2004). As for seeds, intervals do not cover another collection.
 */
import type { Runs } from './compared-metrics.js';
import type { SeedContributions } from './seed-inference.js';
import type { StudyRun } from './study-types.js';

/** For each run the fold of each of its images, in the order of `orders`; undefined without folds. */
export function foldsOf(tests: readonly StudyRun[], orders: readonly Runs[]): readonly Int32Array[] | undefined {
  if (tests.some(({ folds }) => folds === undefined)) return undefined;
  return tests.map(({ folds }, s) => Int32Array.from(orders[s]?.order ?? [], (image) => folds?.[image] ?? 0));
}

/** The contributions to a difference of each training, from those of each seed. */
export function ofTrainings(
  bySeed: readonly SeedContributions[],
  folds: readonly Int32Array[],
): readonly SeedContributions[] {
  return bySeed.flatMap(({ values, images }, s) => {
    const own = folds[s] ?? new Int32Array(0);
    const numbers = [...new Set(own)];
    return numbers.map((fold) => {
      const isIn = (_: number, i: number) => own[i] === fold;
      return { values: values.filter(isIn).map((value) => numbers.length * value), images: images.filter(isIn) };
    });
  });
}
