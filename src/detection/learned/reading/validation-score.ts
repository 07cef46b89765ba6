/** How well the detections of frames match their boxes, and from which score on they are worth keeping. */
import type { Box } from '../../../box.js';
import { type AveragePrecision, averagePrecision } from '../../judging/average-precision.js';
import type { ScoredBox } from '../network/candidates.js';

/** What was found in a frame, and what is in it. */
export interface FoundInFrame {
  readonly found: readonly ScoredBox[];
  readonly boxes: readonly Box[];
}

const judged = ({ found, boxes }: FoundInFrame) => ({
  detections: found,
  truths: boxes.map((box) => ({ box, isCrowd: false })),
});

/** COCO's average precision, whatever the categories; 0 where no frame has an organism. */
export function precisionOf(frames: readonly FoundInFrame[]): Pick<AveragePrecision, 'ap' | 'ap50'> {
  return averagePrecision(frames.map(judged)) ?? { ap: 0, ap50: 0 };
}

/**
 * The score from which on there are as many detections as organisms (the break-even point of precision and recall): counts are right in the
 * mean. The score with the highest F1 is often far from it: where organisms overlap F1 hardly changes with the score, and leaves out
 * most of the second ones.
 *
 * @returns `otherwise` where nothing was found; 0 where less was found than there is
 */
export function breakEvenScore(frames: readonly FoundInFrame[], otherwise: number): number {
  const scores = frames.flatMap(({ found }) => found.map(({ score }) => score)).sort((a, b) => b - a);
  const boxes = frames.reduce((sum, frame) => sum + frame.boxes.length, 0);
  if (scores.length === 0) return otherwise;
  if (boxes === 0) return 1;
  // Halfway to the next score, so that no rounding decides.
  const [least = 0, next = 0] = [scores[boxes - 1], scores[boxes]];
  return (least + next) / 2;
}
