/**
 * Classifiers as folders: `classifier.json`, `history.jsonl`, `images.json`, `weights/*.bin`, `forests/*.bin`, and classifiers
 * within a classifier in `members/*`. Written whole or not at all.
 */
import { link, mkdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { append } from '../../arrays.js';
import type { Problem } from '../../errors.js';
import { currentFolder, writeFolderAtomic } from '../../files.js';
import { sha256, sha256OfJson } from '../../hash.js';
import { type Weights, weightProblems } from '../../network/weights.js';
import { decodeWeights, encodeWeights } from '../../network/weights-file.js';
import { withOutputs } from '../../outputs/with-outputs.js';
import { readProblem, readRegularFile } from '../../regular-file.js';
import type { EpochRecord } from '../../training/epoch-record.js';
import { epochRecordSchema } from '../../training/epoch-record.js';
import type { Description, MemberFolder, StoredDescription } from '../schema.js';
import { type Forests, readForests, writeForests } from './forest-files.js';
import { partFile } from './part-file.js';
import { DESCRIPTION, damaged, parse, readDescription, readText } from './read-description.js';
import { FINGERPRINT_BYTES, type SeenImages } from './seen.js';

/**
 * An epoch of the history of a classifier. `node` is the path of the tree's node that was trained; `level`, from 1, which one
 * of a network grown level by level.
 */
export type HistoryLine = EpochRecord & { readonly node?: string; readonly level?: number };

/** A piece of a classifier that is trained, kept and replaced as one: the trunk, or the classifier of one node. */
export interface Module {
  readonly name: string;
  readonly weights: Weights;
}

export interface StoredClassifier {
  readonly description: StoredDescription;
  readonly modules: readonly Module[];
  readonly forests: Forests;
  readonly history: readonly HistoryLine[];
  /** Fingerprints of the images of each subset of its split. */
  readonly seen: SeenImages;
}

/** Of one module: far more than the largest network that the specification allows. */
const MAX_WEIGHTS_BYTES = 2 ** 31;
const HISTORY = 'history.jsonl';
const IMAGES = 'images.json';

/** What is written of a classifier, beside its description. */
export interface Parts extends Omit<StoredClassifier, 'description' | 'forests'> {
  readonly forests?: Forests | undefined;
  /** Classifiers within it: see {@link memberFolder}. */
  readonly members?: readonly { save(folder: string): Promise<void> }[] | undefined;
}

const memberFolder = (index: number) => `members/${index}`;

/**
 * Writes a classifier as a folder, whole or not at all; an older one there is replaced.
 *
 * @param origin folder of a classifier: weight files that would be the same are shared with it
 * @throws CladenetError USAGE when the folder cannot be written, or holds what cladenet did not write; OUTPUT when another run
 *   writes it
 */
export async function saveClassifier(
  folder: string,
  stored: Parts,
  description: Description,
  origin?: string,
): Promise<void> {
  await withOutputs([{ where: 'folder', path: folder, kind: 'classifier' }], [], () =>
    writeClassifier(folder, stored, description, origin),
  );
}

async function writeClassifier(
  folder: string,
  stored: Parts,
  description: Description,
  origin: string | undefined,
): Promise<void> {
  const shared = origin === undefined ? undefined : await currentFolder(origin);
  const there = shared === undefined ? [] : await modulesIn(shared);
  await writeFolderAtomic(folder, async (temporary) => {
    await mkdir(join(temporary, 'weights'));
    const modules = [];
    for (const [index, module] of stored.modules.entries()) {
      const file = partFile('weights', module.name, index);
      const { bytes, description: described } = encodeWeights(module.weights);
      const same = there.find(({ sha256 }) => sha256 === described.sha256);
      if (shared === undefined || same === undefined) await writeFile(join(temporary, file), bytes);
      else await share(join(shared, same.file), join(temporary, file), bytes);
      modules.push({ name: module.name, file, ...described });
    }
    const history = stored.history.map((line) => `${JSON.stringify(line)}\n`).join('');
    const images = `${JSON.stringify(stored.seen)}\n`;
    const forests = await writeForests(temporary, stored.forests ?? new Map());
    const members = await writeMembers(temporary, stored.members ?? []);
    const content = {
      ...description,
      modules,
      ...(forests.length > 0 && { forests }),
      ...(members.length > 0 && { members }),
    };
    const hashes = { history: sha256(history), images: sha256(images), description: sha256OfJson(content) };
    await writeFile(join(temporary, DESCRIPTION), `${JSON.stringify({ ...content, sha256: hashes }, null, 2)}\n`);
    await writeFile(join(temporary, HISTORY), history);
    await writeFile(join(temporary, IMAGES), images);
  });
}

async function writeMembers(folder: string, members: NonNullable<Parts['members']>): Promise<MemberFolder[]> {
  const described: MemberFolder[] = [];
  for (const [index, member] of members.entries()) {
    const own = memberFolder(index);
    await member.save(join(folder, own));
    const { sha256: hash } = await identify(join(folder, own));
    described.push({ folder: own, sha256: hash ?? '' });
  }
  return described;
}

/** None where there is no classifier any more. */
async function modulesIn(folder: string): Promise<StoredDescription['modules']> {
  const read = await readDescription(folder, []).catch(() => undefined);
  return read?.modules ?? [];
}

/** Classifiers are replaced as folders, never written into, so a file can be part of several. A damaged one is not shared. */
async function share(from: string, to: string, bytes: Buffer): Promise<void> {
  const isIntact = await readRegularFile(from, { maxBytes: bytes.length }).then(
    (found) => found.equals(bytes),
    () => false,
  );
  const linked =
    isIntact &&
    (await link(from, to).then(
      () => true,
      () => false,
    ));
  if (!linked) await writeFile(to, bytes);
}

/**
 * What a saved classifier is called, and the checksum of its description.
 *
 * @throws CladenetError MODEL when the folder is not a classifier of a readable version
 */
export async function identify(folder: string): Promise<{ readonly name: string; readonly sha256: string | null }> {
  const problems: Problem[] = [];
  const { sha256: hashes } = await readDescription(await currentFolder(folder), problems);
  if (problems.length > 0) throw damaged(folder, problems);
  return { name: basename(resolve(folder)), sha256: hashes?.description ?? null };
}

/** @throws CladenetError MODEL when the folder is not a classifier of a readable version, or damaged: all reasons at once */
export async function readClassifier(path: string): Promise<StoredClassifier> {
  const folder = await currentFolder(path);
  const problems: Problem[] = [];
  const description = await readDescription(folder, problems);
  const modules: Module[] = [];
  for (const module of description.modules) {
    const file = join(folder, module.file);
    const bounds = { maxBytes: MAX_WEIGHTS_BYTES, exactBytes: module.bytes };
    try {
      const weights = decodeWeights(await readRegularFile(file, bounds), module);
      if (typeof weights === 'string') {
        problems.push({ where: file, expected: 'the weights that were saved', received: weights });
        continue;
      }
      append(problems, weightProblems(file, weights));
      modules.push({ name: module.name, weights });
    } catch (error) {
      problems.push(readProblem(file, error));
    }
  }
  const described = 'forests' in description ? (description.forests ?? []) : [];
  const forests = await readForests(folder, described, problems);
  const images = join(folder, IMAGES);
  const seen = parse(images, await readText(images, description.sha256?.images, problems), seenSchema, problems);
  if (seen !== undefined) append(problems, countProblems(images, seen, description.split.images));
  const file = join(folder, HISTORY);
  const lines = (await readText(file, description.sha256?.history, problems))?.split('\n') ?? [];
  const history = lines.flatMap((line, i) =>
    line === '' ? [] : [parse(`${file}:${i + 1}`, line, historyLineSchema, problems)],
  );
  if (problems.length > 0 || seen === undefined) throw damaged(folder, problems);
  return { description, modules, forests, history: history as HistoryLine[], seen };
}

/** There is a fingerprint for each image of the split. */
function countProblems(file: string, seen: SeenImages, images: Readonly<Record<keyof SeenImages, number>>): Problem[] {
  return (['train', 'validation', 'test'] as const).flatMap((subset) => {
    const bytes = Buffer.byteLength(seen[subset], 'base64');
    if (bytes === FINGERPRINT_BYTES * images[subset]) return [];
    const expected = `fingerprints of ${images[subset]} images, ${FINGERPRINT_BYTES} bytes each`;
    return [{ where: `${file}: ${subset}`, expected, received: `${bytes} bytes` }];
  });
}

const prints = z.base64('fingerprints in base64');
const seenSchema = z.strictObject({ train: prints, validation: prints, test: prints });
const historyLineSchema = epochRecordSchema.extend({
  node: z.string().optional(),
  level: z.int().positive().optional(),
});
