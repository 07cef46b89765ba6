/** The images of a study, preprocessed for each of its networks and split identically for all arms. */
import { isDeepStrictEqual } from 'node:util';
import { withAcceptedLabels } from '../classifier/data/accepted-labels.js';
import {
  contentOf,
  FRACTIONS,
  prepareData,
  type TrainingData,
  trainingProblems,
} from '../classifier/data/training-data.js';
import { type Truth, truthOf, withClass } from '../classifier/data/truth.js';
import { fingerprints } from '../classifier/store/seen.js';
import type { ImageSet } from '../dataset/images.js';
import { openImages } from '../dataset/open.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import { CladenetError, type Problem } from '../errors.js';
import { sha256OfJson } from '../hash.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { StudyConfig } from './config.js';

/** Returns the images of a study with a given preprocessing: always the same images, in the same order. */
export type OpenImages = (preprocessing: Preprocessing) => Promise<ImageSet>;

/** The seed that draws a limited number of images. It is fixed, so that adding a seed to a study does not change the images. */
export const DRAWING_SEED = 1;

/** The images of one seed, or of one fold of it. */
export interface SeedData {
  readonly seed: number;
  /** The number of the fold that is tested on, from 1; undefined without folds. */
  readonly fold: number | undefined;
  of(preprocessing: Preprocessing): TrainingData;
  /** The images whose class is known. */
  testOf(preprocessing: Preprocessing): ImageSet;
  /** Identifies each image independently of its preprocessing. */
  readonly testNames: readonly string[];
  /** A digest of everything that a training or a test depends on; `described` represents the preprocessing. */
  digestOf(preprocessing: Preprocessing, described: unknown): string;
}

/**
 * Splits the images by every seed, and into its folds, and checks that every split can be trained on.
 * @param taxonomy the study's, at whose inner nodes images may be labelled
 * @throws CladenetError DATASET
 */
export async function openStudyData(
  { seeds, fractions, groupBy, folds, strict }: StudyConfig,
  preprocessings: readonly Preprocessing[],
  open: OpenImages,
  taxonomy: Taxonomy | undefined,
): Promise<{ readonly classes: readonly string[]; readonly bySeed: readonly SeedData[] }> {
  const sets = new Map<string, { readonly images: ImageSet; readonly prints: readonly string[] }>();
  for (const preprocessing of preprocessings) {
    const key = JSON.stringify(preprocessing);
    if (sets.has(key)) continue;
    const { images } = withAcceptedLabels(await open(preprocessing), taxonomy);
    sets.set(key, { images, prints: fingerprints(images) });
  }
  const [first] = sets.values();
  if (first === undefined) throw new TypeError('a study without arms passed the check');
  for (const { images } of sets.values()) requireSame(first.images, images);
  const numbers = folds === undefined ? [undefined] : Array.from({ length: folds }, (_, i) => i + 1);
  const splits = seeds.flatMap((seed) => numbers.map((fold) => ({ seed, fold })));
  const problems = new Map<string, Problem>();
  // The default, which a study always has, asks for nothing.
  const dividing = isDeepStrictEqual(fractions, FRACTIONS) ? {} : { fractions };
  const bySeed = splits.map(({ seed, fold }) => {
    // Copies are detected with the first preprocessing, so that all networks are trained and tested on the same images.
    const tested = fold === undefined || folds === undefined ? undefined : { number: fold, of: folds };
    const data = prepareData(first.images, { seed, ...dividing, groupBy, fold: tested, taxonomy, strict });
    for (const problem of trainingProblems(data)) problems.set(problem.where, problem);
    const { truth, split } = data;
    const test = split.test.filter((image) => hasClass(truth, image));
    if (test.length === 0) throw noTest(data);
    const of = (preprocessing: Preprocessing): TrainingData => ({
      ...data,
      ...(sets.get(JSON.stringify(preprocessing)) ?? first),
    });
    return {
      seed,
      fold,
      of,
      testOf: (preprocessing: Preprocessing) => withClass(of(preprocessing).images, truth, test),
      testNames: Array.from(test, (image) => first.prints[image] ?? ''),
      digestOf: (preprocessing: Preprocessing, described: unknown) => digestOf(of(preprocessing), described),
    };
  });
  if (problems.size > 0)
    throw new CladenetError('DATASET', 'These images cannot be trained on', [...problems.values()]);
  return { classes: truthOf(first.images, taxonomy).classes, bySeed };
}

/** Lists and loads what the configuration names, without printing anything. */
export function openConfigured(config: StudyConfig, signal: AbortSignal | undefined): OpenImages {
  return async (preprocessing) => {
    const { images: source, classes, holdOut, limitPerClass, strict, pathColumn, labelColumn, imageMemory } = config;
    const { status, objectImages, stitch, givenSplit, stripNumbers, groupBy } = config;
    const keepColumns = groupBy === undefined ? undefined : [groupBy];
    const memory = imageMemory === undefined ? undefined : imageMemory * 2 ** 20;
    if (source === undefined) throw new TypeError('a study without images passed the check');
    const choice = { pathColumn, labelColumn, keepColumns, stripNumbers, status, objectImages, stitch, givenSplit };
    const options = { classes, holdOut, limitPerClass, seed: DRAWING_SEED, strict, ...choice, memory, signal };
    return openImages(source, preprocessing, options);
  };
}

function digestOf(data: TrainingData, preprocessing: unknown): string {
  const { split, drawnBy } = data;
  const subsets = [split.train, split.validation, split.test].map((subset) => Array.from(subset));
  return sha256OfJson([contentOf(data), preprocessing, subsets, drawnBy]);
}

function hasClass({ labels, classes }: Truth, image: number): boolean {
  const label = labels[image] ?? -1;
  return label >= 0 && label < classes.length;
}

function requireSame(one: ImageSet, other: ImageSet): void {
  const same = one.count === other.count && one.labels.every((label, i) => label === other.labels[i]);
  if (same) return;
  throw new CladenetError('DATASET', 'The images changed while they were loaded for networks of several sizes', [
    { where: 'images', expected: `the same ${one.count} images`, received: `${other.count}, or others` },
  ]);
}

function noTest({ images: { count }, drawnBy: { given } }: TrainingData): CladenetError {
  const remedy = given === undefined ? 'Raise fractions.test.' : 'Add test images to the given split.';
  return new CladenetError('DATASET', 'The arms cannot be compared', [
    { where: 'split', expected: 'test images', received: `none of ${count}`, remedy },
  ]);
}
