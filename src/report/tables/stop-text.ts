/** The threshold of stopping at an ancestor, as plain text. */
import type { ChosenClassThresholds } from '../../classifier/judging/choose-class-thresholds.js';
import type { ChosenStop } from '../../classifier/judging/choose-stop-threshold.js';
import type { ClassThresholdRule } from '../../decision/class-thresholds.js';
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

/** The images that chose thresholds for the classes, and what these are. */
export function classThresholdLines({ judged, thresholds }: ChosenClassThresholds, rule: ClassThresholdRule): string[] {
  const target = rule === 'f1' ? 'the largest F1' : `a precision of ${+(100 * rule.precision).toFixed(2)} %`;
  const never = thresholds.filter(({ threshold }) => threshold === Number.POSITIVE_INFINITY);
  const unknown = thresholds.filter(({ images }) => images === 0);
  const set = thresholds.filter(({ threshold }) => threshold > 0 && threshold < Number.POSITIVE_INFINITY);
  const values = set.map(({ threshold }) => threshold).sort((a, b) => a - b);
  const range = values.length === 0 ? '' : `, from ${values[0]?.toFixed(4)} to ${values.at(-1)?.toFixed(4)}`;
  const namesOf = (some: typeof thresholds) => some.map(({ name }) => name).join(', ');
  return [
    judgedLine(judged, judged.of, 'validation'),
    `for ${target}: thresholds for ${set.length} of ${thresholds.length} classes${range}`,
    ...(never.length > 0 ? [`never named, because that is out of reach: ${namesOf(never)}`] : []),
    ...(unknown.length > 0 ? [`without validation images: ${namesOf(unknown)}`] : []),
  ];
}
