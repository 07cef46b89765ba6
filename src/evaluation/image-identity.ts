/** Which test images of different seeds are the same image, and so not independent evidence. */
import type { Runs } from './compared-metrics.js';
import type { Predictions } from './predictions.js';

/** The test of one seed. */
export interface Tested {
  readonly predictions: Predictions;
  /** Identifies each image; the same in every seed in which it is tested. */
  readonly images?: readonly string[] | undefined;
}

export interface Identities {
  /** For each seed the number of each of its images, in the order wanted; equal numbers mean the same image. */
  readonly numbers: readonly Int32Array[];
  /** How many different images there are in all. */
  readonly distinct: number;
}

/**
 * Identifies images by name, where all seeds name theirs. Without names, seeds whose true classes agree image by image are
 * taken to have the same images in the same order. (If they had others after all, the variance would still be estimated
 * correctly, since images at the same position would then be independent.) Otherwise all images count as different.
 * @param orders the order in which the numbers of each seed's images are wanted
 */
export function identifyImages(seeds: readonly Tested[], orders: readonly Runs[]): Identities {
  const known = new Map<string, number>();
  const numberOf = (key: string): number => {
    const number = known.get(key) ?? known.size;
    known.set(key, number);
    return number;
  };
  const named = seeds.every(({ images }) => images !== undefined);
  const alike = sameTruth(seeds);
  const numbers = seeds.map(({ images }, s) =>
    Int32Array.from(orders[s]?.order ?? [], (i) =>
      numberOf(named ? (images?.[i] as string) : alike ? `${i}` : `${s} ${i}`),
    ),
  );
  return { numbers, distinct: known.size };
}

function sameTruth(seeds: readonly Tested[]): boolean {
  const truths = seeds.map(({ predictions: { classes, labels } }) => Array.from(labels, (label) => classes[label]));
  const [first = []] = truths;
  return truths.every((truth) => truth.length === first.length && truth.every((name, i) => name === first[i]));
}
