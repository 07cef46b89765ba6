/** Groups of confused classes, with the sweep over thresholds and the comparison of methods that go with them. */
import { compareMethods, type MethodsComparison } from './compare-methods.js';
import type { Confusion } from './confusion.js';
import { type GroupingOptions, groupClasses, lacksBeta } from './group-classes.js';
import type { Grouping } from './grouping.js';
import { type Sweep, sweepBeta } from './sweep.js';

/** Options of {@link analyseConfusion}. */
export interface AnalyseOptions extends GroupingOptions {
  /** Try many thresholds, also where `beta` is given. Default false. */
  readonly sweep?: boolean | undefined;
  /** Compare the groups of all methods, as many as the method `beta` has. Default false. */
  readonly compare?: boolean | undefined;
}

/** The result of {@link analyseConfusion}. */
export interface ConfusionAnalysis {
  readonly grouping: Grouping;
  /** The threshold of the groups: the one given, else the recommended one; undefined for methods without one. */
  readonly beta: number | undefined;
  /** Where it was asked for, or recommended the threshold. */
  readonly sweep: Sweep | undefined;
  readonly comparison: MethodsComparison | undefined;
}

/**
 * Groups the classes of a confusion matrix. The method `beta` without a threshold takes the one that `sweepBeta` recommends.
 *
 * @throws CladenetError as `groupClasses` and `sweepBeta`
 */
export function analyseConfusion(confusion: Confusion, options: AnalyseOptions): ConfusionAnalysis {
  const { symmetrize, alpha, method, linkage, groups, seed } = options;
  const common = { symmetrize, alpha, seed };
  const isMissing = lacksBeta(options);
  const sweep = isMissing || options.sweep || options.compare ? sweepBeta(confusion, common) : undefined;
  const beta = options.beta ?? (isMissing ? sweep?.recommended.beta : undefined);
  const grouping = groupClasses(confusion, { ...common, method, linkage, groups, beta });
  const compared = options.compare ? (beta ?? sweep?.recommended.beta) : undefined;
  const comparison =
    compared === undefined ? undefined : compareMethods(confusion, { ...common, linkage, beta: compared });
  return { grouping, beta, sweep, comparison };
}
