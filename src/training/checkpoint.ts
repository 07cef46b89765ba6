/**
 * What an interrupted training needs to resume, written after each epoch and within long ones: a folder with `checkpoint.json`, `checkpoint.bin`
 * and `history.jsonl`, which can be read while the training runs. Its subfolder `previous` holds the same files of the
 * checkpoint before.
 */
import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CladenetError, type Problem } from '../errors.js';
import { currentFolder, readIfThere, readSaved, removeFolder, writeFolderAtomic } from '../files.js';
import { sha256, sha256OfJson } from '../hash.js';
import type { Weights } from '../network/weights.js';
import { decodeWeights, encodeWeights, weightsDescriptionSchema } from '../network/weights-file.js';
import { keepMark } from '../outputs/unfinished.js';
import type { EpochRecord } from './epoch-record.js';
import { epochRecordSchema } from './epoch-record.js';

/** Minutes between two checkpoints within an epoch, where nothing else is said. */
export const CHECKPOINT_MINUTES = 5;

/** An epoch that is not finished: what its record needs of the steps that are done. */
export interface UnfinishedEpoch {
  /** Sum of the steps' losses. */
  readonly loss: number;
  /** Images that were classified correctly. */
  readonly correct: number;
  readonly seconds: number;
}

/** What an interrupted training needs to resume after its last step. */
export interface Checkpoint {
  /** Steps done, over all epochs. */
  readonly step: number;
  /** Weights, statistics and optimiser slots. */
  readonly state: Weights;
  /** The finished epochs. */
  readonly history: readonly EpochRecord[];
  /** Undefined after the last step of an epoch, once it is in the history. */
  readonly unfinished?: UnfinishedEpoch | undefined;
  /** The best of the finished epochs. */
  readonly best: { readonly weights: Weights; readonly record: EpochRecord } | undefined;
}

/** A checkpoint as it was found. */
export interface LoadedCheckpoint extends Checkpoint {
  /** What is wrong with the newest checkpoint, if this is the one before it. */
  readonly damage?: Problem | undefined;
}

/** Where a training keeps its checkpoint, and how often it is to save one. */
export interface CheckpointStore {
  /** Within an epoch a checkpoint is saved this many minutes after the last one; 0 saves only after epochs. Default 5. */
  readonly minutes?: number | undefined;
  /** The newest checkpoint, the one before it if the newest is damaged, or undefined if there is none. */
  load(): Promise<LoadedCheckpoint | undefined>;
  /** Replaces the checkpoint atomically. */
  save(checkpoint: Checkpoint): Promise<void>;
  /** Removes the checkpoint. */
  clear(): Promise<void>;
  /** Runs the training that the checkpoint is of, once no other process does. Default: at once. */
  alone?<T>(train: () => Promise<T>): Promise<T>;
}

const storedSchema = z.strictObject({
  purpose: z.string(),
  step: z.int().min(0),
  /** SHA-256 of the history: with a line missing or added, the training would resume in the wrong epoch. */
  history: z.string(),
  unfinished: z
    .strictObject({ loss: z.number(), correct: z.number().min(0), seconds: z.number().min(0) })
    .nullable()
    .default(null),
  best: epochRecordSchema.nullable(),
  state: weightsDescriptionSchema,
  weights: weightsDescriptionSchema,
});

const RECORD = 'checkpoint.json';
const WEIGHTS = 'checkpoint.bin';
const HISTORY = 'history.jsonl';
const PREVIOUS = 'previous';

/**
 * Keeps the checkpoint, and the one before it, in a folder that holds nothing else. If the newest checkpoint is damaged, the
 * training resumes from the one before: it repeats the steps between them and has the same result.
 *
 * @param purpose everything that determines what the training computes (configuration, network, images, split). A checkpoint
 *                with another purpose is rejected, because resuming from it would mix two trainings
 * @param options `minutes` between two checkpoints within an epoch; 0 saves only after epochs. Default 5
 */
export function checkpointFolder(
  folder: string,
  purpose: unknown,
  { minutes }: Pick<CheckpointStore, 'minutes'> = {},
): CheckpointStore {
  const key = sha256OfJson(purpose);
  /** Subfolder of the newest intact checkpoint ('' for the folder itself); null if there is none, undefined if unknown. */
  let intact: string | null | undefined;

  async function load(): Promise<LoadedCheckpoint | undefined> {
    const current = await currentFolder(folder);
    intact = null;
    const newest = await readCheckpoint(current, '', key);
    if (newest !== undefined && !isProblem(newest)) {
      intact = '';
      return newest;
    }
    const previous = await readCheckpoint(current, PREVIOUS, key);
    if (newest === undefined && previous === undefined) return undefined;
    const damage = newest ?? problemWith(current, RECORD, 'no such file');
    if (previous === undefined) throw damaged([damage]);
    if (isProblem(previous)) throw damaged([damage, previous]);
    intact = PREVIOUS;
    return { ...previous, damage };
  }

  return {
    minutes,
    load,
    async save({ step, state, history, unfinished, best }) {
      const encoded = encodeWeights(state);
      const bestEncoded = encodeWeights(best?.weights ?? {});
      const lines = history.map((record) => `${JSON.stringify(record)}\n`).join('');
      const stored: z.output<typeof storedSchema> = {
        purpose: key,
        step,
        history: sha256(lines),
        unfinished: unfinished ?? null,
        best: best?.record ?? null,
        state: encoded.description,
        weights: bestEncoded.description,
      };
      // What cannot be resumed from is replaced, and not kept as the checkpoint before.
      if (intact === undefined) await load().catch(() => undefined);
      const current = await currentFolder(folder);
      await writeFolderAtomic(folder, async (temporary) => {
        await writeFile(join(temporary, WEIGHTS), Buffer.concat([encoded.bytes, bestEncoded.bytes]));
        await writeFile(join(temporary, HISTORY), lines);
        await writeFile(join(temporary, RECORD), JSON.stringify(stored));
        await keepMark(current, temporary);
        if (typeof intact === 'string') await keep(join(current, intact), join(temporary, PREVIOUS));
      });
      intact = '';
    },
    async clear() {
      await removeFolder(folder);
      intact = null;
    },
  };
}

/** The same store; `report` is called when the newest checkpoint is damaged and the one before it is loaded. */
export function reportingDamage(store: CheckpointStore, report: (damage: Problem) => void): CheckpointStore {
  return {
    ...store,
    async load() {
      const loaded = await store.load();
      if (loaded?.damage !== undefined) report(loaded.damage);
      return loaded;
    },
  };
}

/** The checkpoint in a folder, undefined if there is none, or what is wrong with it. */
async function readCheckpoint(
  folder: string,
  subfolder: string,
  key: string,
): Promise<Checkpoint | Problem | undefined> {
  const at = (name: string) => join(folder, subfolder, name);
  const read = (name: string) => readIfThere(at(name), 'TRAINING');
  const wrong = (name: string, what: string) => problemWith(folder, join(subfolder, name), what);
  const text = await read(RECORD);
  const lines = (await read(HISTORY))?.toString();
  if (text === undefined) {
    return !existsSync(at(WEIGHTS)) && lines === undefined ? undefined : wrong(RECORD, 'no such file');
  }
  const stored = parse(storedSchema, text.toString());
  if (typeof stored === 'string') return wrong(RECORD, stored);
  if (stored.purpose !== key) throw otherTraining(folder);
  if (lines === undefined) return wrong(HISTORY, 'no such file');
  if (sha256(lines) !== stored.history) return wrong(HISTORY, 'other lines than were saved');
  const bytes = await readSaved(at(WEIGHTS), 'TRAINING', stored.state.bytes + stored.weights.bytes);
  if (typeof bytes === 'string') return wrong(WEIGHTS, bytes);
  const state = decodeWeights(bytes.subarray(0, stored.state.bytes), stored.state);
  if (typeof state === 'string') return wrong(WEIGHTS, state);
  const weights = decodeWeights(bytes.subarray(stored.state.bytes), stored.weights);
  if (typeof weights === 'string') return wrong(WEIGHTS, weights);
  const history = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parse(epochRecordSchema, line));
  const flaw = history.find((record) => typeof record === 'string');
  if (flaw !== undefined) return wrong(HISTORY, flaw);
  const best = stored.best === null ? undefined : { weights, record: stored.best };
  return {
    step: stored.step,
    state,
    history: history as EpochRecord[],
    unfinished: stored.unfinished ?? undefined,
    best,
  };
}

/** Files of a checkpoint are never changed, so two folders can share them. Disks without hard links get copies. */
async function keep(from: string, to: string): Promise<void> {
  await mkdir(to);
  for (const name of [RECORD, WEIGHTS, HISTORY]) {
    await link(join(from, name), join(to, name)).catch(() => copyFile(join(from, name), join(to, name)));
  }
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

function problemWith(folder: string, file: string, what: string): Problem {
  return { where: folder, expected: 'the files as they were saved', received: `${file}: ${what}` };
}

const isProblem = (found: Checkpoint | Problem): found is Problem => 'received' in found;

function damaged(problems: readonly Problem[]): CladenetError {
  return new CladenetError(
    'TRAINING',
    'The checkpoint of an unfinished training is damaged',
    problems.map((problem) => ({ ...problem, remedy: 'Start again with `fresh: true`.' })),
  );
}
