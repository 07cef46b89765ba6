/** What is in the way of an output: files and folders that cladenet did not write, or that it cannot be sure of. */

import { join } from 'node:path';
import { append } from '../arrays.js';
import { currentFolder } from '../files.js';
import { isTemporary } from '../temporaries.js';
import { jsonIn, namesIn } from './contents.js';
import type { OutputKind } from './output-path.js';
import { foreignInUnfinished } from './unfinished.js';

/** Names of what would be lost; a file in place of a folder is `a file`. */
export async function foreignIn(folder: string, kind: OutputKind): Promise<string[]> {
  switch (kind) {
    case 'classifier':
      return foreignInClassifier(folder);
    case 'detector':
      return foreignInDetector(folder);
    case 'unfinished':
      return foreignInUnfinished(folder);
    case 'study':
      return foreignInStudy(folder);
    case 'demo':
      return foreignInDemo(folder);
    case 'folder':
      return (await namesIn(folder)) === undefined ? ['a file'] : [];
    case 'file':
      return [];
  }
}

const DESCRIPTION = 'classifier.json';
/** Numbered files of one kind each. */
const PARTS = ['weights', 'forests'];
/** Numbered classifiers within it. */
const MEMBERS = 'members';
const FILES = [DESCRIPTION, 'history.jsonl', 'images.json'];

/** Whether a path within the folder of a classifier is a part of it. */
export const isPartOfClassifier = (path: string): boolean =>
  FILES.includes(path) || /^(?:weights|forests|members)[\\/]/.test(path);

/** Whether there is a classifier, if perhaps a damaged one. */
export async function isClassifierFolder(folder: string): Promise<boolean> {
  const names = await namesIn(folder);
  if (names === undefined || !names.includes(DESCRIPTION)) return false;
  const { format } = await jsonIn(join(folder, DESCRIPTION));
  return format === undefined || format === 'cladenet-classifier';
}

async function foreignInClassifier(path: string): Promise<string[]> {
  const folder = await currentFolder(path);
  const names = await namesIn(folder);
  if (names === undefined) return ['a file'];
  if (names.length > 0 && !(await isClassifierFolder(folder))) return names;
  const foreign: string[] = [];
  for (const name of names) {
    if (FILES.includes(name) || isTemporary(name)) continue;
    if (name === MEMBERS || PARTS.includes(name)) append(foreign, await foreignParts(folder, name));
    else foreign.push(name);
  }
  return foreign;
}

async function foreignInDetector(path: string): Promise<string[]> {
  const folder = await currentFolder(path);
  const names = await namesIn(folder);
  if (names === undefined) return ['a file'];
  if (names.length === 0) return [];
  const { format } = await jsonIn(join(folder, 'detector.json'));
  if (!names.includes('detector.json') || (format !== undefined && format !== 'cladenet-detector')) return names;
  const foreign = names.filter(
    (name) => !['detector.json', 'history.jsonl', 'weights'].includes(name) && !isTemporary(name),
  );
  const weights = (await namesIn(join(folder, 'weights'))) ?? ['weights'];
  append(
    foreign,
    weights.filter((name) => !/^(?:detector|separator)\.bin$/.test(name)).map((name) => join('weights', name)),
  );
  return foreign;
}

async function foreignParts(folder: string, name: string): Promise<string[]> {
  const foreign: string[] = [];
  for (const part of (await namesIn(join(folder, name))) ?? ['']) {
    const path = join(name, part);
    if (name === MEMBERS && /^\d+$/.test(part)) {
      const others = await foreignInClassifier(join(folder, path));
      append(
        foreign,
        others.map((other) => join(path, other)),
      );
    } else if (name === MEMBERS || !/^\d{4}.*\.bin$/.test(part)) foreign.push(path);
  }
  return foreign;
}

async function foreignInStudy(folder: string): Promise<string[]> {
  const names = await namesIn(folder);
  if (names === undefined) return ['a file'];
  const written = ['study.json', 'study.png', 'models', 'predictions'].filter((name) => names.includes(name));
  if (written.includes('study.json')) {
    const { cladenet, study } = await jsonIn(join(folder, 'study.json'));
    return cladenet === undefined || study === undefined ? ['study.json'] : [];
  }
  // An unfinished one has models or predictions, by their seeds.
  const foreign = [];
  for (const name of written) {
    const seeds = await namesIn(join(folder, name));
    if (!seeds?.every((seed) => /^-?\d+$/.test(seed) || isTemporary(seed))) foreign.push(name);
  }
  return foreign;
}

async function foreignInDemo(folder: string): Promise<string[]> {
  const names = await namesIn(folder);
  if (names === undefined) return ['a file'];
  // The organisms come first, and are checked where they are drawn.
  if (names.includes('organisms')) return [];
  return ['report.html', 'confusion-flat.png', 'confusion-tree.png', 'study'].filter((name) => names.includes(name));
}
