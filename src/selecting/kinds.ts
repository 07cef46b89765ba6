/** What a feature tells about an organism: size, shape, grey level, ... */
import type { FeatureGroup } from '../features/sets/feature.js';
import { FEATURE_SETS } from '../features/sets/registry.js';

/** `other` for features that are in none of `FEATURE_SETS`. */
export type FeatureKind = FeatureGroup | 'other';

/** The kinds, in the order in which they are listed. */
export const KINDS: readonly FeatureKind[] = ['size', 'shape', 'grey level', 'texture', 'position', 'other'];

/** Of each feature its kind, by its name in `FEATURE_SETS`, whatever its case; a number in front, as in `2:area`, does not count. */
export function kindsOf(names: readonly string[]): ReadonlyMap<string, FeatureKind> {
  const known = new Map<string, FeatureKind>();
  for (const { features } of Object.values(FEATURE_SETS)) {
    for (const { name, group } of features) if (!known.has(name.toLowerCase())) known.set(name.toLowerCase(), group);
  }
  return new Map(names.map((name) => [name, known.get(name.toLowerCase().replace(/^\d+:/, '')) ?? 'other']));
}
