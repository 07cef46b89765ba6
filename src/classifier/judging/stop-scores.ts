/** The scores of a tree on its validation set that choose a threshold for stopping at an ancestor. */
import type { StopScores } from '../../calibration/stop-threshold.js';
import type { ClassifyOptions } from '../classification.js';
import type { Classifier } from '../classifier.js';

/**
 * The stop scores of a tree that decides as its validation images chose: in its own taxonomy, by its own routing, by `leaf`,
 * among all classes, stopping by probability, without balance, amending or test-time augmentation. Undefined for classifiers without nodes,
 * and for a tree that decides differently: its validation
 * images have to be classified for these (`calibrateStop`).
 */
export function keptStopScores(
  { description }: Pick<Classifier, 'description'>,
  {
    taxonomy,
    routing,
    decide = 'leaf',
    tta = 1,
    among,
    stopBy = 'probability',
    balance,
    amendBy,
  }: Pick<ClassifyOptions, 'taxonomy' | 'routing' | 'decide' | 'tta' | 'among' | 'amendBy' | 'stopBy' | 'balance'> = {},
): StopScores | undefined {
  if (description.kind !== 'tree' || taxonomy !== undefined || decide !== 'leaf' || tta !== 1) return undefined;
  if (amendBy !== undefined || among !== undefined || stopBy !== 'probability' || balance !== undefined)
    return undefined;
  const { decision } = description;
  return (routing ?? decision.routing) === decision.routing ? decision.stop : undefined;
}
