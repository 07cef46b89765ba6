/** Images for the commands: listed and decoded, with what is wrong with them on standard error. */
import { withAcceptedLabels } from '../classifier/data/accepted-labels.js';
import { contradictionNotes, contradictionsAmong, severalClasses } from '../classifier/data/copies.js';
import type { ImageSet } from '../dataset/images.js';
import type { ImageListing, ListingProgress } from '../dataset/listing.js';
import { type LoadOptions, loadImages } from '../dataset/load.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import type { GivenSplit } from '../dataset/sources/given-split.js';
import { listImages } from '../dataset/sources/list.js';
import { type ImageSource, listSources } from '../dataset/sources/list-sources.js';
import { CladenetError } from '../errors.js';
import type { AnnotationStatus } from '../formats/ecotaxa/columns.js';
import type { Stitching } from '../formats/ifcb/bin.js';
import { lazyProgress, log, startProgress } from '../progress.js';
import {
  listingProblemLines,
  loadedLine,
  loadProblemLines,
  streamedLines,
  tableLines,
} from '../report/tables/image-text.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { counted } from '../units.js';

export interface ImageChoice {
  readonly images: string;
  readonly classes?: readonly string[] | undefined;
  readonly holdOut?: readonly string[] | undefined;
  readonly limitPerClass?: number | undefined;
  readonly stripNumbers?: boolean | undefined;
  /** Draws the images of `limitPerClass`. */
  readonly seed?: number | undefined;
  readonly pathColumn?: string | undefined;
  /** `false`: no labels are read. */
  readonly labelColumn?: string | false | undefined;
  readonly keepColumns?: readonly string[] | undefined;
  readonly keepIfPresent?: readonly string[] | undefined;
  readonly status?: readonly AnnotationStatus[] | undefined;
  readonly objectImages?: 'first' | 'all' | undefined;
  readonly stitch?: Stitching | undefined;
  readonly givenSplit?: GivenSplit | undefined;
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
  const { images, notes } = withAcceptedLabels(await openImages(choice, preprocessing, signal), taxonomy);
  for (const note of notes) log(note);
  const problems = contradictionsAmong(images, taxonomy);
  if (choice.strict && problems.length > 0) {
    throw new CladenetError('DATASET', severalClasses(problems.length), problems);
  }
  for (const note of contradictionNotes(problems)) log(note);
  return images;
}

/** Tables from this size on (bytes), and this number of bins, are read with progress. */
const MANY = { bytes: 2 ** 25, bins: 50 };

function readingProgress() {
  const progress = { bytes: lazyProgress('reading MiB'), bins: lazyProgress('reading bins') };
  const shown = { bytes: (count: number) => Math.round(count / 2 ** 20), bins: (count: number) => count };
  return {
    onRead({ done, total, unit }: ListingProgress) {
      if (total >= MANY[unit]) progress[unit].update(shown[unit](done), shown[unit](total));
    },
    stop() {
      progress.bytes.stop();
      progress.bins.stop();
    },
  };
}

/** Which images there are; none of them is decoded yet. */
export async function chooseImages(choice: ImageChoice, signal?: AbortSignal): Promise<ImageListing> {
  const { images, classes, holdOut, limitPerClass, seed, labelColumn, stripNumbers } = choice;
  const progress = readingProgress();
  const listing = await listImages(images, {
    ...{ classes, holdOut, limitPerClass, seed, labelColumn, stripNumbers, signal },
    ...listingOf(choice),
    onRead: progress.onRead,
  }).finally(progress.stop);
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

type SourceChoice = Omit<
  ImageChoice,
  'images' | 'classes' | 'holdOut' | 'limitPerClass' | 'stripNumbers' | 'seed' | 'labelColumn'
>;

/** How any source is listed. */
function listingOf(choice: SourceChoice) {
  const { strict, pathColumn, keepColumns, keepIfPresent, status, objectImages, stitch, givenSplit } = choice;
  return { strict, pathColumn, keepColumns, keepIfPresent, status, objectImages, stitch, givenSplit };
}

/** Images of any number of folders, tables and files, to be predicted; none of them is decoded yet. */
export async function chooseSources(
  paths: readonly string[],
  choice: SourceChoice,
  signal: AbortSignal,
): Promise<readonly ImageSource[]> {
  const progress = readingProgress();
  const { sources, problems, repeated } = await listSources(paths, {
    ...listingOf(choice),
    ...{ signal, onRead: progress.onRead },
  }).finally(progress.stop);
  const tables = sources.flatMap(({ listing }) => tableLines(listing));
  for (const line of [...tables, ...listingProblemLines(problems)]) log(line);
  if (repeated > 0) log(`${counted(repeated, 'image')} given more than once: one row each`);
  return sources;
}

/**
 * The images of one source after the other. Those that cannot be used are reported and passed over.
 *
 * @throws CladenetError DATASET in the end if there were none
 */
export async function* decodeSources(
  sources: readonly ImageSource[],
  preprocessing: Preprocessing,
  { strict, imageMemory, maxPixels }: SourceChoice,
  signal: AbortSignal,
): AsyncGenerator<ImageSet, void> {
  let count = 0;
  for (const { listing, cacheDir } of sources) {
    const options = { strict, allowNone: true, imageMemory, maxPixels, signal, cacheDir };
    const images = await decodeImages(listing, preprocessing, options);
    if (images.count > 0) yield images;
    count += images.count;
  }
  if (count === 0) throw new CladenetError('DATASET', 'No image can be used: nothing is written');
}
