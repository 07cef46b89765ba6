/** How well the detections of frames match their boxes, and from which score on they are worth keeping. */
import type { Box } from '../../box.js';
import { type AveragePrecision, averagePrecision } from '../judging/average-precision.js';
import { matchFrame } from '../judging/matching.js';
import type { ScoredBox } from './candidates.js';

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

/** The score from which on detections have the highest F1 at an intersection over union of 0.5. */
export function bestThreshold(frames: readonly FoundInFrame[], otherwise: number): number {
  const boxes = frames.reduce((sum, frame) => sum + frame.boxes.length, 0);
  const all = frames.flatMap((frame) => {
    const { detections, truths } = judged(frame);
    const { order, at } = matchFrame(truths, detections);
    return order.map((d, place) => ({ score: detections[d]?.score ?? 0, hit: (at[0]?.truth[place] ?? -1) >= 0 }));
  });
  all.sort((a, b) => b.score - a.score);
  let [best, threshold, hits] = [0, otherwise, 0];
  for (const [i, { hit, score }] of all.entries()) {
    hits += hit ? 1 : 0;
    const next = all[i + 1]?.score ?? 0;
    if (next === score) continue;
    const f1 = (2 * hits) / (i + 1 + boxes);
    // Halfway to the next score, so that no rounding decides.
    if (f1 > best) [best, threshold] = [f1, (score + next) / 2];
  }
  return threshold;
}
