/** All sets of features. */
import type { FeatureSet } from './feature.js';
import { ifcb } from './ifcb.js';
import { texture } from './texture.js';
import { uvp6 } from './uvp6.js';
import { zooprocess } from './zooprocess.js';

const SETS = { zooprocess, ifcb, uvp6, texture };

/** All sets, one after the other: names begin with that of their set, as `zooprocess_area`. */
const all: FeatureSet = {
  name: 'all',
  title: 'all sets, their features named SET_FEATURE',
  segmentation: {},
  features: Object.values(SETS).flatMap(({ name: set, features }) =>
    features.map((feature) => ({ ...feature, name: `${set}_${feature.name}` })),
  ),
  measure: (segmentation) => Float64Array.from(Object.values(SETS).flatMap((set) => [...set.measure(segmentation)])),
};

/** The name of a set of features. */
export type FeatureSetName = keyof typeof FEATURE_SETS;

/** All sets of features by name. `docs/features.md` lists them. */
export const FEATURE_SETS = { ...SETS, all } as const satisfies Readonly<Record<string, FeatureSet>>;
