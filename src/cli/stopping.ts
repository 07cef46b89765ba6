/** `--min-confidence`, `--target-accuracy` and `--class-thresholds`: where a prediction stops above the class. */
import type { ClassifyOptions } from '../classifier/classification.js';
import type { Classifier } from '../classifier/classifier.js';
import { type ClassThresholdsOptions, classThresholdsOf } from '../classifier/judging/choose-class-thresholds.js';
import { chooseStopThreshold, requireNodesToStopAt } from '../classifier/judging/choose-stop-threshold.js';
import { judgingTaxonomy } from '../classifier/judging/judging-taxonomy.js';
import { identify } from '../classifier/store/store.js';
import type { ImageSet } from '../dataset/images.js';
import { readClassThresholds } from '../decision/class-threshold-table.js';
import type { Problem } from '../errors.js';
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
  readonly classThresholds?: ClassThresholdsOptions['rule'] | ThresholdFile | undefined;
}

/** A table of thresholds. */
interface ThresholdFile {
  readonly file: string;
}

/** How images are classified, and the tree of the nodes that can be decided on. */
export type Stopping = Pick<ClassifyOptions, 'stopBy'> & {
  readonly minConfidence: number | readonly number[] | undefined;
  readonly taxonomy: Taxonomy | undefined;
};

/**
 * @param model  the folder of the classifier
 * @param given  the taxonomy of `--taxonomy`
 * @param images opens those of `--images`; undefined where they are not given
 */
export async function chooseStopping(
  model: string,
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
    refuseOptions(besideClassThresholds(command));
    const thresholds =
      typeof classThresholds === 'object' && 'file' in classThresholds
        ? await storedThresholds(model, classifier, classThresholds)
        : await classThresholdValues(classifier, { ...chosen, rule: classThresholds }, images);
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

/** Options that class thresholds leave no place for. */
function besideClassThresholds(command: StopCommand): Problem[] {
  const problems = unusedOptions(command, ['minConfidence', 'targetAccuracy'], 'none beside `classThresholds`');
  if (command.stopBy !== 'information') return problems;
  const expected = 'probability or rejection with `classThresholds`, which are probabilities';
  return [...problems, { where: 'stopBy', expected, received: command.stopBy }];
}

async function storedThresholds(
  model: string,
  { classes }: Classifier,
  { file }: ThresholdFile,
): Promise<readonly number[]> {
  const { thresholds, classifier } = await readClassThresholds(file, classes);
  const { sha256 } = await identify(model);
  if (classifier !== undefined && sha256 !== null && classifier !== sha256) {
    log(`${file}: these thresholds were chosen for another classifier of the same classes`);
  }
  return thresholds;
}

async function classThresholdValues(
  classifier: Classifier,
  command: Omit<StopCommand, 'classThresholds'> & Pick<ClassThresholdsOptions, 'rule' | 'taxonomy' | 'signal'>,
  open: (() => Promise<ImageSet>) | undefined,
): Promise<readonly number[]> {
  const { rule, stopBy: _, ...deciding } = command;
  if (open === undefined) {
    const expected = 'the images that the classifier was trained with: its validation set chooses the thresholds';
    const remedy = 'Or choose them once with `cladenet thresholds`, and give its table.';
    refuseOptions([{ where: 'images', expected, received: 'nothing', remedy }]);
  }
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
