/** Evaluates images labelled at inner nodes separately, since measures of classes cannot count them. */
import { evaluateNodes, type NodeEvaluation } from '../../evaluation/evaluate-nodes.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { Classification } from '../classification.js';

/**
 * Whether the class decided on for each image lies below the image's node.
 *
 * @param classification of the images that `separateInnerLabels` set apart
 * @param truths         the path of each image's node
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
