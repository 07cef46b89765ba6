/** Classifies images part by part, and gives each part to the writers. */
import type { ClassifyOptions } from '../../classifier/classification.js';
import type { Classifier } from '../../classifier/classifier.js';
import { type ImageSet, partsOf } from '../../dataset/images.js';
import type { PredictionWriter } from './prediction-writer.js';

/** Images of a part. With 1,000 classes their probabilities take 16 MB. */
const PART = 4096;

/**
 * Classifies images and writes what comes of it.
 *
 * @param images prepared as `description.preprocessing` says
 * @throws CladenetError as `Classifier.classify`; OUTPUT where a result cannot be written
 */
export async function writePredictions(
  classifier: Pick<Classifier, 'classify'>,
  images: ImageSet,
  writers: readonly PredictionWriter[],
  { onProgress, ...options }: ClassifyOptions = {},
): Promise<void> {
  let before = 0;
  for (const part of partsOf(images, PART)) {
    const report = ({ done }: { readonly done: number }) => onProgress?.({ done: before + done, total: images.count });
    const classification = await classifier.classify(part, { ...options, onProgress: report });
    for (const writer of writers) await writer.write({ images: part, classification });
    before += part.count;
  }
}

/**
 * Runs `work`, then puts all results into place; where it throws, nothing is written.
 *
 * @returns what was written, as lines for the log
 */
export async function committing(
  writers: readonly PredictionWriter[],
  work: () => Promise<void>,
): Promise<readonly string[]> {
  try {
    await work();
    const lines: string[] = [];
    for (const writer of writers) lines.push(await writer.commit());
    return lines;
  } catch (error) {
    for (const writer of writers) await writer.discard();
    throw error;
  }
}
