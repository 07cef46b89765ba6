/** Images for the commands: listed and decoded, with what is wrong with them on standard error. */
import type { ImageSet } from '../dataset/images.js';
import { listImages } from '../dataset/list.js';
import type { ImageListing } from '../dataset/listing.js';
import { type LoadOptions, loadImages } from '../dataset/load.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import { log, startProgress } from '../progress.js';
import { listingProblemLines, loadedLine, loadProblemLines, tableLines } from '../report/tables/image-text.js';

export interface ImageChoice {
  readonly images: string;
  readonly classes?: readonly string[] | undefined;
  readonly limitPerClass?: number | undefined;
  /** Draws the images of `limitPerClass`. */
  readonly seed?: number | undefined;
  readonly pathColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  readonly strict: boolean;
}

export async function openImages(
  choice: ImageChoice,
  preprocessing: Preprocessing,
  signal: AbortSignal,
): Promise<ImageSet> {
  return decodeImages(await chooseImages(choice, signal), preprocessing, { strict: choice.strict, signal });
}

/** Which images there are; none of them is decoded yet. */
export async function chooseImages(choice: ImageChoice, signal: AbortSignal): Promise<ImageListing> {
  const { images, classes, limitPerClass, seed, strict, pathColumn, labelColumn } = choice;
  const listing = await listImages(images, { classes, limitPerClass, seed, strict, pathColumn, labelColumn, signal });
  for (const line of [...tableLines(listing), ...listingProblemLines(listing.problems)]) log(line);
  return listing;
}

export async function decodeImages(
  listing: ImageListing,
  preprocessing: Preprocessing,
  options: Pick<LoadOptions, 'strict' | 'signal' | 'cacheDir'>,
): Promise<ImageSet> {
  const started = performance.now();
  const progress = startProgress('decoding', listing.records.length);
  try {
    const onProgress = ({ done }: { readonly done: number }) => progress.update(done);
    const loaded = await loadImages(listing, preprocessing, { ...options, onProgress });
    progress.stop(loadedLine(loaded, (performance.now() - started) / 1000));
    for (const line of loadProblemLines(loaded)) log(line);
    return loaded.images;
  } catch (error) {
    progress.stop();
    throw error;
  }
}
