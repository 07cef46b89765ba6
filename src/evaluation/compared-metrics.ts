/** The metrics by which classifiers are compared, each as sums over images for the bootstrap. */
import { indexTree } from '../decision/tree-index.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { hits, hitsAmongTop } from './accuracy.js';
import { biologicalImages } from './biological.js';
import type { RatioOfSums } from './bootstrap.js';
import type { Evaluation } from './evaluate.js';
import { partings } from './hierarchical.js';
import { logLosses } from './log-loss.js';
import { decisionsOf, type Predictions } from './predictions.js';

export const COMPARED_METRICS = [
  'accuracy',
  'balancedAccuracy',
  'logLoss',
  'top5',
  'hierarchicalF1',
  'ahd',
  'biologicalAccuracy',
  'biologicalBalancedAccuracy',
] as const;
/** The metrics that {@link compareClassifiers} compares. */
export type ComparedMetric = (typeof COMPARED_METRICS)[number];

/** The compared metrics of an evaluation; without those that are not defined for it. */
export function comparedMetrics(evaluation: Evaluation): Map<ComparedMetric, number> {
  const { accuracy, balancedAccuracy, logLoss, top5, hierarchical, ahd, biological } = evaluation;
  const all: Record<ComparedMetric, number | null> = {
    accuracy,
    balancedAccuracy,
    logLoss,
    top5,
    hierarchicalF1: hierarchical?.f1 ?? null,
    ahd,
    biologicalAccuracy: biological?.accuracy ?? null,
    biologicalBalancedAccuracy: biological?.balancedAccuracy ?? null,
  };
  return new Map(
    COMPARED_METRICS.flatMap((name): [ComparedMetric, number][] => {
      const value = all[name];
      return value === null ? [] : [[name, value]];
    }),
  );
}

/** Images ordered by their true class. */
export interface Runs {
  /** The images, class after class. */
  readonly order: Int32Array;
  /** Run `c` is `order[bounds[c]]` up to `order[bounds[c + 1]]`. */
  readonly bounds: Int32Array;
}

export function runsOfLabels({ classes, labels }: Predictions): Runs {
  const order = Int32Array.from(labels.keys()).sort((a, b) => (labels[a] as number) - (labels[b] as number) || a - b);
  const bounds = new Int32Array(classes.length + 1);
  for (const label of labels) bounds[label + 1] = (bounds[label + 1] as number) + 1;
  for (let c = 0; c < classes.length; c++) bounds[c + 1] = (bounds[c + 1] as number) + (bounds[c] as number);
  return { order, bounds };
}

/** Every compared metric as sums over images, in the order of `runs`. */
export function metricSums(
  predictions: Predictions,
  { order, bounds }: Runs,
  taxonomy: Taxonomy | undefined,
): Map<ComparedMetric, RatioOfSums> {
  const decisions = decisionsOf(predictions);
  const ordered = (values: Float64Array) => Float64Array.from(order, (image) => values[image] as number);
  const ones = new Float64Array(order.length).fill(1);
  const all = Int32Array.of(0, order.length);
  const meanOf = (values: Float64Array) => ({ numerator: ordered(values), denominator: ones, bounds: all });

  const accuracy = meanOf(hits(predictions.labels, decisions));
  const sums = new Map<ComparedMetric, RatioOfSums>([
    ['accuracy', accuracy],
    ['balancedAccuracy', { ...accuracy, bounds }],
    ['logLoss', meanOf(logLosses(predictions))],
    ['top5', meanOf(hitsAmongTop(predictions, 5))],
  ]);
  if (taxonomy !== undefined) {
    const parted = partings(indexTree(taxonomy, predictions.classes), predictions.labels, decisions);
    const { trueDepth, predictedDepth, sharedDepth, lcaHeight } = parted;
    sums.set('hierarchicalF1', {
      numerator: ordered(sharedDepth.map((depth) => 2 * depth)),
      denominator: ordered(trueDepth.map((depth, image) => depth + (predictedDepth[image] as number))),
      bounds: all,
    });
    sums.set('ahd', meanOf(lcaHeight));
    const isBiological = biologicalImages(predictions, taxonomy);
    if (isBiological?.includes(1)) {
      const denominator = ordered(isBiological);
      const numerator = denominator.map((weight, image) => weight * (accuracy.numerator[image] as number));
      sums.set('biologicalAccuracy', { numerator, denominator, bounds: all });
      // Classes with a denominator of 0 are left out of the mean.
      sums.set('biologicalBalancedAccuracy', { numerator, denominator, bounds });
    }
  }
  return sums;
}
