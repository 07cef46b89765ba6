/** Comparing classifiers on the same images: differences, their intervals and p-values. */
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { hits } from './accuracy.js';
import { bootstrap, bootstrapP, quantile } from './bootstrap.js';
import { type ComparedMetric, comparedMetrics, metricSums, runsOfLabels } from './compared-metrics.js';
import { comparisonProblems } from './comparison-problems.js';
import { type Evaluation, evaluate } from './evaluate.js';
import { mcnemar } from './mcnemar.js';
import { decisionsOf, type NamedPredictions, type Predictions, refuse } from './predictions.js';

/** Options of {@link compareClassifiers}. */
export interface ComparisonOptions {
  /** Its classes are those of the predictions, in any order. Without it there are no hierarchical metrics. */
  readonly taxonomy?: Taxonomy | undefined;
  /** Seed of the bootstrap, an integer. */
  readonly seed: number;
  /** Resamples of the bootstrap. Default 2000. */
  readonly resamples?: number | undefined;
}

/** The difference of two classifiers in one metric. */
export interface Difference {
  /** Name of the earlier classifier. */
  readonly a: string;
  /** Name of the later classifier. */
  readonly b: string;
  readonly metric: ComparedMetric;
  /** The metric of `a` minus that of `b`. Above 0 `a` is better; for `logLoss` and `ahd`, where lower is better, `b` is. */
  readonly difference: number;
  /** 95 % percentile interval of the difference, from the paired bootstrap over images. */
  readonly ci95: readonly [low: number, high: number];
  /** Two-sided p-value of no difference: exact McNemar test for `accuracy`, the same bootstrap for the other metrics. */
  readonly p: number;
}

/** The result of {@link compareClassifiers}. */
export interface Comparison {
  /** In the order given. */
  readonly models: readonly ({ readonly name: string } & Evaluation)[];
  /** For each pair of classifiers the difference in every metric that is defined. */
  readonly differences: readonly Difference[];
}

/**
 * Compares any number of classifiers on the same images, in the same order; they may list their classes in different
 * orders. Intervals and p-values hold for these trained classifiers on other images from the same source; they do not cover
 * training again with another seed, which `judgeStudy` does. The p-values are those of single tests, not corrected for the
 * number of pairs and metrics.
 *
 * Efron & Tibshirani, "An Introduction to the Bootstrap", 1993; McNemar, 1947, for accuracy.
 * @param classifiers a list, or an object with the names as keys: `{ flat: predictions, tree: predictions }`
 * @throws CladenetError `EVALUATION` listing everything wrong with the input, of all classifiers at once
 * @example
 * ```ts
 * import { compareClassifiers } from 'cladenet';
 *
 * const classes = ['calanoid', 'cyclopoid', 'diatom'];
 * const labels = Int32Array.from([0, 1, 2, 2]);
 * const flat = { classes, labels, probabilities: Float64Array.of(0.7, 0.2, 0.1, 0.6, 0.3, 0.1, 0.1, 0.1, 0.8, 0.5, 0.2, 0.3) };
 * const tree = { classes, labels, probabilities: Float64Array.of(0.7, 0.2, 0.1, 0.3, 0.6, 0.1, 0.1, 0.1, 0.8, 0.3, 0.2, 0.5) };
 * const { differences } = compareClassifiers({ flat, tree }, { seed: 1 });
 * const { a, b, metric, difference, p } = differences[0] ?? {};
 * [a, b, metric, difference, p]; // => [ 'flat', 'tree', 'accuracy', -0.5, 0.5 ]
 * ```
 */
export function compareClassifiers(
  classifiers: readonly NamedPredictions[] | Readonly<Record<string, Predictions>>,
  options: ComparisonOptions,
): Comparison {
  const { taxonomy, seed, resamples = 2000 } = options;
  const named = listed(classifiers);
  refuse(comparisonProblems(named, { seed, resamples, taxonomy }));
  const scored = named.map(({ name, predictions }) => {
    const evaluation = evaluate(predictions, { taxonomy });
    const correct = hits(predictions.labels, decisionsOf(predictions));
    return { name, predictions, evaluation, metrics: comparedMetrics(evaluation), correct };
  });
  const models = scored.map(({ name, evaluation }) => ({ name, ...evaluation }));
  const [first, second] = scored;
  if (first === undefined || second === undefined) return { models, differences: [] };

  const runs = runsOfLabels(first.predictions);
  const resampled = bootstrap(
    scored.map(({ predictions }) => metricSums(predictions, runs, taxonomy)),
    { images: runs.order.length, resamples, seed },
  );
  const sides = scored.map((model, i): Side => ({ ...model, resampled: resampled[i] ?? new Map() }));
  return { models, differences: sides.flatMap((a, i) => sides.slice(i + 1).flatMap((b) => subtract(a, b))) };
}

function listed(
  classifiers: readonly NamedPredictions[] | Readonly<Record<string, Predictions>>,
): readonly NamedPredictions[] {
  if (Array.isArray(classifiers)) return classifiers;
  return Object.entries(classifiers).map(([name, predictions]) => ({ name, predictions }));
}

/** One side of a difference. */
interface Side {
  readonly name: string;
  readonly metrics: ReadonlyMap<ComparedMetric, number>;
  readonly resampled: ReadonlyMap<ComparedMetric, Float64Array>;
  /** 1 for each image that was given its true class, otherwise 0. */
  readonly correct: Float64Array;
}

function subtract(a: Side, b: Side): Difference[] {
  return [...a.metrics].map(([metric, value]) => {
    const ofB = b.resampled.get(metric) as Float64Array;
    const differences = (a.resampled.get(metric) as Float64Array).map((ofA, r) => ofA - (ofB[r] as number)).sort();
    return {
      a: a.name,
      b: b.name,
      metric,
      difference: value - (b.metrics.get(metric) as number),
      ci95: [quantile(differences, 0.025), quantile(differences, 0.975)],
      p: metric === 'accuracy' ? mcnemar(onlyFirst(a, b), onlyFirst(b, a)) : bootstrapP(differences),
    };
  });
}

/** How many images the first classifies correctly and the second does not. */
function onlyFirst(first: Side, second: Side): number {
  return first.correct.filter((hit, image) => hit > (second.correct[image] as number)).length;
}
