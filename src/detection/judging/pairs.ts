/** Whether both of two organisms are found. */
import { intersectionOverUnion } from '../../box.js';
import type { JudgedDetection, JudgedTruth } from './matching.js';

/** The intersection over union from which an organism is found. */
export const FOUND = 0.5;

/** How many of two organisms are found by a detection of their own: 0, 1 or 2. */
export function foundOfPair(truths: readonly JudgedTruth[], detections: readonly JudgedDetection[]): number {
  const [first = [], second = []] = truths.map(({ box }) =>
    detections.flatMap((detection, i) => (intersectionOverUnion(detection.box, box) >= FOUND ? [i] : [])),
  );
  if (first.some((i) => second.some((j) => i !== j))) return 2;
  return first.length + second.length > 0 ? 1 : 0;
}

/** How often both organisms are found, in frames of exactly two. */
export interface PairRecall {
  /** Frames. */
  readonly count: number;
  /** The share of frames in which both are found at intersection over union 0.5, each by a detection of its own. */
  readonly both: number;
  /** The share of frames in which one of them is found. */
  readonly one: number;
  /** Detections a frame. */
  readonly boxes: number;
}

/** A frame of two organisms. */
export interface JudgedPair {
  readonly found: number;
  readonly boxes: number;
}

/** Undefined without pairs. */
export function pairRecall(pairs: readonly JudgedPair[]): PairRecall | undefined {
  const count = pairs.length;
  if (count === 0) return undefined;
  const share = (wanted: number) => pairs.filter(({ found }) => found === wanted).length / count;
  return { count, both: share(2), one: share(1), boxes: pairs.reduce((sum, { boxes }) => sum + boxes, 0) / count };
}
