/** Classifiers as folders: `classifier.json`, `history.jsonl`, `images.json`, `weights/*.bin`. Written whole or not at all. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CladenetError, type Problem } from '../errors.js';
import { writeFolderAtomic } from '../files.js';
import type { Weights } from '../network/weights.js';
import { decodeWeights, encodeWeights } from '../network/weights-file.js';
import type { EpochRecord } from '../training/hooks.js';
import { type Description, descriptionSchema, FORMAT, FORMAT_VERSION, type StoredDescription } from './schema.js';
import type { SeenImages } from './seen.js';

/** An epoch of the history of a classifier; `node` is the path of the tree's node that was trained. */
export type HistoryLine = EpochRecord & { readonly node?: string };

/** A piece of a classifier that is trained, kept and replaced as one: the trunk, or the classifier of one node. */
export interface Part {
  readonly name: string;
  readonly weights: Weights;
}

export interface StoredClassifier {
  readonly description: StoredDescription;
  readonly parts: readonly Part[];
  readonly history: readonly HistoryLine[];
  /** Fingerprints of the images of each part of its split. */
  readonly seen: SeenImages;
}

const DESCRIPTION = 'classifier.json';
const HISTORY = 'history.jsonl';
const IMAGES = 'images.json';

export async function saveClassifier(
  folder: string,
  stored: Omit<StoredClassifier, 'description'>,
  description: Description,
): Promise<void> {
  await writeFolderAtomic(folder, async (temporary) => {
    await mkdir(join(temporary, 'weights'));
    const parts = [];
    for (const [index, part] of stored.parts.entries()) {
      const file = partFile(part.name, index);
      const { bytes, description: described } = encodeWeights(part.weights);
      await writeFile(join(temporary, file), bytes);
      parts.push({ name: part.name, file, ...described });
    }
    await writeFile(join(temporary, DESCRIPTION), `${JSON.stringify({ ...description, parts }, null, 2)}\n`);
    await writeFile(join(temporary, HISTORY), stored.history.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await writeFile(join(temporary, IMAGES), `${JSON.stringify(stored.seen)}\n`);
  });
}

/** A file name that a person can read, with a number in front that keeps it unique. */
function partFile(name: string, index: number): string {
  const readable = name
    .replace(/[^A-Za-z0-9_-]+/g, '.')
    .replace(/^\.+|\.+$/g, '')
    .slice(-60);
  return `weights/${String(index).padStart(4, '0')}${readable === '' ? '' : `-${readable}`}.bin`;
}

/** @throws CladenetError MODEL when the folder is not a classifier of this version, or damaged: all reasons at once */
export async function readClassifier(folder: string): Promise<StoredClassifier> {
  const description = await readDescription(folder);
  const problems: Problem[] = [];
  const parts: Part[] = [];
  for (const part of description.parts) {
    const file = join(folder, part.file);
    const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => error);
    const weights = bytes instanceof Error ? `nothing that can be read (${bytes.code})` : decodeWeights(bytes, part);
    if (typeof weights === 'string')
      problems.push({ where: file, expected: 'the weights that were saved', received: weights });
    else parts.push({ name: part.name, weights });
  }
  const seen = await readJson(join(folder, IMAGES), seenSchema, problems);
  const history = await readHistory(join(folder, HISTORY), problems);
  if (problems.length > 0 || seen === undefined) throw damaged(folder, problems);
  return { description, parts, history, seen };
}

const seenSchema = z.strictObject({ train: z.string(), validation: z.string(), test: z.string() });

async function readDescription(folder: string): Promise<StoredDescription> {
  const file = join(folder, DESCRIPTION);
  const problems: Problem[] = [];
  const head = await readJson(file, z.looseObject({ format: z.string(), version: z.number() }), problems);
  if (head === undefined) {
    throw new CladenetError('MODEL', `${folder} is not a classifier that cladenet saved`, problems);
  }
  if (head.format !== FORMAT || head.version !== FORMAT_VERSION) {
    throw new CladenetError('MODEL', `${folder} cannot be loaded`, [
      {
        where: file,
        expected: `${FORMAT} of version ${FORMAT_VERSION}`,
        received: `${head.format} of version ${head.version}`,
        remedy: 'Load it with the version of cladenet that wrote it.',
      },
    ]);
  }
  const description = await readJson(file, descriptionSchema, problems);
  if (description === undefined) throw damaged(folder, problems);
  return description;
}

async function readJson<S extends z.ZodType>(
  file: string,
  schema: S,
  problems: Problem[],
): Promise<z.output<S> | undefined> {
  try {
    const result = schema.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues) {
      problems.push({
        where: `${file}: ${path.join('.') || 'content'}`,
        expected: 'what cladenet wrote',
        received: message,
      });
    }
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const received = missing ? 'no such file' : (error as Error).message;
    problems.push({ where: file, expected: 'JSON that cladenet wrote', received });
  }
  return undefined;
}

async function readHistory(file: string, problems: Problem[]): Promise<HistoryLine[]> {
  try {
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as HistoryLine);
  } catch (error) {
    problems.push({ where: file, expected: 'one JSON object a line', received: (error as Error).message });
    return [];
  }
}

function damaged(folder: string, problems: readonly Problem[]): CladenetError {
  return new CladenetError('MODEL', `The classifier in ${folder} is damaged and was not loaded`, problems);
}
