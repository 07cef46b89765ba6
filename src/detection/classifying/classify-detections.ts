/** Names what a detector found, with any classifier: the tree decides. */
import type { ClassifyOptions } from '../../classifier/classification.js';
import type { Classifier } from '../../classifier/classifier.js';
import { judgingTaxonomy } from '../../classifier/judging/judging-taxonomy.js';
import type { StoppedDecision } from '../../decision/stop-at-ancestor.js';
import type { Detection } from '../detector.js';
import type { FrameReader } from '../frames/frame.js';
import { borderOf } from '../frames/levels.js';
import { imagesOfCrops, withCropFile } from './crop-images.js';
import { cropsOf } from './crops.js';
import { litAs } from './lighting.js';
import { measuredBelow, requireNoTable, requireSameBackground } from './requirements.js';

/** Options of {@link classifyDetections}. */
export interface ClassifyDetectionsOptions extends ClassifyOptions {
  /**
   * Pixels of the frame around each box that belong to its crop. Default: as many as there are around the organisms of the
   * classifier's training images; 4 where it does not say.
   */
  readonly margin?: number | undefined;
  /** Classify organisms of frames with another background than the training images had. Default `false`: an error. */
  readonly anyBackground?: boolean | undefined;
}

/** A detection with its name. */
export interface ClassifiedDetection extends Detection {
  /** The class decided on. */
  readonly class: string;
  /** Its probability, calibrated. */
  readonly probability: number;
  /** The path of the class in the taxonomy; the class itself where there is none. */
  readonly lineage: string;
  /** With `minConfidence`: the node that is decided on instead, which is the class or an ancestor of it. */
  readonly node?: StoppedDecision | undefined;
}

/** Pixels around a box where the classifier does not say how its images were cut. */
const MARGIN = 4;

/** @internal Pixels around an organism's box that belong to its crop, as in the classifier's training images. */
export const marginOf = ({ description }: Classifier): number => description.split.crops?.margin ?? MARGIN;

/** @internal What to tell users of a classifier that does not say how its training images were cut and lit. */
export function unknownCropsNote({ description }: Classifier, margin = MARGIN): string | undefined {
  if (description.split.crops !== undefined) return undefined;
  return (
    `the classifier does not say how its training images were cut and lit, so organisms get ${margin} pixels of margin and keep ` +
    "their frame's grey levels: names are less often right than after a training with this version"
  );
}

/**
 * Gives each detection to a classifier: its part of the frame, cut and lit as the training images are (margin, level of the background, fill,
 * square), without a file in between. Where the box of another one reaches into that part, the organism alone, if the detector gives it.
 *
 * @param frame      that the detections are of; `frameOf` makes one of an image in memory
 * @param classifier flat, a tree, or on features that cladenet measures
 * @param options    as of `Classifier.classify`
 * @returns the detections in their order, with what each is
 * @throws CladenetError USAGE for a frame with another background than the training images, a classifier on a table of features, and
 *   as `Classifier.classify`
 */
export async function classifyDetections(
  frame: FrameReader,
  detections: readonly Detection[],
  classifier: Classifier,
  options: ClassifyDetectionsOptions = {},
): Promise<ClassifiedDetection[]> {
  const { description } = classifier;
  const { margin = marginOf(classifier), anyBackground = false, ...classifying } = options;
  requireNoTable(classifier);
  if (detections.length === 0) return [];
  const paper = await borderOf(frame);
  if (!anyBackground) requireSameBackground(classifier, paper);
  const { preprocessing } = description;
  const border = description.split.crops?.border;
  const cut = await cropsOf(frame, detections, { margin, paper, channels: preprocessing.channels });
  const crops = cut.map((crop) => litAs(crop, paper, border));
  const images = imagesOfCrops(crops, preprocessing);
  const cropBottom = measuredBelow(classifier);
  const classify = (set: typeof images) => classifier.classify(set, classifying);
  const { classes, decisions, probabilities, nodes } =
    cropBottom === undefined
      ? await classify(images)
      : await withCropFile(images, crops, { paper: border ?? paper, cropBottom }, classify);
  const taxonomy = judgingTaxonomy([classifier], classifying.taxonomy);
  return detections.map((detection, i) => {
    const decided = decisions[i] ?? 0;
    const name = classes[decided] ?? '';
    return {
      ...detection,
      class: name,
      probability: probabilities[i * classes.length + decided] ?? 0,
      lineage: taxonomy?.leafOf(name) ?? name,
      ...(nodes && { node: nodes[i] }),
    };
  });
}
