/** Lists the images of several sources for prediction: folders, tables, and images given one by one. */
import { CladenetError, type Problem } from '../errors.js';
import { type ListOptions, listImages } from './list.js';
import type { ImageListing } from './listing.js';

/** What `loadImages` takes. */
export interface ImageSource {
  readonly listing: ImageListing;
  /** Folders and tables have a cache of their decoded images; images given one by one have none. */
  readonly cacheDir: false | undefined;
}

/**
 * Lists each source as `listImages` does, but for problems with the classes of images, which do not matter where these are
 * predicted. Images given one by one (`*.png`) become one source.
 *
 * @returns the sources, and the problems of all listings
 * @throws CladenetError DATASET when there are problems and `strict` is set; USAGE, DATASET, ABORTED as `listImages`
 */
export async function listSources(
  paths: readonly string[],
  { strict = false, signal }: Pick<ListOptions, 'strict' | 'signal'> = {},
): Promise<{ readonly sources: readonly ImageSource[]; readonly problems: readonly Problem[] }> {
  const listings: ImageListing[] = [];
  for (const path of paths) listings.push(await listImages(path, { labelColumn: false, signal }));
  const problems = listings.flatMap((one) => one.problems).filter(({ expected }) => !expected.includes('class'));
  if (strict && problems.length > 0) throw new CladenetError('DATASET', 'Not all images can be used', problems);

  const isImage = ({ source, records }: ImageListing) => records.length === 1 && records[0]?.path === source;
  const images = listings.filter(isImage);
  const sources = listings.filter((one) => !isImage(one)).map((listing) => ({ listing, cacheDir: undefined }));
  if (images.length === 0) return { sources, problems };
  const source = images.length === 1 ? (images[0]?.source ?? '') : `the ${images.length} images given one by one`;
  const listing = { source, records: images.flatMap(({ records }) => records), classes: [], problems: [] };
  return { sources: [...sources, { listing, cacheDir: false }], problems };
}
