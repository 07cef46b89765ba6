/** The images that predictions within some taxa can be judged on: those of these taxa. */
import { type ImageSet, selectImages } from '../../dataset/images.js';
import { namesAmong } from '../../decision/among.js';
import { CladenetError } from '../../errors.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';

/** Which images are left. */
export interface ImagesAmong {
  readonly images: ImageSet;
  /** Images of other taxa. */
  readonly leftOut: number;
}

/**
 * Leaves out the images of classes that are not among the taxa, and those labelled at nodes with other classes below. Images
 * without a label stay.
 *
 * @param among of `ClassifyOptions`; all images stay without it
 * @throws CladenetError USAGE for names that are no taxa; DATASET when no image is left
 */
export function imagesAmong(
  { classes }: { readonly classes: readonly string[] },
  images: ImageSet,
  { among, taxonomy }: { readonly among?: readonly string[] | undefined; readonly taxonomy: Taxonomy | undefined },
): ImagesAmong {
  if (among === undefined) return { images, leftOut: 0 };
  const wanted = new Set(namesAmong(among, classes, taxonomy));
  const isWithin = images.classes.map((label) => {
    if (classes.includes(label)) return wanted.has(label);
    const nodes = taxonomy?.internalNodes().filter(({ name, path }) => name === label || path === label) ?? [];
    return nodes.some(({ path }) => taxonomy?.classesBelow(path).every((name) => wanted.has(name)));
  });
  const kept = Array.from(images.labels.keys()).filter((i) => isWithin[images.labels[i] ?? -1] ?? true);
  if (kept.length > 0) return { images: selectImages(images, kept), leftOut: images.count - kept.length };
  const received = `${images.count} images of other classes`;
  const problem = { where: 'images', expected: `images of ${[...wanted].join(', ')}`, received };
  throw new CladenetError('DATASET', 'There are no images of these taxa', [problem]);
}
