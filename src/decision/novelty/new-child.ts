/** New children by heads that were trained to say so, on classes that were left out in turn. */
import type { Descent } from '../stop-rules.js';
import type { NoveltyEvidence, NoveltyMethod } from './method.js';

/**
 * A new child of the node that the heads say is the likeliest, unless the most probable class is probable enough among all classes
 * and new children. The paper varies a bias on new children instead of this threshold.
 *
 * Lee, Lee, Min, Zhang, Shin & Lee, "Hierarchical novelty detection for visual object recognition", CVPR 2018.
 */
function weigh({ values, leaf, newChild }: NoveltyEvidence): Descent {
  const novel = newChild ?? new Float64Array(values.length);
  const parent = novel.reduce((best, p, v) => (p > (novel[best] as number) ? v : best), 0);
  const isKnown =
    1 -
    Math.min(
      1,
      novel.reduce((sum, p) => sum + p, 0),
    );
  return { nodes: [parent, leaf], strictness: [Number.POSITIVE_INFINITY, isKnown * (values[leaf] as number)] };
}

export const byNewChild: NoveltyMethod = {
  description: 'the probability of a new child that the heads give, for trees trained with `--head-kind new-child`',
  needsNewChild: true,
  reason: ({ node, next, strictness }) =>
    `${next} has ${strictness.toFixed(4)}, and a new child of ${node} is the likeliest`,
  descend: weigh,
};
