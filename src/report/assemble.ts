/**
 * A report from classifiers and images: predictions, weak sub-trees, calibration, tuning and configuration gathered.
 */
import type { ClassifyOptions } from '../classifier/classification.js';
import { comparableImages, type LeftOut } from '../classifier/judging/comparable-images.js';
import { judgingTaxonomy } from '../classifier/judging/judging-taxonomy.js';
import type { ImageSet } from '../dataset/images.js';
import { writeFileAtomic } from '../files.js';
import { withOutputs } from '../outputs/with-outputs.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { htmlReport } from './html/html-report.js';
import type { ReportInput, ReportModel } from './html/input.js';
import { listed, type ReportedClassifiers, setsOf } from './named-models.js';
import { trainedOverSeeds } from './over-seeds.js';
import { imagesForWeak, type ModelJob, predictionsOf, reportModel } from './report-model.js';
import { routingsShown } from './variants.js';

/** Options of {@link assembleReport} and {@link writeReport}. */
export interface ReportOptions
  extends Pick<ReportInput, 'seed' | 'title' | 'top'>,
    Pick<ClassifyOptions, 'routing' | 'decide' | 'tta' | 'signal'> {
  /**
   * The tree to judge by, with at least the classes of the classifiers. Default: the first tree's own; without a tree
   * there are no hierarchical numbers and no weak sub-trees.
   */
  readonly taxonomy?: Taxonomy | undefined;
  /** Keep the images that a classifier was trained or chosen on; scores on them are too good. Default false. */
  readonly seen?: boolean | undefined;
  /** Called as images are predicted. */
  readonly onProgress?: ((progress: ReportProgress) => void) | undefined;
}

/** How far a report has got. */
export interface ReportProgress {
  /** Name of the classifier at work. */
  readonly model: string;
  /** Images predicted so far, of all predictions by all classifiers; each view of test-time augmentation counts. */
  readonly done: number;
  readonly total: number;
}

export interface AssembledReport extends ReportInput {
  /** How many of the images are not in the report. */
  readonly leftOut: LeftOut;
}

/**
 * Gathers what `htmlReport` shows of classifiers: their predictions on images that none of them was trained or chosen
 * on, a tree by each of its routings if it is the only tree; the same before temperature scaling; weak sub-trees,
 * judged on the validation images where these are at hand, else on the images of the verdict; histories, tuning,
 * configuration. Frees each classifier's memory on the device when it is done with it.
 *
 * @param images labelled, prepared as `description.preprocessing` of the classifiers says; for classifiers of different
 *   preprocessing a list with the same images in the same order for each of them
 * @throws CladenetError DATASET when no image is left, or images have no class that the classifiers know; TAXONOMY when
 *   the taxonomy lacks a class; USAGE for images prepared otherwise and options that exclude each other; ABORTED
 */
export async function assembleReport(
  models: ReportedClassifiers,
  images: ImageSet | readonly ImageSet[],
  options: ReportOptions,
): Promise<AssembledReport> {
  const { seed, title, top, seen, onProgress } = options;
  const named = listed(models);
  const classifiers = named.map(({ classifier }) => classifier);
  const sets = setsOf(images, classifiers.length);
  const taxonomy = judgingTaxonomy(classifiers, options.taxonomy);
  const comparable = comparableImages(classifiers, sets, { taxonomy, seen });
  const show = routingsShown(classifiers);

  const jobs = named.map(({ name, classifier }, i): ModelJob => {
    const [all, verdict] = [comparable.labelled[i] as ImageSet, comparable.sets[i] as ImageSet];
    const weak = taxonomy && { taxonomy, ...imagesForWeak(classifier, all, verdict) };
    return { name, classifier, verdict, weak, show };
  });
  const total = jobs.reduce((sum, job) => sum + predictionsOf(job, options), 0);
  let before = 0;
  const reported: ReportModel[] = [];
  for (const job of jobs) {
    const advance = (done: number) => onProgress?.({ model: job.name, done: before + done, total });
    reported.push(await reportModel(job, options, taxonomy, advance));
    before += predictionsOf(job, options);
    job.classifier.dispose();
  }
  return {
    models: reported,
    taxonomy,
    seed,
    title,
    top,
    imagesAre: seen ? 'of which models may have seen some' : 'that no model was trained or chosen on',
    severalSeeds: trainedOverSeeds(classifiers.map(({ description }) => description)),
    leftOut: comparable.leftOut,
  };
}

/**
 * Writes the report of classifiers as one self-contained HTML page, whole or not at all: see {@link assembleReport} and
 * `htmlReport`.
 *
 * @param file   where the page is written; missing folders are made
 * @throws CladenetError USAGE when `file` cannot be written; OUTPUT when another run writes it; as `assembleReport`
 * @example
 * ```ts
 * import { stat } from 'node:fs/promises';
 * import { loadClassifier, openImages, writeReport } from 'cladenet';
 *
 * const [flat, tree] = [await loadClassifier('runs/flat'), await loadClassifier('runs/tree')];
 * const images = await openImages('images', tree.description.preprocessing);
 * await writeReport('runs/report.html', { flat, tree }, images, { seed: 1 });
 * (await stat('runs/report.html')).size > 50_000; // => true
 * ```
 */
export async function writeReport(
  file: string,
  models: ReportedClassifiers,
  images: ImageSet | readonly ImageSet[],
  options: ReportOptions,
): Promise<void> {
  await withOutputs([{ where: 'file', path: file, kind: 'file' }], [], async () =>
    writeFileAtomic(file, await htmlReport(await assembleReport(models, images, options))),
  );
}
