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
 * Opens writers, runs `work` with them, then puts all results into place. Where anything fails nothing is written.
 *
 * @returns what was written, as lines for the log
 * @throws CladenetError as `work`; USAGE where a format cannot hold these predictions; OUTPUT where the system refuses
 */
export async function withWriters(
  openers: readonly (() => Promise<PredictionWriter>)[],
  work: (writers: readonly PredictionWriter[]) => Promise<void>,
): Promise<string[]> {
  const writers: PredictionWriter[] = [];
  try {
    for (const open of openers) writers.push(await open());
    await work(writers);
    const lines: string[] = [];
    for (const writer of writers) lines.push(await writer.commit());
    return lines;
  } catch (error) {
    for (const writer of writers) await writer.discard();
    throw error;
  }
}
