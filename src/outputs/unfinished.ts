/**
 * The folder `OUT.partial`, which keeps the checkpoints of unfinished work. It is removed in the end, so it is never a folder of
 * somebody else: its owner's mark says that cladenet made it, and for which output.
 */

import { copyFile, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, normalize } from 'node:path';
import { append } from '../arrays.js';
import { currentFolder, hasFolder, isNotFound, removeFolder, writeFileAtomic, writeFolderAtomic } from '../files.js';
import { realPath } from '../real-path.js';
import { isTemporary } from '../temporaries.js';
import { jsonIn, namesIn } from './contents.js';
import { exclusively } from './exclusively.js';

/** The owner's mark. */
export const MARK = 'cladenet.json';

const SUFFIX = '.partial';

/**
 * The folder that keeps the finished epochs and nodes of an unfinished training. Beside the folder that is written: not beside a
 * link to it, which may be on another disk.
 */
export function partialFolder(out: string): string {
  const name = nameOf(out);
  const real = realPath(out);
  const isLink = join(realPath(dirname(name)), basename(name)) !== real;
  return `${isLink ? real : name}${SUFFIX}`;
}

/** Where a tree that shares the CNN block of a flat classifier has it trained, if none is given. */
export const flatFolder = (out: string): string => `${nameOf(out)}-flat`;

/** A path that a suffix can be added to: `run` for `run/` and `./run`. */
function nameOf(path: string): string {
  const name = normalize(path).replace(/(?<=.)[\\/]+$/, '');
  return /^\.*$/.test(basename(name)) || path.split(/[\\/]/).includes('..') ? realPath(path) : name;
}

/** Marks a folder as the one of unfinished work, and makes it if there is none. */
export async function claim(folder: string): Promise<void> {
  if (hasFolder(folder)) {
    const names = await readdir(await currentFolder(folder));
    if (!names.includes(MARK)) await writeFileAtomic(join(folder, MARK), markOf(folder));
    return;
  }
  // Of several runs that find none, one makes it: a second one would replace what the first has saved in it.
  await exclusively(`${folder} claim`, {}, async () => {
    if (hasFolder(folder)) return;
    await writeFolderAtomic(folder, (made) => writeFile(join(made, MARK), markOf(folder)));
  });
}

/** Copies the mark, where a folder is replaced as a whole. */
export async function keepMark(from: string, to: string): Promise<void> {
  await copyFile(join(from, MARK), join(to, MARK)).catch((error: unknown) => {
    if (!isNotFound(error)) throw error;
  });
}

/** Removes the folder, unless something else has come to lie in it. */
export async function removeUnfinished(folder: string): Promise<void> {
  if ((await foreignInUnfinished(folder)).length === 0) await removeFolder(folder);
}

/** What is in a folder that unfinished work does not leave there; `a file` where there is one in its place. */
export async function foreignInUnfinished(path: string): Promise<string[]> {
  const folder = await currentFolder(path);
  const names = await namesIn(folder);
  if (names === undefined) return ['a file'];
  const foreign = await othersIn(folder, names);
  if (foreign.length > 0 || names.length === 0) return foreign;
  // Folders of versions without the mark are recognised by the files of a checkpoint.
  return (await isMarked(folder)) || (await hasCheckpoint(folder, names)) ? [] : names;
}

const CHECKPOINT = ['checkpoint.json', 'checkpoint.bin', 'history.jsonl'];
const PREDICTIONS = ['predictions.json', 'predictions.bin'];
/** What was found in frames so far, and folders of the images that were drawn of it. */
export const FOUND = 'detections.jsonl';
export const FOUND_IMAGES = { crops: 'crops', drawn: 'drawn' } as const;
/** Of a node's training, of a fold, and of the checkpoint before. */
const PART = /^(?:[0-9a-f]{16}|fold-\d+|previous)$/;

async function othersIn(folder: string, names: readonly string[]): Promise<string[]> {
  const foreign: string[] = [];
  for (const name of names) {
    if (name === MARK || isTemporary(name) || [...CHECKPOINT, ...PREDICTIONS, FOUND].includes(name)) continue;
    if (Object.values<string>(FOUND_IMAGES).includes(name)) {
      const images = await namesIn(join(folder, name));
      if (images === undefined) foreign.push(name);
      const others = images?.filter((one) => !one.endsWith('.png') && !isTemporary(one)) ?? [];
      append(
        foreign,
        others.map((other) => join(name, other)),
      );
    } else if (!PART.test(name)) foreign.push(name);
    else {
      const below = join(folder, name);
      const others = await othersIn(below, (await namesIn(below)) ?? ['']);
      append(
        foreign,
        others.map((other) => join(name, other)),
      );
    }
  }
  return foreign;
}

async function hasCheckpoint(folder: string, names: readonly string[]): Promise<boolean> {
  for (const name of names) {
    if (isTemporary(name) || name === 'checkpoint.bin' || name === 'predictions.bin') return true;
    if (name === 'checkpoint.json' || name === 'predictions.json') {
      const { purpose } = await jsonIn(join(folder, name));
      if (typeof purpose === 'string') return true;
    }
    if (PART.test(name) && (await hasCheckpoint(join(folder, name), (await namesIn(join(folder, name))) ?? []))) {
      return true;
    }
  }
  return false;
}

const isMarked = async (folder: string): Promise<boolean> =>
  typeof (await jsonIn(join(folder, MARK))).unfinished === 'string';

function markOf(folder: string): string {
  const real = realPath(folder);
  const unfinished = real.endsWith(SUFFIX) ? real.slice(0, -SUFFIX.length) : real;
  return `${JSON.stringify({ unfinished }, null, 2)}\n`;
}
