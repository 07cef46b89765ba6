/**
 * What an interrupted training needs to resume, written after each epoch: a folder with `checkpoint.json`, `checkpoint.bin`
 * and `history.jsonl`, which can be read while the training runs.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CladenetError } from '../errors.js';
import { writeFolderAtomic } from '../files.js';
import { sha256, sha256OfJson } from '../hash.js';
import type { Weights } from '../network/weights.js';
import { decodeWeights, encodeWeights, weightsDescriptionSchema } from '../network/weights-file.js';
import type { EpochRecord } from './epoch-record.js';
import { epochRecordSchema } from './epoch-record.js';

/** What an interrupted training needs to resume after its last finished epoch. */
export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  /** Weights, statistics and optimiser slots. */
  readonly state: Weights;
  readonly history: readonly EpochRecord[];
  readonly best: { readonly weights: Weights; readonly record: EpochRecord } | undefined;
}

/** Where a training keeps its checkpoint. */
export interface CheckpointStore {
  /** The checkpoint, or undefined if there is none. */
  load(): Promise<Checkpoint | undefined>;
  /** Replaces the checkpoint atomically. */
  save(checkpoint: Checkpoint): Promise<void>;
  /** Removes the checkpoint. */
  clear(): Promise<void>;
}

const storedSchema = z.strictObject({
  purpose: z.string(),
  step: z.int().min(0),
  /** SHA-256 of the history: with a line missing or added, the training would resume in the wrong epoch. */
  history: z.string(),
  best: epochRecordSchema.nullable(),
  state: weightsDescriptionSchema,
  weights: weightsDescriptionSchema,
});

/**
 * Keeps the checkpoint in a folder that holds nothing else.
 *
 * @param purpose everything that determines what the training computes (configuration, network, images, split). A checkpoint
 *                with another purpose is rejected, because resuming from it would mix two trainings
 */
export function checkpointFolder(folder: string, purpose: unknown): CheckpointStore {
  const key = sha256OfJson(purpose);
  return {
    async load() {
      const text = await readFile(join(folder, 'checkpoint.json'), 'utf8').catch(() => undefined);
      if (text === undefined) return undefined;
      const stored = parse(storedSchema, text);
      if (typeof stored === 'string') throw damaged(folder, `checkpoint.json: ${stored}`);
      if (stored.purpose !== key) throw otherTraining(folder);
      const lines = await readFile(join(folder, 'history.jsonl'), 'utf8').catch(() => '');
      if (sha256(lines) !== stored.history) throw damaged(folder, 'history.jsonl: not the lines that were saved');
      const history = lines
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as EpochRecord);
      const bytes = await readFile(join(folder, 'checkpoint.bin')).catch(() => Buffer.alloc(0));
      const state = decodeWeights(bytes.subarray(0, stored.state.bytes), stored.state);
      if (typeof state === 'string') throw damaged(folder, `checkpoint.bin: ${state}`);
      const weights = decodeWeights(bytes.subarray(stored.state.bytes), stored.weights);
      if (typeof weights === 'string') throw damaged(folder, `checkpoint.bin: ${weights}`);
      const best = stored.best === null ? undefined : { weights, record: stored.best };
      return { step: stored.step, state, history, best };
    },
    async save({ step, state, history, best }) {
      const encoded = encodeWeights(state);
      const bestEncoded = encodeWeights(best?.weights ?? {});
      const lines = history.map((record) => `${JSON.stringify(record)}\n`).join('');
      const stored: z.output<typeof storedSchema> = {
        purpose: key,
        step,
        history: sha256(lines),
        best: best?.record ?? null,
        state: encoded.description,
        weights: bestEncoded.description,
      };
      await writeFolderAtomic(folder, async (temporary) => {
        await writeFile(join(temporary, 'checkpoint.bin'), Buffer.concat([encoded.bytes, bestEncoded.bytes]));
        await writeFile(join(temporary, 'history.jsonl'), lines);
        await writeFile(join(temporary, 'checkpoint.json'), JSON.stringify(stored));
      });
    },
    clear: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The parsed content, or a description of what is wrong with it. */
function parse<S extends z.ZodType>(schema: S, text: string): z.output<S> | string {
  try {
    const { data, error } = schema.safeParse(JSON.parse(text));
    return error === undefined ? data : `${error.issues[0]?.path.join('.') || 'content'}: ${error.issues[0]?.message}`;
  } catch (error) {
    return (error as Error).message;
  }
}

/** @internal The error for a checkpoint that another training left. */
export function otherTraining(folder: string): CladenetError {
  return new CladenetError('TRAINING', 'The folder holds the checkpoint of another training', [
    {
      where: folder,
      expected: 'a checkpoint of this configuration, these images and this split',
      received: 'a checkpoint of other settings, or of an older version of cladenet',
      remedy: 'To resume that training, use the options that it was started with. To start again, set `fresh: true`.',
    },
  ]);
}

function damaged(folder: string, received: string): CladenetError {
  return new CladenetError('TRAINING', 'The checkpoint of an unfinished training is damaged', [
    { where: folder, expected: 'the files as they were saved', received, remedy: 'Start again with `fresh: true`.' },
  ]);
}
