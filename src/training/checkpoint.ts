/**
 * What a stopped training needs to go on, on disk after each epoch: a folder with `checkpoint.json`, `checkpoint.bin` and,
 * to look at while it runs, `history.jsonl`.
 */
import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CladenetError } from '../errors.js';
import { writeFolderAtomic } from '../files.js';
import type { Weights } from '../network/weights.js';
import { decodeWeights, encodeWeights, type WeightsDescription } from '../network/weights-file.js';
import type { EpochRecord } from './hooks.js';

export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  /** Weights, statistics and optimiser slots. */
  readonly state: Weights;
  readonly history: readonly EpochRecord[];
  readonly best: { readonly weights: Weights; readonly record: EpochRecord } | undefined;
}

export interface CheckpointStore {
  load(): Promise<Checkpoint | undefined>;
  save(checkpoint: Checkpoint): Promise<void>;
  clear(): Promise<void>;
}

interface Stored {
  readonly purpose: string;
  readonly step: number;
  readonly best: EpochRecord | null;
  readonly state: WeightsDescription;
  readonly weights: WeightsDescription;
}

/**
 * Checkpoints in a folder of their own.
 *
 * @param purpose everything that decides what the training computes (configuration, network, images, split): a checkpoint
 *                of another purpose is refused, because going on from it would mix two trainings
 */
export function checkpointFolder(folder: string, purpose: unknown): CheckpointStore {
  const key = createHash('sha256').update(JSON.stringify(purpose)).digest('hex');
  return {
    async load() {
      const text = await readFile(join(folder, 'checkpoint.json'), 'utf8').catch(() => undefined);
      if (text === undefined) return undefined;
      const stored = JSON.parse(text) as Stored;
      if (stored.purpose !== key) throw otherTraining(folder);
      const bytes = await readFile(join(folder, 'checkpoint.bin'));
      const lines = (await readFile(join(folder, 'history.jsonl'), 'utf8')).split('\n').filter((line) => line !== '');
      const history = lines.map((line) => JSON.parse(line) as EpochRecord);
      const state = decodeWeights(bytes.subarray(0, stored.state.bytes), stored.state);
      const weights = decodeWeights(bytes.subarray(stored.state.bytes), stored.weights);
      if (typeof state === 'string' || typeof weights === 'string') throw damaged(folder, [state, weights]);
      const best = stored.best === null ? undefined : { weights, record: stored.best };
      return { step: stored.step, state, history, best };
    },
    async save({ step, state, history, best }) {
      const encoded = encodeWeights(state);
      const bestEncoded = encodeWeights(best?.weights ?? {});
      const stored: Stored = {
        purpose: key,
        step,
        best: best?.record ?? null,
        state: encoded.description,
        weights: bestEncoded.description,
      };
      await writeFolderAtomic(folder, async (temporary) => {
        await writeFile(join(temporary, 'checkpoint.bin'), Buffer.concat([encoded.bytes, bestEncoded.bytes]));
        await writeFile(
          join(temporary, 'history.jsonl'),
          history.map((record) => `${JSON.stringify(record)}\n`).join(''),
        );
        await writeFile(join(temporary, 'checkpoint.json'), JSON.stringify(stored));
      });
    },
    clear: () => rm(folder, { recursive: true, force: true }),
  };
}

function otherTraining(folder: string): CladenetError {
  return new CladenetError('TRAINING', 'An unfinished training of another kind is in the way', [
    {
      where: folder,
      expected: 'a checkpoint of this configuration, these images and this split',
      received: 'one of other settings',
      remedy: 'Give the options it was started with to go on, or --fresh to begin anew.',
    },
  ]);
}

function damaged(folder: string, results: readonly (Weights | string)[]): CladenetError {
  const received = results.find((result) => typeof result === 'string') as string;
  return new CladenetError('TRAINING', 'The checkpoint of an unfinished training is damaged', [
    { where: folder, expected: 'what was saved', received, remedy: 'Begin anew with --fresh.' },
  ]);
}
