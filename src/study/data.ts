/** The images of a study, as each of its networks sees them, split alike for all arms. */

import { contentOf, prepareData, requireTrainable, type TrainingData } from '../classifier/data/training-data.js';
import { type Truth, truthOf, withClass } from '../classifier/data/truth.js';
import { fingerprints } from '../classifier/store/seen.js';
import type { ImageSet } from '../dataset/images.js';
import { openImages } from '../dataset/open.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import { CladenetError } from '../errors.js';
import { sha256OfJson } from '../hash.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { StudyConfig } from './config.js';

/** Gives the images of a study in some preparation: always the same images, in the same order. */
export type OpenImages = (preprocessing: Preprocessing) => Promise<ImageSet>;

/** Images that are limited in number are drawn by this seed: they do not change when a seed is added to a study. */
export const DRAWING_SEED = 1;

/** The images of one seed. */
export interface SeedData {
  readonly seed: number;
  of(preprocessing: Preprocessing): TrainingData;
  /** Those whose class is known. */
  testOf(preprocessing: Preprocessing): ImageSet;
  /** What identifies each of them, whatever it was prepared for. */
  readonly testNames: readonly string[];
  /** Changes with anything that a training or a test sees; `described` stands for the preprocessing. */
  digestOf(preprocessing: Preprocessing, described: unknown): string;
}

/**
 * Splits by every seed, and makes sure that all of them can be trained on.
 * @param taxonomy the study's, at whose inner nodes images may be labelled
 * @throws CladenetError DATASET
 */
export async function openStudyData(
  { seeds, fractions, strict }: StudyConfig,
  preprocessings: readonly Preprocessing[],
  open: OpenImages,
  taxonomy: Taxonomy | undefined,
): Promise<{ readonly classes: readonly string[]; readonly bySeed: readonly SeedData[] }> {
  const sets = new Map<string, { readonly images: ImageSet; readonly prints: readonly string[] }>();
  for (const preprocessing of preprocessings) {
    const key = JSON.stringify(preprocessing);
    if (sets.has(key)) continue;
    const images = await open(preprocessing);
    sets.set(key, { images, prints: fingerprints(images) });
  }
  const [first] = sets.values();
  if (first === undefined) throw new TypeError('a study without arms passed the check');
  for (const { images } of sets.values()) requireSame(first.images, images);
  const bySeed = seeds.map((seed) => {
    // Copies are found in the first preparation, so that all networks are trained and tested on the same images.
    const data = prepareData(first.images, { seed, fractions, taxonomy, strict });
    requireTrainable(data);
    const { truth, split } = data;
    const test = split.test.filter((image) => hasClass(truth, image));
    if (test.length === 0) throw noTest(data.images.count);
    const of = (preprocessing: Preprocessing): TrainingData => ({
      ...data,
      ...(sets.get(JSON.stringify(preprocessing)) ?? first),
    });
    return {
      seed,
      of,
      testOf: (preprocessing: Preprocessing) => withClass(of(preprocessing).images, truth, test),
      testNames: Array.from(test, (image) => first.prints[image] ?? ''),
      digestOf: (preprocessing: Preprocessing, described: unknown) => digestOf(of(preprocessing), described),
    };
  });
  return { classes: truthOf(first.images, taxonomy).classes, bySeed };
}

/** Lists and loads what the configuration names, without printing anything. */
export function openConfigured(config: StudyConfig, signal: AbortSignal | undefined): OpenImages {
  return async (preprocessing) => {
    const { images: source, classes, limitPerClass, strict, pathColumn, labelColumn } = config;
    if (source === undefined) throw new TypeError('a study without images passed the check');
    const options = { classes, limitPerClass, seed: DRAWING_SEED, strict, pathColumn, labelColumn, signal };
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

function noTest(images: number): CladenetError {
  return new CladenetError('DATASET', 'The arms cannot be compared', [
    { where: 'split', expected: 'test images', received: `none of ${images}`, remedy: 'Raise fractions.test.' },
  ]);
}
