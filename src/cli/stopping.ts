/** `--min-confidence`, `--target-accuracy` and `--class-thresholds`: where a prediction stops above the class. */
import type { ClassifyOptions } from '../classifier/classification.js';
import type { Classifier } from '../classifier/classifier.js';
import { type ClassThresholdsOptions, classThresholdsOf } from '../classifier/judging/choose-class-thresholds.js';
import { chooseStopThreshold, requireNodesToStopAt } from '../classifier/judging/choose-stop-threshold.js';
import { judgingTaxonomy } from '../classifier/judging/judging-taxonomy.js';
import type { ImageSet } from '../dataset/images.js';
import { refuseOptions, unusedOptions } from '../options/unused.js';
import { log } from '../progress.js';
import { classThresholdLines, stopLines } from '../report/tables/stop-text.js';
import { flatTaxonomy } from '../taxonomy/control-taxonomies.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { type ImageChoice, openImages } from './images.js';
import { predicting } from './models.js';

interface StopCommand
  extends Pick<ClassifyOptions, 'routing' | 'decide' | 'tta' | 'among' | 'amendBy' | 'stopBy' | 'balance'> {
  readonly minConfidence?: number | undefined;
  readonly targetAccuracy?: number | undefined;
  readonly classThresholds?: ClassThresholdsOptions['rule'] | undefined;
}

/** How images are classified, and the tree of the nodes that can be decided on. */
export type Stopping = Pick<ClassifyOptions, 'stopBy'> & {
  readonly minConfidence: number | readonly number[] | undefined;
  readonly taxonomy: Taxonomy | undefined;
};

/**
 * @param given  the taxonomy of `--taxonomy`
 * @param images opens those of `--images`; undefined where they are not given
 */
export async function chooseStopping(
  classifier: Classifier,
  command: StopCommand,
  given: Taxonomy | undefined,
  images: (() => Promise<ImageSet>) | undefined,
  signal: AbortSignal,
): Promise<Stopping> {
  const { minConfidence, classThresholds, targetAccuracy, decide, stopBy } = command;
  if ((classThresholds ?? targetAccuracy ?? minConfidence) === undefined) {
    refuseOptions(unusedOptions(command, ['stopBy'], `none without ${THRESHOLDS}`));
  }
  // Below the root of a flat classifier are its classes, which is enough to leave images unclassified.
  const mayReject = decide !== 'lca' && (stopBy === 'rejection' || classThresholds !== undefined);
  const flat = mayReject ? flatTaxonomy(classifier.classes) : undefined;
  const stopping = { stopBy, taxonomy: judgingTaxonomy([classifier], given) ?? flat };
  const chosen = { ...command, taxonomy: given ?? (classifier.taxonomy === undefined ? flat : undefined), signal };
  if (classThresholds !== undefined) {
    const thresholds = await classThresholdValues(classifier, { ...chosen, classThresholds }, images);
    return { ...stopping, minConfidence: thresholds };
  }
  if (targetAccuracy === undefined) {
    if (minConfidence !== undefined) requireNodesToStopAt(classifier, chosen.taxonomy);
    return { ...stopping, minConfidence };
  }
  refuseOptions(unusedOptions(command, ['minConfidence'], 'none beside `targetAccuracy`, which chooses it'));
  const found = await predicting('predicting', (onProgress) =>
    chooseStopThreshold(classifier, { ...chosen, targetAccuracy, images, onProgress }),
  );
  for (const line of stopLines(found, stopBy)) log(line);
  return { ...stopping, minConfidence: found.threshold };
}

const THRESHOLDS = '`minConfidence`, `targetAccuracy` or `classThresholds`';

async function classThresholdValues(
  classifier: Classifier,
  command: StopCommand & Pick<ClassThresholdsOptions, 'taxonomy' | 'signal'>,
  open: (() => Promise<ImageSet>) | undefined,
): Promise<number[]> {
  const { classThresholds: rule = 'f1', stopBy, ...deciding } = command;
  const problems = unusedOptions(command, ['minConfidence', 'targetAccuracy'], 'none beside `classThresholds`');
  if (stopBy === 'information') {
    const expected = 'probability or rejection with `classThresholds`, which are probabilities';
    problems.push({ where: 'stopBy', expected, received: stopBy });
  }
  if (open === undefined) {
    const expected = 'the images that the classifier was trained with: its validation set chooses the thresholds';
    problems.push({ where: 'images', expected, received: 'nothing' });
  }
  refuseOptions(problems);
  const images = await (open as () => Promise<ImageSet>)();
  const found = await predicting('predicting', (onProgress) =>
    classThresholdsOf(classifier, images, { ...deciding, rule, onProgress }),
  );
  for (const line of classThresholdLines(found, rule)) log(line);
  return found.thresholds.map(({ threshold }) => threshold);
}

/** Opens the images that the classifier was trained with, if they were given. */
export function trainedImages(
  { description: { preprocessing } }: Classifier,
  { images, ...command }: Omit<ImageChoice, 'images'> & { readonly images?: string | undefined },
  signal: AbortSignal,
): (() => Promise<ImageSet>) | undefined {
  if (images === undefined) return undefined;
  return () => openImages({ ...command, images, strict: false }, preprocessing, signal);
}
