/** An arm's predictions for the test images of a seed, computed once and kept with a digest of everything that they depend on. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Classifier } from '../classifier/classifier.js';
import { ROUTINGS } from '../classifier/schema.js';
import { type ImageSet, selectImages } from '../dataset/images.js';
import type { StudyRun } from '../evaluation/study-types.js';
import { currentFolder, readIfThere, readSaved, writeFolderAtomic } from '../files.js';
import { sha256 } from '../hash.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { parseJson } from './parse-json.js';
import type { ArmPlan } from './plan.js';

const index = z.int().min(0);

const storedSchema = z.strictObject({
  /** Digest of what the predictions depend on. */
  purpose: z.string(),
  seed: z.number(),
  classes: z.array(z.string()),
  /** Fingerprints of the images. */
  images: z.array(z.string()),
  /** Indices into `classes`, as are the decisions. */
  labels: z.array(index),
  decisions: z.array(index),
  /** Routing of a tree: as configured, or as chosen on its validation set. */
  routing: z.enum(ROUTINGS).nullable(),
  seconds: z.strictObject({ training: z.number(), prediction: z.number() }),
  /** SHA-256 of the file with the probabilities. */
  sha256: z.string(),
});

/** Everything about a prediction except its probabilities. */
export type PredictionRecord = z.output<typeof storedSchema>;

export interface StudyPredictions {
  readonly record: PredictionRecord;
  /** [images x classes], row-major. */
  readonly probabilities: Float32Array;
}

const RECORD = 'predictions.json';
const PROBABILITIES = 'probabilities.f32';

/**
 * The stored predictions; undefined if there are none, or if they have another purpose or are damaged, and have to be computed.
 *
 * @param purposes names of the same purpose, of this version and older ones
 * @throws CladenetError EVALUATION when there are some that cannot be read
 */
export async function readPredictions(
  folder: string,
  purposes: readonly string[],
): Promise<StudyPredictions | undefined> {
  const current = await currentFolder(folder);
  const text = await readIfThere(join(current, RECORD), 'EVALUATION');
  if (text === undefined) return undefined;
  const { data: record } = storedSchema.safeParse(parseJson(text.toString()));
  if (record === undefined || !purposes.includes(record.purpose)) return undefined;
  const size = 4 * record.labels.length * record.classes.length;
  const bytes = await readSaved(join(current, PROBABILITIES), 'EVALUATION', size);
  if (typeof bytes === 'string' || record.sha256 !== sha256(bytes)) return undefined;
  return { record, probabilities: new Float32Array(new Uint8Array(bytes).buffer) };
}

export async function writePredictions(folder: string, { record, probabilities }: StudyPredictions): Promise<void> {
  await writeFolderAtomic(folder, async (temporary) => {
    await writeFile(join(temporary, PROBABILITIES), bytesOf(probabilities));
    await writeFile(join(temporary, RECORD), `${JSON.stringify(record)}\n`);
  });
}

/**
 * Predicts test images and decides on their classes.
 * @param judging the taxonomy by which `lca` decides
 * @param given   further fields of the record
 */
export async function predictTest(
  classifier: Classifier,
  test: ImageSet,
  { routing, decide, tta }: Pick<ArmPlan, 'routing' | 'decide' | 'tta'>,
  judging: Taxonomy | undefined,
  given: Pick<PredictionRecord, 'purpose' | 'seed' | 'images'> & { readonly trainingSeconds: number },
  signal: AbortSignal | undefined,
): Promise<StudyPredictions> {
  try {
    // Predicting the first image compiles the network, which does not count towards the time per image.
    await classifier.classify(selectImages(test, [0]), { routing, signal });
    const started = performance.now();
    const by = { routing, decide, tta, signal, ...(decide === 'lca' && { taxonomy: judging }) };
    const { classes, probabilities, labels, decisions, routing: chosen } = await classifier.classify(test, by);
    const prediction = (performance.now() - started) / 1000;
    const { trainingSeconds, ...rest } = given;
    const record: PredictionRecord = {
      ...rest,
      classes: [...classes],
      labels: Array.from(labels),
      decisions: Array.from(decisions),
      routing: chosen ?? null,
      seconds: { training: trainingSeconds, prediction },
      sha256: sha256(bytesOf(probabilities)),
    };
    return { record, probabilities };
  } finally {
    classifier.dispose();
  }
}

/** The predictions in the form that `judgeStudy` takes. */
export function asRun({ record, probabilities }: StudyPredictions): StudyRun {
  const { seed, classes, labels, decisions, images, seconds } = record;
  return {
    seed,
    predictions: {
      classes,
      probabilities,
      labels: Int32Array.from(labels),
      decisions: Int32Array.from(decisions),
    },
    images,
    seconds,
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);
