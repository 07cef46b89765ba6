/** What a study judges, and what it says. */
import type { Predictions } from './predictions.js';
import type { StudyMetric } from './study-metrics.js';

/** One training of an arm, with what it says about its seed's test images. */
export interface StudyRun {
  /** Tells the runs of an arm apart, and says which runs of two arms belong together. */
  readonly seed: number;
  /** For the test images of this seed: the same for all arms, in the same order. Other seeds may have others. */
  readonly predictions: Predictions;
  /**
   * What identifies each test image (a path, a fingerprint), so that one that is tested in several seeds is known again.
   * In all runs or in none; needed where seeds have some test images in common and others not. Without it, seeds whose
   * true classes are alike image by image count as tested on the same images, others as tested on different ones.
   */
  readonly images?: readonly string[] | undefined;
  /** What the run cost, in seconds. */
  readonly seconds?: RunSeconds | undefined;
}

/** What a run cost, in seconds. */
export interface RunSeconds {
  readonly training?: number | undefined;
  readonly prediction?: number | undefined;
}

/** What is compared: a way to get a classifier, trained once for each seed. */
export interface StudyArm {
  readonly name: string;
  readonly runs: readonly StudyRun[];
}

/** The result: plain JSON, where what is not defined is null, never NaN. */
export interface Study {
  /** Of the intervals. */
  readonly level: number;
  /** What intervals, p and verdicts speak of. With one seed nothing is said about training again. */
  readonly covers: 'images and seeds' | 'images';
  readonly seeds: readonly number[];
  /** Test images of each seed. */
  readonly images: readonly number[];
  /** Different test images over all seeds. */
  readonly distinctImages: number;
  /** In the order given. */
  readonly arms: readonly ArmSummary[];
  /** Every two arms, the later one as `a`: the first arm is the natural baseline. */
  readonly pairs: readonly PairVerdict[];
}

/** The metrics of one arm over all seeds. */
export interface ArmSummary {
  readonly name: string;
  /** Null without taxonomy, and for the severity of an arm that made no mistake with some seed. */
  readonly metrics: Readonly<Record<StudyMetric, OverSeeds | null>>;
  /** Null where not all runs have it. */
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
  /** Seconds of `a` / seconds of `b`, of the means over seeds; null where unknown or `b` took none. */
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
  /** Two-sided p of no difference, of this test alone. */
  readonly p: number;
  /** `p` corrected for all pairs of this metric (Holm). */
  readonly pHolm: number;
  /**
   * `win`: the interval lies on the side where `a` is better; `loss`: where it is worse; `tie`: it includes 0, which
   * means that nothing was found, not that the arms are equal. Each pair for itself: among 20 pairs of equal arms one
   * verdict of win or loss is to be expected. For claims about many pairs go by `pHolm`.
   */
  readonly verdict: 'win' | 'tie' | 'loss';
}
