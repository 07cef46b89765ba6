/** The names of the columns that sources give. */
import { createTrunk } from '../../network/network.js';
import type { FeatureSource } from '../feature-schema.js';

/** `f0`, `f1`, ... of a CNN block's output; `pc1`, `pc2`, ... of its principal components. */
export const deepNames = (count: number): string[] => Array.from({ length: count }, (_, k) => `f${k}`);
export const componentNames = (count: number): string[] => Array.from({ length: count }, (_, k) => `pc${k + 1}`);

/**
 * The columns of each source.
 *
 * @param classes of the classifier, which those among its sources have too
 */
export function namesOfSources(
  sources: readonly FeatureSource[],
  classes: readonly string[],
): readonly (readonly string[])[] {
  return sources.map(namesOf);

  function namesOf(source: FeatureSource): readonly string[] {
    switch (source.kind) {
      case 'deep':
        if (source.pca !== null) return componentNames(source.pca.components);
        return deepNames(createTrunk(source.trunk).features);
      case 'biologists':
      case 'table':
        return source.names;
      case 'classifier':
        return classes.map((name) => `p(${name})`);
    }
  }
}

/** The names of all columns; one that an earlier source has too gets the source's number in front. */
export function joinedNames(names: readonly (readonly string[])[]): string[] {
  const taken = new Set<string>();
  return names.flatMap((own, k) =>
    own.map((name) => {
      const joined = taken.has(name) ? `${k + 1}:${name}` : name;
      taken.add(joined);
      return joined;
    }),
  );
}
