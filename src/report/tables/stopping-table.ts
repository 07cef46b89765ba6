/** What a classifier still says at some shares of right decisions, as a table for the terminal. */

import type { StopRule } from '../../decision/stop-rules.js';
import { coverageAt, type StopCurve, stopCurve } from '../../evaluation/curves/stop-curve.js';
import type { Predictions } from '../../evaluation/predictions.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { percent } from '../../units.js';
import { alignColumns } from './columns.js';

/** A rule of stopping, what people call it, and its curve. */
export interface RuleCurve {
  readonly rule: StopRule;
  readonly name: string;
  readonly curve: StopCurve;
}

const NAMES: Readonly<Record<StopRule, string>> = {
  rejection: 'the class or nothing',
  probability: 'the first ancestor that is probable enough',
  information: 'the ancestor that says most for its risk',
};

/** The shares of right decisions that are shown. */
export const RIGHT = [0.9, 0.95, 0.99] as const;

/** The curve of each rule, from the one that knows no ancestors to the one that weighs them. */
export function ruleCurves(predictions: Predictions, taxonomy: Taxonomy): RuleCurve[] {
  return (['rejection', 'probability', 'information'] as const).map((rule) => {
    return { rule, name: NAMES[rule], curve: stopCurve(predictions, { taxonomy, rule }) };
  });
}

/** One line for each rule: the information kept where 90, 95 and 99 % are right, and the area under risk over coverage. */
export function stoppingTable(curves: readonly RuleCurve[]): string {
  const rows = curves.map(({ name, curve }) => [
    name,
    ...RIGHT.map((right) => percent(coverageAt(curve, right))),
    curve.area.toFixed(4),
  ]);
  const head = ['information kept where', ...RIGHT.map((right) => `${100 * right} % are right`), 'area'];
  return alignColumns([head, ...rows], 1).join('\n');
}

/** The same numbers by rule, for JSON. */
export const stoppingJson = (curves: readonly RuleCurve[]) =>
  curves.map(({ rule, curve }) => ({
    rule,
    area: curve.area,
    coverage: RIGHT.map((right) => ({ right, coverage: coverageAt(curve, right) })),
  }));
