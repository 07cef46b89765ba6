/** Average precision as COCO computes it (pycocotools, `COCOeval.accumulate`; T.-Y. Lin et al., "Microsoft COCO", 2014). */
import { mean } from '../../evaluation/mean.js';
import { IOU_THRESHOLDS, type JudgedDetection, type JudgedTruth, MOST_DETECTIONS, matchFrame } from './matching.js';

/** Average precision of detections. */
export interface AveragePrecision {
  /** The mean over the thresholds of intersection over union 0.50, 0.55 ... 0.95, at 101 recalls. */
  readonly ap: number;
  /** At intersection over union 0.5. */
  readonly ap50: number;
  /** At intersection over union 0.75. */
  readonly ap75: number;
  /** The largest recall, of the detections of a frame that are taken, as the mean over the thresholds. */
  readonly recall: number;
}

/** The organisms and the detections of a frame, of one category or of all. */
export interface JudgedFrame {
  readonly truths: readonly JudgedTruth[];
  readonly detections: readonly JudgedDetection[];
}

const RECALLS = 101;
/** What keeps a precision of nothing from being 0 / 0: numpy's `spacing(1)`. */
const TINY = 2 ** -52;

/**
 * The average precision of one category in all frames; undefined where no frame has an organism of it.
 *
 * @param most detections of a frame that are taken, the surest first. Default 100, as COCO
 */
export function averagePrecision(
  frames: readonly JudgedFrame[],
  most: number = MOST_DETECTIONS,
): AveragePrecision | undefined {
  const real = frames.reduce((sum, { truths }) => sum + truths.filter(({ isCrowd }) => !isCrowd).length, 0);
  if (real === 0) return undefined;
  const found: { score: number; frame: number; place: number }[] = [];
  const matches = frames.map(({ truths, detections }, frame) => {
    const matched = matchFrame(truths, detections, IOU_THRESHOLDS, most);
    for (const [place, d] of matched.order.entries()) {
      found.push({ score: detections[d]?.score ?? 0, frame, place });
    }
    return matched;
  });
  found.sort((a, b) => b.score - a.score || a.frame - b.frame || a.place - b.place);
  const curves = IOU_THRESHOLDS.map((_, t) => {
    const kinds = found.flatMap(({ frame, place }) => {
      const at = matches[frame]?.at[t];
      return at === undefined || at.ignored[place] === 1 ? [] : [(at.truth[place] ?? -1) >= 0];
    });
    return curveOf(kinds, real);
  });
  return {
    ap: mean(curves.map(({ precision }) => precision)),
    ap50: curves[0]?.precision ?? 0,
    ap75: curves[5]?.precision ?? 0,
    recall: mean(curves.map(({ recall }) => recall)),
  };
}

/** The mean precision at 101 recalls, and the largest recall, of detections that are right or wrong, the surest first. */
function curveOf(areRight: readonly boolean[], real: number): { readonly precision: number; readonly recall: number } {
  const precisions = new Float64Array(areRight.length);
  const recalls = new Float64Array(areRight.length);
  let right = 0;
  areRight.forEach((isRight, i) => {
    if (isRight) right++;
    recalls[i] = right / real;
    precisions[i] = right / (i + 1 + TINY);
  });
  for (let i = precisions.length - 1; i > 0; i--) {
    precisions[i - 1] = Math.max(precisions[i - 1] as number, precisions[i] as number);
  }
  let [sum, at] = [0, 0];
  for (let i = 0; i < RECALLS; i++) {
    // As numpy's linspace has it.
    const recall = i === RECALLS - 1 ? 1 : i * 0.01;
    while (at < recalls.length && (recalls[at] as number) < recall) at++;
    if (at === recalls.length) break;
    sum += precisions[at] as number;
  }
  return { precision: sum / RECALLS, recall: right / real };
}

/** The mean over categories that have organisms; NaN where none has. */
export function meanPrecision(all: readonly (AveragePrecision | undefined)[]): AveragePrecision {
  const known = all.filter((one) => one !== undefined);
  const over = (field: keyof AveragePrecision) => mean(known.map((one) => one[field]));
  return { ap: over('ap'), ap50: over('ap50'), ap75: over('ap75'), recall: over('recall') };
}
