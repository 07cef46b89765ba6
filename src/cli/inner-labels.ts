/** Images labelled at inner nodes ("some copepod"): measures of classes cannot count them, so they are judged apart. */
import { type ImageSet, selectImages } from '../dataset/images.js';
import { say } from '../progress.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { counted } from '../units.js';

export interface ByTruth {
  /** Images whose class is known, or unknown to the taxonomy, which others complain about. */
  readonly known: ImageSet;
  /** Images of inner nodes, and the path of each one's node. */
  readonly inner: { readonly images: ImageSet; readonly truths: readonly string[] } | undefined;
}

export function byTruth(images: ImageSet, taxonomy: Taxonomy | undefined, fate = 'judged apart'): ByTruth {
  if (taxonomy === undefined) return { known: images, inner: undefined };
  const leaves = new Set(taxonomy.classes);
  const paths = new Map(
    taxonomy.internalNodes().flatMap(
      ({ name, path }) =>
        [
          [name, path],
          [path, path],
        ] as const,
    ),
  );
  const pathOf = Array.from(images.labels, (label) => {
    const name = images.classes[label] ?? '';
    return leaves.has(name) ? undefined : paths.get(name);
  });
  const indices = pathOf.flatMap((path, i) => (path === undefined ? [] : [i]));
  if (indices.length === 0) return { known: images, inner: undefined };
  say(`${counted(indices.length, 'image')} labelled at inner nodes: ${fate}`);
  const known = pathOf.flatMap((path, i) => (path === undefined ? [i] : []));
  return {
    known: selectImages(images, known),
    inner: { images: selectImages(images, indices), truths: indices.map((i) => pathOf[i] ?? '') },
  };
}
