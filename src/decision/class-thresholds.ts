/** How probable a class has to be to be named: a threshold for each class, chosen on images whose classes are known. */
import { countImages, type Probabilities } from './probabilities.js';

/**
 * `f1`: the threshold with the largest F1 score of its class. Otherwise the lowest one with which this share of the images
 * that are given the class are of it.
 */
export type ClassThresholdRule = 'f1' | { readonly precision: number };

/** What a threshold is chosen on. */
export interface ThresholdPredictions {
  readonly classes: readonly string[];
  /** Images x classes, row-major. */
  readonly probabilities: Probabilities;
  /** The true class of each image, as an index into `classes`. */
  readonly labels: Int32Array;
  /** The decided class of each image, as an index into `classes`. */
  readonly decisions: Int32Array;
}

/** The threshold of a class, and what it does on the images that it was chosen on. */
export interface ClassThreshold {
  readonly name: string;
  /**
   * The lowest probability of the class to name it. 0: always, where the class is decided on, or where no image tells
   * (`images` is 0) and the rule is `f1`. Infinity: never, because the precision is out of reach.
   */
  readonly threshold: number;
  /** Images of the class. */
  readonly images: number;
  /** Images that are given the class with the threshold, and those of them that are of it. */
  readonly named: number;
  readonly right: number;
}

/**
 * Chooses a threshold for each class. An image is given a class if the class is decided on and its probability reaches the
 * threshold, so precision and recall are of what the classifier will say, not of each class against all others.
 *
 * - `f1`: the largest F1 = 2 * right / (named + images), as in Lipton, Elkan & Naryanaswamy, "Optimal thresholding of
 *   classifiers to maximize F1 measure" (ECML 2014); of equal ones the lowest threshold.
 * - `precision`: the lowest threshold with right / (named + 1) of at least the precision: one more image is counted as
 *   wrong, as in conformal risk control, so that a handful of images promises nothing.
 *
 * Thresholds are the probabilities of images, or 0 where every image that the class is decided for keeps it.
 *
 * @param predictions of images that the classifier was not trained on, and that do not judge it afterwards
 * @throws CladenetError `EVALUATION` when the length of the matrix is not a multiple of the number of classes
 * @example
 * ```ts
 * import { chooseClassThresholds } from 'cladenet/decision';
 *
 * const probabilities = Float64Array.of(0.9, 0.1, 0.6, 0.4, 0.7, 0.3, 0.2, 0.8);
 * const labels = Int32Array.of(0, 1, 0, 1);
 * const decisions = Int32Array.of(0, 0, 0, 1);
 * const [a] = chooseClassThresholds({ classes: ['a', 'b'], probabilities, labels, decisions }, 'f1');
 * [a?.threshold, a?.named, a?.right]; // => [ 0.7, 2, 2 ]
 * ```
 */
export function chooseClassThresholds(
  { classes, probabilities, labels, decisions }: ThresholdPredictions,
  rule: ClassThresholdRule,
): ClassThreshold[] {
  const k = classes.length;
  countImages(probabilities, k);
  const decided = classes.map((): { p: number; isRight: boolean }[] => []);
  const images = new Int32Array(k);
  decisions.forEach((c, i) => {
    const label = labels[i] as number;
    decided[c]?.push({ p: probabilities[i * k + c] as number, isRight: label === c });
    images[label] = (images[label] ?? 0) + 1;
  });
  return classes.map((name, c) => {
    const own = images[c] as number;
    return { name, images: own, ...chosen(decided[c] ?? [], own, rule) };
  });
}

function chosen(
  decided: readonly { readonly p: number; readonly isRight: boolean }[],
  images: number,
  rule: ClassThresholdRule,
): Pick<ClassThreshold, 'threshold' | 'named' | 'right'> {
  const sorted = decided.toSorted((a, b) => b.p - a.p);
  let best = rule === 'f1' ? { threshold: 0, named: sorted.length, right: 0 } : NEVER;
  let most = -1;
  let right = 0;
  sorted.forEach(({ p, isRight }, i) => {
    if (isRight) right++;
    const named = i + 1;
    // A threshold takes all images of its probability.
    if (sorted[named]?.p === p) return;
    const score = rule === 'f1' ? (2 * right) / (named + images) : right / (named + 1) >= rule.precision ? named : -1;
    if (score < most || score < 0) return;
    most = score;
    best = { threshold: named === sorted.length ? 0 : p, named, right };
  });
  return best;
}

const NEVER = { threshold: Number.POSITIVE_INFINITY, named: 0, right: 0 };
