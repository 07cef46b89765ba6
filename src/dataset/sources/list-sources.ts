/** Lists the images of several sources for prediction: folders, tables, and images given one by one. */
import { resolve } from 'node:path';
import { CladenetError, type Problem } from '../../errors.js';
import type { ImageListing } from '../listing.js';
import { type ListOptions, listSource } from './list.js';

/** What `loadImages` takes. */
export interface ImageSource {
  readonly listing: ImageListing;
  /** Folders and tables have a cache of their decoded images; images given one by one have none. */
  readonly cacheDir: false | undefined;
}

/** The images of several sources, and what could not be used. */
export interface ListedSources {
  /** Those with images. */
  readonly sources: readonly ImageSource[];
  /** Of all listings, also of those without images. */
  readonly problems: readonly Problem[];
  /** How often an image was reached again, through another source. Each image is listed once. */
  readonly repeated: number;
}

/** Options of {@link listSources}: those of `listImages`, but for labels and classes. */
export type ListSourcesOptions = Omit<ListOptions, 'labelColumn' | 'classes' | 'limitPerClass' | 'seed'>;

/**
 * Lists each source as `listImages` does, without labels, which do not matter where images are predicted. Images given one
 * by one (`*.png`) become one source.
 *
 * @throws CladenetError DATASET when no source has images, or there are problems and `strict` is set; USAGE, DATASET,
 *   ABORTED as `listImages`
 */
export async function listSources(
  paths: readonly string[],
  { strict = false, ...options }: ListSourcesOptions = {},
): Promise<ListedSources> {
  const listings: ImageListing[] = [];
  const problems: Problem[] = [];
  for (const path of paths) {
    const listing = await listSource(path, { ...options, labelColumn: false });
    listings.push(listing);
    for (const problem of listing.problems) problems.push(problem);
    if (listing.records.length === 0 && listing.problems.length === 0) {
      problems.push({ where: path, expected: 'images', received: 'no images' });
    }
  }
  if (strict && problems.length > 0) throw new CladenetError('DATASET', 'Not all images can be used', problems);
  const { distinct, repeated } = withoutRepeats(listings);
  if (distinct.length === 0) throw new CladenetError('DATASET', 'No images were found.', problems);

  const isImage = ({ source, records }: ImageListing) => records.length === 1 && records[0]?.path === source;
  const images = distinct.filter(isImage);
  const sources = distinct.filter((one) => !isImage(one)).map((listing) => ({ listing, cacheDir: undefined }));
  if (images.length === 0) return { sources, problems, repeated };
  const source = images.length === 1 ? (images[0]?.source ?? '') : `the ${images.length} images given one by one`;
  const listing = { source, records: images.flatMap(({ records }) => records), classes: [], problems: [] };
  return { sources: [...sources, { listing, cacheDir: false }], problems, repeated };
}

/** The listings without images that an earlier one has, and only those that have any. */
function withoutRepeats(listings: readonly ImageListing[]): {
  readonly distinct: readonly ImageListing[];
  readonly repeated: number;
} {
  const seen = new Set<string>();
  let repeated = 0;
  const distinct = listings.map((listing) => {
    const records = listing.records.filter(({ path }) => seen.size < seen.add(resolve(path)).size);
    repeated += listing.records.length - records.length;
    return records.length === listing.records.length ? listing : { ...listing, records };
  });
  return { distinct: distinct.filter(({ records }) => records.length > 0), repeated };
}
