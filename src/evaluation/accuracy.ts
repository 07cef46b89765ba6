/** Accuracy and top-n accuracy, image by image. */
import type { Predictions } from './predictions.js';

/** 1 for each image whose decision is its true class, otherwise 0. Accuracy is the mean. */
export function hits(labels: Int32Array, decisions: Int32Array): Float64Array {
  return Float64Array.from(labels, (label, image) => (label === decisions[image] ? 1 : 0));
}

/**
 * 1 for each image whose true class is among its `n` most probable classes, otherwise 0. Top-n accuracy is the mean. It
 * depends on the probabilities alone, not on the decisions; ties go to the lowest class index.
 */
export function hitsAmongTop({ classes, probabilities, labels }: Predictions, n: number): Float64Array {
  const k = classes.length;
  return Float64Array.from(labels, (label, image) => {
    const row = image * k;
    const own = probabilities[row + label] as number;
    let ahead = 0;
    for (let c = 0; c < k; c++) {
      const p = probabilities[row + c] as number;
      if (p > own || (p === own && c < label)) ahead++;
    }
    return ahead < n ? 1 : 0;
  });
}
