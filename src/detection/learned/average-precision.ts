/** How well the detections of frames match their boxes, and from which score on they are worth keeping. */
import { type Box, intersectionOverUnion } from '../../box.js';
import type { ScoredBox } from './centre-decode.js';

/** What was found in a frame, and what is in it. */
export interface JudgedFrame {
  /** The surest first. */
  readonly found: readonly ScoredBox[];
  readonly boxes: readonly Box[];
}

/** The thresholds of COCO's average precision. */
const THRESHOLDS = Array.from({ length: 10 }, (_, i) => 0.5 + 0.05 * i);
const RECALLS = 101;

/** COCO's average precision: the mean over ten thresholds of the intersection over union. */
export function averagePrecision(frames: readonly JudgedFrame[], thresholds = THRESHOLDS): number {
  return thresholds.reduce((sum, least) => sum + precisionAt(frames, least), 0) / thresholds.length;
}

interface Outcome {
  readonly score: number;
  readonly hit: boolean;
}

/** Each detection takes the box that it overlaps most of those not yet taken. */
function outcomes({ found, boxes }: JudgedFrame, least: number): Outcome[] {
  const taken = new Set<number>();
  return found.map(({ box, score }) => {
    let [best, most] = [-1, least - 1e-10];
    boxes.forEach((truth, i) => {
      const overlap = taken.has(i) ? -1 : intersectionOverUnion(box, truth);
      if (overlap > most) [best, most] = [i, overlap];
    });
    if (best >= 0) taken.add(best);
    return { score, hit: best >= 0 };
  });
}

const allOutcomes = (frames: readonly JudgedFrame[], least: number) =>
  frames.flatMap((frame) => outcomes(frame, least)).sort((a, b) => b.score - a.score);

const total = (frames: readonly JudgedFrame[]) => frames.reduce((sum, { boxes }) => sum + boxes.length, 0);

function precisionAt(frames: readonly JudgedFrame[], least: number): number {
  const boxes = total(frames);
  if (boxes === 0) return 0;
  const precisions: number[] = [];
  const recalls: number[] = [];
  let hits = 0;
  for (const [i, { hit }] of allOutcomes(frames, least).entries()) {
    hits += hit ? 1 : 0;
    precisions.push(hits / (i + 1));
    recalls.push(hits / boxes);
  }
  for (let i = precisions.length - 2; i >= 0; i--) {
    precisions[i] = Math.max(precisions[i] as number, precisions[i + 1] as number);
  }
  let [sum, at] = [0, 0];
  for (let k = 0; k < RECALLS; k++) {
    while (at < recalls.length && (recalls[at] as number) < k / (RECALLS - 1)) at++;
    sum += precisions[at] ?? 0;
  }
  return sum / RECALLS;
}

/** The score from which on detections have the highest F1 at an intersection over union of 0.5. */
export function bestThreshold(frames: readonly JudgedFrame[], otherwise: number): number {
  const boxes = total(frames);
  let [best, threshold, hits] = [0, otherwise, 0];
  const all = allOutcomes(frames, 0.5);
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
