/** Lists and loads images in one step. */
import type { Problem } from '../errors.js';
import type { ImageSet } from './images.js';
import type { TableRead } from './listing.js';
import { type LoadOptions, loadImages } from './load.js';
import type { Preprocessing } from './preprocessing.js';
import { type ListOptions, listImages } from './sources/list.js';

/** The options of `listImages` and of `loadImages`. */
export interface OpenOptions extends ListOptions, LoadOptions {}

export interface OpenedImages extends ImageSet {
  /** What is odd about the source or about its images, and the images that were left out because they cannot be used. */
  readonly problems: readonly Problem[];
  /** Which columns of a table were read; undefined for a folder or an image. */
  readonly table?: TableRead | undefined;
}

/**
 * Lists the images of a source and loads them: `listImages`, then `loadImages`.
 *
 * @param source        a folder of class folders, a table (`.csv`, `.tsv`, `.txt`) or an image
 * @param preprocessing the input of the network that gets the images: `preprocessingFor('compact')`, or the
 *   `description.preprocessing` of a classifier
 * @throws CladenetError for the reasons of `listImages` and `loadImages`
 * @example
 * ```ts
 * import { openImages, preprocessingFor } from 'cladenet';
 *
 * const images = await openImages('images', preprocessingFor('compact'));
 * images.count; // => 80
 * images.problems; // => []
 * ```
 */
export async function openImages(
  source: string,
  preprocessing: Preprocessing,
  options: OpenOptions = {},
): Promise<OpenedImages> {
  const listing = await listImages(source, options);
  const { images, notes, rejected } = await loadImages(listing, preprocessing, options);
  const { table } = listing;
  return {
    ...images,
    problems: [...listing.problems, ...notes, ...rejected],
    ...(table === undefined ? {} : { table }),
  };
}
