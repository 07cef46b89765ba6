/** Images labelled at inner nodes: measures of classes cannot count them, so they are evaluated by themselves. */
import { evaluateNodes, type NodeEvaluation } from '../../evaluation/evaluate-nodes.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { Classification } from '../classification.js';

/**
 * Whether the class decided on for each image lies below the image's node.
 *
 * @param classification of the images that `separateInnerLabels` set apart
 * @param truths         of each image the path of its node
 * @throws CladenetError EVALUATION when a node is not in the taxonomy
 */
export function evaluateInnerLabels(
  { classes, decisions }: Pick<Classification, 'classes' | 'decisions'>,
  truths: readonly string[],
  taxonomy: Taxonomy,
): NodeEvaluation {
  const decided = Array.from(decisions, (leaf) => taxonomy.leafOf(classes[leaf] ?? ''));
  return evaluateNodes({ decided, truths }, taxonomy);
}
