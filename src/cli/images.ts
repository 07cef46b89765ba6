/** Images for the commands: listed and decoded, with what is wrong with them on standard error. */
import { contradictionNotes, contradictionsAmong, severalClasses } from '../classifier/data/copies.js';
import type { ImageSet } from '../dataset/images.js';
import { listImages } from '../dataset/list.js';
import type { ImageListing } from '../dataset/listing.js';
import { type LoadOptions, loadImages } from '../dataset/load.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import { CladenetError } from '../errors.js';
import { log, startProgress } from '../progress.js';
import {
  listingProblemLines,
  loadedLine,
  loadProblemLines,
  streamedLines,
  tableLines,
} from '../report/tables/image-text.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';

export interface ImageChoice {
  readonly images: string;
  readonly classes?: readonly string[] | undefined;
  readonly limitPerClass?: number | undefined;
  /** Draws the images of `limitPerClass`. */
  readonly seed?: number | undefined;
  readonly pathColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  readonly strict: boolean;
  /** MiB. */
  readonly imageMemory?: number | undefined;
  readonly maxPixels?: number | undefined;
}

export async function openImages(
  choice: ImageChoice,
  preprocessing: Preprocessing,
  signal: AbortSignal,
): Promise<ImageSet> {
  return decodeImages(await chooseImages(choice, signal), preprocessing, { ...choice, signal });
}

/**
 * Images to judge a classifier on: one picture in several classes is reported, and stops the command with `strict`.
 * @param taxonomy at whose inner nodes images may be labelled
 */
export async function openJudgedImages(
  choice: ImageChoice,
  preprocessing: Preprocessing,
  taxonomy: Taxonomy | undefined,
  signal: AbortSignal,
): Promise<ImageSet> {
  const images = await openImages(choice, preprocessing, signal);
  const problems = contradictionsAmong(images, taxonomy);
  if (choice.strict && problems.length > 0) {
    throw new CladenetError('DATASET', severalClasses(problems.length), problems);
  }
  for (const note of contradictionNotes(problems)) log(note);
  return images;
}

/** Which images there are; none of them is decoded yet. */
export async function chooseImages(choice: ImageChoice, signal?: AbortSignal): Promise<ImageListing> {
  const { images, classes, limitPerClass, seed, strict, pathColumn, labelColumn } = choice;
  const listing = await listImages(images, { classes, limitPerClass, seed, strict, pathColumn, labelColumn, signal });
  for (const line of [...tableLines(listing), ...listingProblemLines(listing.problems)]) log(line);
  return listing;
}

export async function decodeImages(
  listing: ImageListing,
  preprocessing: Preprocessing,
  {
    imageMemory,
    strict,
    allowNone,
    maxPixels,
    signal,
    cacheDir,
  }: Pick<LoadOptions, 'strict' | 'allowNone' | 'maxPixels' | 'signal' | 'cacheDir'> & Pick<ImageChoice, 'imageMemory'>,
): Promise<ImageSet> {
  const started = performance.now();
  const progress = startProgress('decoding', listing.records.length);
  try {
    const onProgress = ({ done }: { readonly done: number }) => progress.update(done);
    const memory = imageMemory === undefined ? undefined : imageMemory * 2 ** 20;
    const options = { strict, allowNone, maxPixels, signal, cacheDir, memory, onProgress };
    const loaded = await loadImages(listing, preprocessing, options);
    progress.stop(loadedLine(loaded, (performance.now() - started) / 1000));
    for (const line of [...streamedLines(loaded), ...loadProblemLines(loaded)]) log(line);
    return loaded.images;
  } catch (error) {
    progress.stop();
    throw error;
  }
}
