/** Sets of taxa, as plain text: what chose them, and what they are worth. */
import type { ChosenSets } from '../../classifier/judging/choose-sets.js';
import type { PredictionSetOptions } from '../../decision/prediction-sets.js';
import type { SetEvaluation } from '../../evaluation/set-evaluation.js';
import { counted, percent } from '../../units.js';
import { judgedLine } from './image-text.js';

const kindOf = ({ nodes }: Pick<PredictionSetOptions, 'nodes'>): string =>
  nodes === undefined ? 'sets of classes' : `sets of at most ${counted(nodes, 'node')}`;

/** The images that chose the sets, and how far these grow. */
export function setLines({ judged, sets, coverage, quantile, images }: ChosenSets): string[] {
  const target = `${+(100 * coverage).toFixed(2)} %`;
  return [
    judgedLine(judged, judged.of, 'validation'),
    `for ${target}: ${kindOf(sets)} that grow up to a probability of ${quantile.toFixed(4)} (${counted(images, 'validation image')})`,
  ];
}

/** `1,000 images, sets of at most 3 nodes: 95.2 % contain the true class; ...` */
export function setEvaluationLine(
  { images, covered, meanNodes, meanClasses, medianClasses, single }: SetEvaluation,
  sets: Pick<PredictionSetOptions, 'nodes'>,
): string {
  const nodes = sets.nodes === undefined ? '' : `${meanNodes.toFixed(1)} nodes and `;
  return (
    `${counted(images, 'image')}, ${kindOf(sets)}: ${percent(covered)} contain the true class; ` +
    `on average ${nodes}${meanClasses.toFixed(1)} classes, median ${medianClasses}; ${percent(single)} are one class`
  );
}
