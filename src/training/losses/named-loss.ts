/** The losses by their names in a training's configuration. */
import type { TreeShape } from '../../network/tree-head.js';
import type { TrainingConfig } from '../config.js';
import { hierarchicalCrossEntropy } from './hierarchical-cross-entropy.js';
import type { Loss } from './loss.js';
import { softLabels } from './soft-labels.js';
import { softmaxMargin } from './softmax-margin.js';

type TreeLoss = Exclude<TrainingConfig['loss'], 'cross-entropy'>;

/** How each loss of a tree is made, and its default strength. */
const TREE_LOSSES: Readonly<
  Record<TreeLoss, { readonly usual: number; readonly make: (tree: TreeShape, strength: number) => Loss }>
> = {
  hxe: { usual: 0.1, make: hierarchicalCrossEntropy },
  'soft-labels': { usual: 10, make: softLabels },
  margin: { usual: 1, make: softmaxMargin },
};

/** The loss that a training asks for; undefined for cross-entropy. @param tree over the classes, in their order */
export function namedLoss(
  { loss, lossStrength }: Pick<TrainingConfig, 'loss' | 'lossStrength'>,
  tree: TreeShape,
): Loss | undefined {
  if (loss === 'cross-entropy') return undefined;
  const { make, usual } = TREE_LOSSES[loss];
  return make(tree, lossStrength ?? usual);
}
