/**
 * Metrics over biological classes only. Detritus and bubbles are most images of many plankton samples and easy to tell apart,
 * so that averages over all images say little about the organisms.
 */
import { indexTree } from '../decision/tree-index.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { type Averages, averages } from './averages.js';
import { mean } from './mean.js';
import type { ClassScore } from './per-class.js';
import type { Predictions } from './predictions.js';

/**
 * The averages over the images of biological classes. An organism that is taken for detritus is a mistake among these images;
 * detritus that is taken for an organism is not, but lowers `precision` and `f1`.
 */
export interface BiologicalAverages extends Averages {
  /** Number of biological classes. */
  readonly classes: number;
  /** Mean precision over the biological classes that any image was given; null if there is none. */
  readonly precision: number | null;
  /** Mean F1 over the biological classes that have images. */
  readonly f1: number;
}

/** Null where the taxonomy marks no class as non-biological, or no image is of a biological class. */
export function biologicalAverages(
  predictions: Predictions & { readonly decisions: Int32Array },
  perClass: readonly ClassScore[],
  taxonomy: Taxonomy,
): BiologicalAverages | null {
  const isBiological = biologicalImages(predictions, taxonomy);
  if (isBiological === undefined || !isBiological.includes(1)) return null;
  const scores = perClass.filter((score) => !taxonomy.nonBiological.has(score.class));
  const precisions = scores.flatMap(({ precision }) => precision ?? []);
  return {
    classes: scores.length,
    ...averages(rowsOf(predictions, isBiological), indexTree(taxonomy, predictions.classes)),
    precision: precisions.length === 0 ? null : mean(precisions),
    f1: mean(scores.flatMap(({ f1, support }) => (support === 0 ? [] : (f1 ?? 0)))),
  };
}

/** 1 for each image of a biological class, 0 for the others; undefined where all classes are biological. */
export function biologicalImages({ classes, labels }: Predictions, taxonomy: Taxonomy): Float64Array | undefined {
  if (taxonomy.nonBiological.size === 0) return undefined;
  const mark = classes.map((name) => (taxonomy.nonBiological.has(name) ? 0 : 1));
  return Float64Array.from(labels, (label) => mark[label] as number);
}

/** The predictions of some images only. */
function rowsOf(
  { classes, probabilities, labels, decisions }: Predictions & { readonly decisions: Int32Array },
  wanted: Float64Array,
): Predictions & { readonly decisions: Int32Array } {
  const isWanted = (_: number, image: number) => wanted[image] === 1;
  const inWanted = (_: number, i: number) => wanted[Math.floor(i / classes.length)] === 1;
  return {
    classes,
    probabilities: probabilities.filter(inWanted),
    labels: labels.filter(isWanted),
    decisions: decisions.filter(isWanted),
  };
}
