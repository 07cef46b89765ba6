/** What favouring rare classes costs in accuracy and brings in balanced accuracy, and how far to go. */
import { decideLeaves } from '../decision/decide-leaves.js';
import { adjustLogits, adjustNodeLogits, tauProblems } from '../decision/logit-adjustment.js';
import { CladenetError, type Problem } from '../errors.js';
import { hits } from '../evaluation/accuracy.js';
import { confusionMatrix } from '../evaluation/confusion-matrix.js';
import { mean } from '../evaluation/mean.js';
import { balancedAccuracy, scoreClasses } from '../evaluation/per-class.js';
import { type Predictions, predictionProblems } from '../evaluation/predictions.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';

/** Accuracy against balanced accuracy at one tau. Plain JSON. */
export interface BalancePoint {
  readonly tau: number;
  /** Share of images that get their class. */
  readonly accuracy: number;
  /** Mean recall over the classes that have images. */
  readonly balancedAccuracy: number;
  /** Accuracy at tau 0 less this one. */
  readonly loss: number;
  /** The standard error of that loss, over images. */
  readonly lossError: number;
}

/** Options of {@link balanceCurve}. */
export interface BalanceCurveOptions {
  /** Training images of each class. */
  readonly counts: ReadonlyMap<string, number>;
  /** Where to look. Default 0, 0.05, ..., 1.2. */
  readonly taus?: readonly number[] | undefined;
  /** Adjusts at each node of this tree instead of over the classes: see `adjustNodeLogits`. */
  readonly taxonomy?: Taxonomy | undefined;
}

const TAUS = Array.from({ length: 25 }, (_, i) => i / 20);

/**
 * Accuracy and balanced accuracy at each tau of `adjustLogits`, on images that the classifier was not trained on.
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 * @example
 * ```ts
 * import { balanceCurve, chooseBalance } from 'cladenet/calibration';
 *
 * const classes = ['calanoid', 'cyclopoid'];
 * const probabilities = Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.6, 0.4);
 * const predictions = { classes, probabilities, labels: Int32Array.of(0, 0, 0, 1) };
 * const counts = new Map([['calanoid', 300], ['cyclopoid', 100]]);
 * const curve = balanceCurve(predictions, { counts, taus: [0, 0.5, 1] });
 * curve.map(({ accuracy, balancedAccuracy }) => [accuracy, balancedAccuracy].map((x) => x.toFixed(2)).join(' '));
 * // => [ '0.75 0.50', '1.00 1.00', '0.75 0.83' ]
 * chooseBalance(curve, { maxLoss: 0.01 }).tau; // => 0.5
 * ```
 */
export function balanceCurve(
  predictions: Predictions,
  { counts, taus = TAUS, taxonomy }: BalanceCurveOptions,
): BalancePoint[] {
  const problems = [
    ...predictionProblems(predictions, { taxonomy }),
    ...taus.flatMap((tau, i) => tauProblems(`taus[${i}]`, tau)),
  ];
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'The balance cannot be measured.', problems);
  const { classes, probabilities, labels } = predictions;
  const hitsAt = (tau: number) => {
    const balance = { tau, counts };
    const adjusted = taxonomy
      ? adjustNodeLogits(probabilities, classes, taxonomy, balance)
      : adjustLogits(probabilities, classes, balance);
    const decisions = decideLeaves(adjusted, classes);
    return { decisions, right: hits(labels, decisions) };
  };
  const plain = hitsAt(0).right;
  return taus.map((tau) => {
    const { decisions, right } = hitsAt(tau);
    const lost = right.map((hit, image) => (plain[image] as number) - hit);
    const loss = mean(lost);
    const variance = mean(lost.map((value) => (value - loss) ** 2));
    return {
      tau,
      accuracy: mean(right),
      balancedAccuracy: balancedAccuracy(scoreClasses(confusionMatrix(classes, labels, decisions))),
      loss,
      lossError: Math.sqrt(variance / labels.length),
    };
  });
}

/**
 * The point of a curve with the highest balanced accuracy among those that lose at most `maxLoss` of accuracy. A loss counts
 * with its standard error added, because the images that choose are few: on new images it is then rarely exceeded by much.
 * @returns the first point where none keeps to it
 * @throws CladenetError `EVALUATION` for an empty curve, and for a `maxLoss` that is not a share
 */
export function chooseBalance(curve: readonly BalancePoint[], { maxLoss }: { readonly maxLoss: number }): BalancePoint {
  const [first] = curve;
  const problems: Problem[] = [];
  if (first === undefined) problems.push({ where: 'curve', expected: 'at least one point', received: 'none' });
  if (!(maxLoss >= 0 && maxLoss <= 1)) {
    problems.push({ where: 'maxLoss', expected: 'a share from 0 to 1', received: `${maxLoss}` });
  }
  if (first === undefined || problems.length > 0) {
    throw new CladenetError('EVALUATION', 'No balance can be chosen.', problems);
  }
  const affordable = curve.filter(({ loss, lossError }) => loss + lossError <= maxLoss);
  return affordable.reduce((best, point) => (point.balancedAccuracy > best.balancedAccuracy ? point : best), first);
}
