/** Images for the commands: listed, limited and decoded, with a report of what is odd about them. */
import type { ImageSet } from '../dataset/images.js';
import { listImages } from '../dataset/list.js';
import type { ImageListing } from '../dataset/listing.js';
import { type LoadOptions, loadImages } from '../dataset/load.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import type { Problem } from '../errors.js';
import { log, startProgress } from '../progress.js';
import { counted, duration } from '../units.js';

export interface ImageChoice {
  readonly images: string;
  readonly classes?: readonly string[] | undefined;
  readonly limitPerClass?: number | undefined;
  readonly pathColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  readonly strict: boolean;
}

/** Problems printed in full up to this many; the rest is counted. */
const SHOWN = 10;

export async function openImages(
  choice: ImageChoice,
  preprocessing: Preprocessing,
  seed: number,
  signal: AbortSignal,
): Promise<ImageSet> {
  const { strict } = choice;
  return decodeImages(await chooseImages(choice, seed, signal), preprocessing, { strict, signal });
}

/** Which images there are, none of them decoded yet; says what is odd about them. */
export async function chooseImages(choice: ImageChoice, seed: number, signal: AbortSignal): Promise<ImageListing> {
  const { images, classes, limitPerClass, strict, pathColumn, labelColumn } = choice;
  const listing = await listImages(images, { classes, limitPerClass, seed, strict, pathColumn, labelColumn, signal });
  reportOdd(listing.problems);
  return listing;
}

/** Decodes (or takes from the cache) and says how many, how fast, and which could not be used. */
export async function decodeImages(
  listing: ImageListing,
  preprocessing: Preprocessing,
  options: Pick<LoadOptions, 'strict' | 'signal' | 'cacheDir'>,
): Promise<ImageSet> {
  const started = performance.now();
  const progress = startProgress('decoding', listing.records.length);
  try {
    const onProgress = ({ done }: { readonly done: number }) => progress.update(done);
    const { images, rejected, decoded, cacheProblem } = await loadImages(listing, preprocessing, {
      ...options,
      onProgress,
    });
    const classes = images.classes.length === 0 ? '' : ` of ${counted(images.classes.length, 'class', 'classes')}`;
    const cached = images.count + rejected.length - decoded;
    const source = cached > 0 ? `${decoded} decoded, ${cached} from the cache` : `${decoded} decoded`;
    const took = duration((performance.now() - started) / 1000);
    progress.stop(`${counted(images.count, 'image')}${classes} (${source}) in ${took}`);
    const unusable = ['image that cannot be used is left out', 'images that cannot be used are left out'] as const;
    reportProblems(counted(rejected.length, ...unusable), rejected);
    if (cacheProblem !== undefined) reportProblems('The cache of decoded images could not be written', [cacheProblem]);
    return images;
  } catch (error) {
    progress.stop();
    throw error;
  }
}

/** What is odd about a folder or a table of images. */
export function reportOdd(problems: readonly Problem[]): void {
  reportProblems(`${counted(problems.length, 'thing is', 'things are')} odd about the images`, problems);
}

function reportProblems(headline: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  log(`${headline}:`);
  for (const { where, received } of problems.slice(0, SHOWN)) log(`  ${where}: ${received}`);
  if (problems.length > SHOWN) log(`  ... and ${problems.length - SHOWN} more`);
}
