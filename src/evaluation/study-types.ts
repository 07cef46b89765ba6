/** The input and the result of a study. */
import type { Predictions } from './predictions.js';
import type { StudyMetric } from './study-metrics.js';

/** One training of an arm, with its predictions for the test images of its seed. */
export interface StudyRun {
  /** Distinguishes the runs of an arm, and pairs the runs of two arms. */
  readonly seed: number;
  /** For the test images of this seed: the same for all arms, in the same order. Other seeds may have others. */
  readonly predictions: Predictions;
  /**
   * Identifies each test image (a path, a fingerprint), so that an image tested in several seeds is recognised. Given in
   * all runs or in none; needed where seeds share some test images but not all. Without it, seeds whose true classes agree
   * image by image count as tested on the same images, others as tested on different ones.
   */
  readonly images?: readonly string[] | undefined;
  /**
   * For cross-validation: the number of the fold of each test image. The run has then several trainings, one for each fold, and every
   * image is predicted by the one that has not seen it. Given in all runs or in none, the same in all arms.
   */
  readonly folds?: readonly number[] | undefined;
  /** Cost of the run, in seconds. */
  readonly seconds?: RunSeconds | undefined;
}

/** What a run cost, in seconds. */
export interface RunSeconds {
  readonly training?: number | undefined;
  readonly prediction?: number | undefined;
}

/** What is compared: a way to train a classifier, run once for each seed. */
export interface StudyArm {
  readonly name: string;
  readonly runs: readonly StudyRun[];
}

/** The result, as plain JSON: an undefined number is null, never NaN. */
export interface Study {
  /** Confidence level of the intervals. */
  readonly level: number;
  /**
   * What intervals, p-values and verdicts cover. With one seed they do not cover training again, unless it has folds: then the
   * trainings of the folds stand for it.
   */
  readonly covers: 'images and seeds' | 'images and folds' | 'images';
  readonly seeds: readonly number[];
  /** Number of test images of each seed. */
  readonly images: readonly number[];
  /** Number of different test images over all seeds. */
  readonly distinctImages: number;
  /** In the order given. */
  readonly arms: readonly ArmSummary[];
  /** Every two arms, with the later one as `a`, since the first arm is usually the baseline. */
  readonly pairs: readonly PairVerdict[];
}

/** The metrics of one arm over all seeds. */
export interface ArmSummary {
  readonly name: string;
  /** Null without taxonomy, and for the severity of an arm that made no mistake with some seed. */
  readonly metrics: Readonly<Record<StudyMetric, OverSeeds | null>>;
  /** Null where any run lacks it. */
  readonly seconds: { readonly training: OverSeeds | null; readonly prediction: OverSeeds | null };
}

/** Mean, standard deviation and values over seeds. */
export interface OverSeeds {
  readonly mean: number;
  /** Standard deviation between seeds (n - 1); null for one seed. */
  readonly sd: number | null;
  /** In the order of `seeds`. */
  readonly perSeed: readonly number[];
}

/** Arm `a` against arm `b`. */
export interface PairVerdict {
  readonly a: string;
  readonly b: string;
  /** Mean seconds of `a` / mean seconds of `b`; null where unknown, or where `b` took none. */
  readonly costRatio: { readonly training: number | null; readonly prediction: number | null };
  /** Null where the metric is not defined for both in every seed. */
  readonly metrics: Readonly<Record<StudyMetric, MetricVerdict | null>>;
}

/** The difference of two arms in one metric. */
export interface MetricVerdict {
  readonly metric: StudyMetric;
  /** Mean over seeds of the metric of `a` minus that of `b`. */
  readonly difference: number;
  /** The difference in each seed, in the order of `seeds`. */
  readonly perSeed: readonly number[];
  readonly interval: readonly [low: number, high: number];
  /** Two-sided p-value of no difference, of this test alone. */
  readonly p: number;
  /** `p` corrected for all pairs of this metric (Holm). */
  readonly pHolm: number;
  /**
   * `win`: the interval lies on the side where `a` is better; `loss`: where it is worse; `tie`: it includes 0, which means
   * that no difference was found, not that the arms are equal. Each pair is judged separately: among 20 pairs of equal arms,
   * expect one verdict of win or loss. For claims about many pairs use `pHolm`.
   */
  readonly verdict: 'win' | 'tie' | 'loss';
}
