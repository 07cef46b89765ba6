/** The background of an image, and the grey level at which its objects begin. */
import { type Background, backgroundOf, DEFAULT_THRESHOLDS, isObject, otsuOf } from './background.js';
import type { SegmentationOptions } from './options.js';

/** Grey levels of an image; all of its pixels are counted where that is needed. */
export interface SeenLevels {
  /** The median along the border. */
  readonly border: number;
  /** How many pixels have each level. */
  readonly counts: () => Float64Array;
}

/**
 * The background and the threshold, by option or by the border of the image.
 *
 * @param notes gets what is odd
 */
export function separated(
  { border, counts }: SeenLevels,
  { background: wanted = 'auto', threshold: given, method }: SegmentationOptions,
  notes: string[] = [],
): { readonly background: Background; readonly threshold: number } {
  const seen = backgroundOf(border);
  const background = wanted === 'auto' ? seen : wanted;
  if (method === 'phase-congruency') return { background, threshold: 0 };
  if (background !== seen) {
    notes.push(`the background seems ${seen}, not ${background}: the median of the border is ${border}`);
  }
  const usual = given ?? DEFAULT_THRESHOLDS[background];
  if (given !== undefined || !isObject(border, background, usual)) return { background, threshold: usual };
  const threshold = otsuOf(counts());
  if (background === seen) {
    const reason = `the median of the border, ${border}, is on the objects' side of ${usual}`;
    notes.push(`separated at grey level ${threshold} (Otsu): ${reason}`);
  }
  return { background, threshold };
}
