/** Whether a classifier is as sure of a sample's images as it should be, given the shares of their classes. */
import type { Probabilities } from '../../decision/probabilities.js';

/** So many standard errors apart, images differ. Few enough to see another instrument, many enough not to see small samples. */
const APART = 4;

/** How sure a classifier is of images whose classes are known. */
export interface KnownConfidences {
  /** Of each image the probability of its most probable class. */
  readonly confidences: Float64Array;
  readonly labels: Int32Array;
}

export function confidencesOf(probabilities: Probabilities, k: number, labels: Int32Array): KnownConfidences {
  return { confidences: mostOf(probabilities, k), labels };
}

function mostOf(probabilities: Probabilities, k: number): Float64Array {
  return Float64Array.from({ length: probabilities.length / k }, (_, image) => {
    let most = 0;
    for (let c = 0; c < k; c++) most = Math.max(most, probabilities[image * k + c] as number);
    return most;
  });
}

/**
 * Compares the mean confidence of the sample's images with that of the known images, each of which counts as its class is more frequent
 * in the sample: where only the shares of classes differ, both are the same but for chance.
 *
 * @param ratios of each class: its share in the sample by that among the known images
 */
export function isUnlikeKnown(
  probabilities: Probabilities,
  { confidences, labels }: KnownConfidences,
  ratios: readonly number[],
): boolean {
  const weights = Float64Array.from(labels, (label) => ratios[label] as number);
  const known = weightedMean(confidences, weights);
  const own = mostOf(probabilities, ratios.length);
  const sample = weightedMean(own, new Float64Array(own.length).fill(1));
  return Math.abs(known.mean - sample.mean) > APART * Math.hypot(known.error, sample.error);
}

/** A weighted mean and its standard error. */
function weightedMean(values: Float64Array, weights: Float64Array) {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = values.reduce((sum, value, i) => sum + value * (weights[i] as number), 0) / total;
  const square = values.reduce((sum, value, i) => sum + ((weights[i] as number) * (value - mean)) ** 2, 0);
  return { mean, error: Math.sqrt(square) / total };
}
