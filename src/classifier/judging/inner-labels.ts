/** Images labelled at inner nodes ("some copepod"), which measures of classes cannot count, and which are judged separately. */
import { type ImageSet, selectImages } from '../../dataset/images.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';

/** Images labelled with classes, and those labelled at inner nodes of a taxonomy. */
export interface SeparatedImages {
  /** Images labelled with a class, with a name that is not a node of the taxonomy, or not at all. */
  readonly known: ImageSet;
  /** Images labelled at inner nodes, and the path of each one's node, as `evaluateNodes` takes it; undefined without any. */
  readonly inner: { readonly images: ImageSet; readonly truths: readonly string[] } | undefined;
}

/** Separates the images that are labelled with the name or the path of an inner node. Without a taxonomy there are none. */
export function separateInnerLabels(images: ImageSet, taxonomy: Taxonomy | undefined): SeparatedImages {
  if (taxonomy === undefined) return { known: images, inner: undefined };
  const leaves = new Set(taxonomy.classes);
  const nodes = taxonomy.internalNodes();
  const paths = new Map(nodes.flatMap(({ name, path }) => [name, path].map((key) => [key, path] as const)));
  const pathOf = Array.from(images.labels, (label) => {
    const name = images.classes[label];
    return name === undefined || leaves.has(name) ? undefined : paths.get(name);
  });
  const indices = pathOf.flatMap((path, i) => (path === undefined ? [] : [i]));
  if (indices.length === 0) return { known: images, inner: undefined };
  const known = pathOf.flatMap((path, i) => (path === undefined ? [i] : []));
  return {
    known: selectImages(images, known),
    inner: { images: selectImages(images, indices), truths: indices.map((i) => pathOf[i] ?? '') },
  };
}
