/** How new children are recognised, as plain text and as JSON. */
import { thinned } from '../../arrays.js';
import type { MethodOutcome } from '../../classifier/judging/choose-novelty-rule.js';
import type { NoveltyEvaluation, NoveltyScores } from '../../classifier/judging/evaluate-novelty.js';
import type { NoveltyRule } from '../../classifier/judging/novelty-rule.js';
import type { NoveltyPoint } from '../../evaluation/novelty/novelty-curve.js';
import { counted, percent } from '../../units.js';
import { alignColumns } from './columns.js';

/** One line for each method, at its best threshold on the images that choose. */
export function methodTable(outcomes: readonly MethodOutcome[]): string {
  const head = ['method', 'AUC', 'known decided on their class', 'new at their parent', 'threshold'];
  const rows = outcomes.map(({ method, curve, point }) => [
    ...[method, curve.auc.toFixed(3), percent(point.knownAccuracy), percent(point.exactParent)],
    point.threshold.toFixed(4),
  ]);
  return alignColumns([head, ...rows], 1).join('\n');
}

export function ruleLine({ method, threshold, chosenOn: { classes, images } }: NoveltyRule): string {
  const known = counted(images.known, 'validation image');
  const unseen = `${counted(images.unseen, 'image')} of ${counted(classes.length, 'held-out class', 'held-out classes')}`;
  return `chosen on ${known} and ${unseen}: ${method} at ${threshold.toFixed(4)}`;
}

/** One line for each method, where 50 % and where 70 % of the known images are decided on their class. */
export function noveltyTable({ methods, rule, novelClasses }: NoveltyEvaluation): string {
  const cells = (point: NoveltyPoint | null) =>
    point === null ? ['-', '-'] : [percent(point.exactParent), point.unseenDistance.toFixed(2)];
  const head = ['method', 'AUC', 'at their parent, 50 %', 'AHD', 'at their parent, 70 %', 'AHD'];
  const rows = methods.map(({ method, curve, at50, at70 }) => [
    ...[method, curve.auc.toFixed(3), ...cells(at50), ...cells(at70)],
  ]);
  const { known = 0, unseen = 0 } = methods[0]?.curve ?? {};
  const classes = counted(novelClasses.length, 'class', 'classes');
  const title = `${counted(unseen, 'image')} of ${classes} never seen, where 50 and 70 % of ${counted(known, 'known image')} get their class:`;
  const lines = [title, ...alignColumns([head, ...rows], 1)];
  if (rule === undefined) return lines.join('\n');
  const { method, threshold, knownAccuracy, exactParent, detected } = rule;
  const so = `${percent(knownAccuracy)} of the known get their class; of the new ones ${percent(exactParent)} are at their parent, ${percent(detected)} said to be new`;
  return [...lines, `the rule, ${method} at ${threshold.toFixed(4)}: ${so}`].join('\n');
}

/** The same numbers, for JSON. */
export const noveltyJson = ({ methods, rule, novelClasses }: NoveltyEvaluation) => ({
  novelClasses,
  methods: methods.map(({ method, curve: { known, unseen, auc, area, points }, at50, at70 }: NoveltyScores) => {
    return { method, known, unseen, auc, area, at50, at70, points: thinned(points, KEPT) };
  }),
  ...(rule !== undefined && { rule }),
});

/** Points that are kept of a curve: enough to draw it. */
const KEPT = 201;
