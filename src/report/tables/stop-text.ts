/** The threshold of stopping at an ancestor, as plain text. */
import type { ChosenStop } from '../../classifier/judging/choose-stop-threshold.js';
import { judgedLine } from './image-text.js';

/** The images that chose it, and what it is. */
export function stopLines({ judged, targetAccuracy, threshold, wrong, images }: ChosenStop): string[] {
  const target = `${+(100 * targetAccuracy).toFixed(2)} %`;
  const chosenOn = `${wrong} of ${images} validation images wrong`;
  return [
    ...(judged === undefined ? [] : [judgedLine(judged, judged.of, 'validation')]),
    `for ${target}: nodes with a probability of ${threshold.toFixed(4)} (${chosenOn})`,
  ];
}
