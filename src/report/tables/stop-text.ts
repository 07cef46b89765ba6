/** The threshold of stopping at an ancestor, as plain text. */
import type { ChosenStop } from '../../classifier/judging/choose-stop-threshold.js';
import type { StopRule } from '../../decision/stop-rules.js';
import { judgedLine } from './image-text.js';

/** The images that chose it, and what it is. */
export function stopLines(
  { judged, targetAccuracy, threshold, wrong, images }: ChosenStop,
  stopBy: StopRule = 'probability',
): string[] {
  const target = `${+(100 * targetAccuracy).toFixed(2)} %`;
  const chosenOn = `${wrong} of ${images} validation images wrong`;
  const nodes = stopBy === 'probability' ? 'nodes with a probability of' : `nodes chosen by ${stopBy} at`;
  return [
    ...(judged === undefined ? [] : [judgedLine(judged, judged.of, 'validation')]),
    `for ${target}: ${nodes} ${threshold.toFixed(4)} (${chosenOn})`,
  ];
}
