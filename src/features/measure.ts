/** Measures the organism in an image. */
import type { Segmentation } from './segmentation/segment.js';
import { FEATURE_SETS, type FeatureSetName } from './sets/registry.js';

/**
 * Measures the objects of a segmentation.
 *
 * @returns one number for each of `FEATURE_SETS[set].features`; NaN where it is not measurable, everywhere if there is no
 *   object
 * @example
 * ```ts
 * import { FEATURE_SETS, measure, segment } from 'cladenet/features';
 *
 * const white = new Uint8Array(8 * 6).fill(255);
 * white.fill(100, 17, 22);
 * const values = measure(segment(white, 8, 6), 'zooprocess');
 * values[FEATURE_SETS.zooprocess.features.findIndex(({ name }) => name === 'area')]; // => 5
 * ```
 */
export function measure(segmentation: Segmentation, set: FeatureSetName): Float64Array {
  const { features, measure } = FEATURE_SETS[set];
  return segmentation.regions.length > 0 ? measure(segmentation) : new Float64Array(features.length).fill(Number.NaN);
}
