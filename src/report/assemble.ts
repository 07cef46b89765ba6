/**
 * A report from classifiers and images: predictions, weak sub-trees, calibration, tuning and configuration gathered.
 */
import type { ClassifyOptions } from '../classifier/classification.js';
import type { Classifier } from '../classifier/classifier.js';
import { comparableImages, type LeftOut } from '../classifier/judging/comparable-images.js';
import { evaluateNovelty } from '../classifier/judging/evaluate-novelty.js';
import { judgingTaxonomy } from '../classifier/judging/judging-taxonomy.js';
import { mapSets } from '../classifier/judging/map-sets.js';
import { noveltyTree } from '../classifier/judging/novelty-images.js';
import { type ImageSet, withoutClasses } from '../dataset/images.js';
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
  /**
   * Classes that no classifier was trained on, whose images among `images` show how well unseen ones are placed in the tree; they
   * take no part in anything else. The taxonomy has to have them. Default: none.
   */
  readonly novelClasses?: readonly string[] | undefined;
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
  const { seed, title, top, seen, novelClasses, onProgress } = options;
  const named = listed(models);
  const classifiers = named.map(({ classifier }) => classifier);
  const all = setsOf(images, classifiers.length);
  if (novelClasses !== undefined) {
    for (const [i, one] of classifiers.entries()) noveltyTree(one, all[i] as ImageSet, options.taxonomy, novelClasses);
  }
  const sets = mapSets(all, (set) => withoutClasses(set, novelClasses ?? []));
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
  for (const [i, job] of jobs.entries()) {
    const advance = (done: number) => onProgress?.({ model: job.name, done: before + done, total });
    const model = await reportModel(job, options, taxonomy, advance);
    reported.push({ ...model, novelty: await noveltyOf(job.classifier, all[i] as ImageSet, options) });
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

function noveltyOf(classifier: Classifier, images: ImageSet, options: ReportOptions) {
  const { novelClasses, taxonomy, tta, signal } = options;
  if (novelClasses === undefined) return undefined;
  const routing = classifier.kind === 'tree' ? options.routing : undefined;
  return evaluateNovelty(classifier, images, { taxonomy, novelClasses, routing, tta, signal });
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
