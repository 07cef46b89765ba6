/**
 * What an interrupted out-of-fold prediction needs to resume: a folder for each fold, `fold-1` and so on, with a checkpoint while its
 * model is trained (see `checkpointFolder`), and instead of that, once it has predicted, `predictions.json` and `.bin`.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { currentFolder, hasFolder, readIfThere, readSaved, writeFolderAtomic } from '../../files.js';
import { sha256OfJson } from '../../hash.js';
import { decodeWeights, encodeWeights, weightsDescriptionSchema } from '../../network/weights-file.js';
import { alone } from '../../outputs/part-of-unfinished.js';
import { claim } from '../../outputs/unfinished.js';
import { type CheckpointStore, checkpointFolder, otherTraining } from '../../training/checkpoint.js';
import { claiming } from '../../training/claiming.js';

export interface FoldStore {
  /** Probabilities [images x classes] of a fold that is done. */
  load(fold: number): Promise<Float32Array | undefined>;
  save(fold: number, probabilities: Float32Array, classes: number): Promise<void>;
  /** Of the training of the fold's model. */
  checkpoint(fold: number): CheckpointStore;
  /** Whether there is a checkpoint. */
  isBegun(fold: number): boolean;
  /** Works on a fold once no other process does. */
  alone<T>(fold: number, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T>;
}

const storedSchema = z.strictObject({ purpose: z.string(), predictions: weightsDescriptionSchema });

const RECORD = 'predictions.json';
const VALUES = 'predictions.bin';

/**
 * @param purpose everything that decides what the folds predict: what has another purpose is refused
 * @param minutes see `CheckpointStore`
 */
export function foldStore(root: string, purpose: unknown, minutes?: number): FoldStore {
  const key = sha256OfJson(purpose);
  const folderOf = (fold: number) => join(root, `fold-${fold}`);
  return {
    async load(fold) {
      const folder = await currentFolder(folderOf(fold));
      const text = await readIfThere(join(folder, RECORD), 'TRAINING');
      const stored = text && parse(text.toString());
      if (stored === undefined) return undefined;
      if (stored.purpose !== key) throw otherTraining(root);
      const bytes = await readSaved(join(folder, VALUES), 'TRAINING', stored.predictions.bytes);
      // Damaged predictions are computed again; those of the other folds are kept.
      if (typeof bytes === 'string') return undefined;
      const values = decodeWeights(bytes, stored.predictions);
      if (typeof values === 'string' || values.probabilities === undefined) return undefined;
      return Float32Array.from(values.probabilities.data);
    },
    async save(fold, probabilities, classes) {
      await claim(root);
      const shape = [probabilities.length / classes, classes];
      const { bytes, description } = encodeWeights({ probabilities: { shape, data: probabilities } });
      await writeFolderAtomic(folderOf(fold), async (temporary) => {
        await writeFile(join(temporary, VALUES), bytes);
        await writeFile(join(temporary, RECORD), JSON.stringify({ purpose: key, predictions: description }));
      });
    },
    checkpoint: (fold) => claiming(root, checkpointFolder(folderOf(fold), [purpose, fold], { minutes })),
    isBegun: (fold) => hasFolder(folderOf(fold)) && !existsSync(join(folderOf(fold), RECORD)),
    alone: (fold, signal, work) => alone(root, folderOf(fold), signal, work),
  };
}

function parse(text: string): z.output<typeof storedSchema> | undefined {
  try {
    return storedSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
