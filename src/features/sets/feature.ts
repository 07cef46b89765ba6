/** What a feature is, and what a set of features is. */
import type { SegmentationOptions } from '../segmentation/options.js';
import type { Segmentation } from '../segmentation/segment.js';

/** What a feature tells about an organism. */
export type FeatureGroup = 'size' | 'shape' | 'grey level' | 'texture' | 'position';

/** A number that is measured on an organism. */
export interface Feature {
  /** The column of a feature table. */
  readonly name: string;
  readonly group: FeatureGroup;
  /** `px` for lengths in pixels, `px2` for areas, `px3` for volumes, `grey` for grey levels of 0 to 255; `1` if it has none. */
  readonly unit: string;
  /** How it is computed, as a phrase. */
  readonly definition: string;
  /** Whose definition it is. */
  readonly source: string;
}

/** Features that are measured together, in the order of their columns. */
export interface FeatureSet {
  readonly name: string;
  /** What the set is, as a phrase. */
  readonly title: string;
  readonly features: readonly Feature[];
  /** How images are segmented for the set, where options do not say otherwise. */
  readonly segmentation: SegmentationOptions;
  /** One number for each feature; NaN where it is not measurable. The segmentation has at least one object. */
  readonly measure: (segmentation: Segmentation) => Float64Array;
}

/** A feature, with the function that takes it from what the set's features share. */
export type Measured<T> = readonly [
  name: string,
  group: FeatureGroup,
  unit: string,
  definition: string,
  source: string,
  value: (shared: T) => number,
];

/** A set whose features are computed one by one from shared intermediate results. */
export function featureSet<T>(
  name: string,
  title: string,
  rows: readonly Measured<T>[],
  prepare: (segmentation: Segmentation) => T,
  segmentation: SegmentationOptions = {},
): FeatureSet {
  return {
    name,
    title,
    segmentation,
    features: rows.map(([name, group, unit, definition, source]) => ({ name, group, unit, definition, source })),
    measure(segmentation) {
      const shared = prepare(segmentation);
      return Float64Array.from(rows, ([, , , , , value]) => {
        const number = value(shared);
        return Number.isFinite(number) ? number : Number.NaN;
      });
    },
  };
}
