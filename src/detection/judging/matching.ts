/** Which detection is which organism, as COCO matches them (pycocotools, `COCOeval.evaluateImg`). */
import { type Box, sharedArea } from '../../box.js';

/** Intersections over unions at which COCO matches: 0.5 to 0.95. */
export const IOU_THRESHOLDS: readonly number[] = Array.from({ length: 10 }, (_, i) =>
  i === 9 ? 0.95 : 0.5 + (i * (0.95 - 0.5)) / 9,
);

/** Detections of a frame that COCO's average precision takes, the surest first. */
export const MOST_DETECTIONS = 100;

/** A detection of a frame. */
export interface JudgedDetection {
  readonly box: Box;
  readonly score: number;
}

/** An organism that is in the frame. */
export interface JudgedTruth {
  readonly box: Box;
  readonly isCrowd: boolean;
}

/** What became of the detections of a frame at one threshold. */
export interface Matches {
  /** For each detection, in the order of `order`, the number of its organism; -1 for none. */
  readonly truth: Int32Array;
  /** 1 for a detection that lies in a crowd, and so is neither right nor wrong. */
  readonly ignored: Uint8Array;
}

/** The detections of a frame in the order in which they are matched, and their matches at each threshold. */
export interface FrameMatches {
  /** The numbers of the detections, the surest first. */
  readonly order: readonly number[];
  /** For each of the thresholds. */
  readonly at: readonly Matches[];
}

/**
 * Matches detections with organisms: the surest first, each takes the organism with the largest intersection over union of at
 * least the threshold that is still free. Any number of detections may lie in a crowd.
 *
 * @param most detections that are matched, the surest first. Default: all
 */
export function matchFrame(
  truths: readonly JudgedTruth[],
  detections: readonly JudgedDetection[],
  thresholds: readonly number[] = IOU_THRESHOLDS,
  most = Number.POSITIVE_INFINITY,
): FrameMatches {
  const order = detections
    .map((_, i) => i)
    .sort((a, b) => (detections[b]?.score ?? 0) - (detections[a]?.score ?? 0) || a - b)
    .slice(0, most);
  // Crowds last, so that a detection takes an organism where it can.
  const truthOrder = [...truths.keys()].sort(
    (a, b) => Number(truths[a]?.isCrowd) - Number(truths[b]?.isCrowd) || a - b,
  );
  const overlaps = order.map((d) => truthOrder.map((t) => overlapWith(detections[d], truths[t])));
  const at = thresholds.map((threshold): Matches => {
    const taken = new Uint8Array(truths.length);
    const truth = new Int32Array(order.length).fill(-1);
    const ignored = new Uint8Array(order.length);
    for (let d = 0; d < order.length; d++) {
      let [best, iou] = [-1, Math.min(threshold, 1 - 1e-10)];
      for (const [k, t] of truthOrder.entries()) {
        const isCrowd = truths[t]?.isCrowd ?? false;
        if (taken[t] === 1 && !isCrowd) continue;
        if (best >= 0 && isCrowd && !truths[best]?.isCrowd) break;
        const overlap = overlaps[d]?.[k] ?? 0;
        if (overlap < iou) continue;
        [best, iou] = [t, overlap];
      }
      if (best < 0) continue;
      truth[d] = best;
      taken[best] = 1;
      ignored[d] = truths[best]?.isCrowd ? 1 : 0;
    }
    return { truth, ignored };
  });
  return { order, at };
}

/** Of a crowd: how much of the detection lies in it. */
function overlapWith(detection: JudgedDetection | undefined, truth: JudgedTruth | undefined): number {
  if (detection === undefined || truth === undefined) return 0;
  const [found, real] = [detection.box, truth.box];
  const shared = sharedArea(found, real);
  if (shared === 0) return 0;
  const own = found.width * found.height;
  return shared / (truth.isCrowd ? own : own + real.width * real.height - shared);
}
