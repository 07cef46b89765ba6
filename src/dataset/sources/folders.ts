/** Lists images in folders: the class of an image is the name of the folder that directly holds it. */
import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { throwIfAborted } from '../../abort.js';
import { append } from '../../arrays.js';
import type { Problem } from '../../errors.js';
import { isMissing, isPassedOver, notUtf8 } from '../../folder-names.js';
import type { Stitching } from '../../formats/ifcb/bin.js';
import { isImageName } from '../../image-names.js';
import { byCodePoint, sortByCodePoint } from '../../order.js';
import type { ImageRecord, ListingProgress, SourceRecords } from '../listing.js';
import { binsAmong, listBin } from './bins.js';
import { isEcotaxaName } from './ecotaxa-source.js';
import { divideByFolders, type GivenSplit } from './given-split.js';
import { outsideClasses, sameNames } from './same-names.js';

/** Options of {@link listFolder}. */
export interface FolderOptions {
  /** Whether the folders are classes; otherwise no image gets a label. Images of bins never do. */
  readonly labelled: boolean;
  readonly stitch?: Stitching | undefined;
  /** Of labelled images. Default `auto`. */
  readonly givenSplit?: GivenSplit | undefined;
  /** Called after each bin. */
  readonly onRead?: ((progress: ListingProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lists every image below `root`, in code point order of the paths: image files, and the images of bins.
 * @returns also the EcoTaxa tables that are found on the way
 */
export async function listFolder(
  root: string,
  { labelled, stitch, givenSplit = 'auto', onRead, signal }: FolderOptions,
): Promise<SourceRecords & { readonly tables: readonly string[] }> {
  const records: ImageRecord[] = [];
  const tables: string[] = [];
  const bases: string[] = [];
  const problems: Problem[] = [];
  const top = join(root, sep);
  await visit(top, undefined, [await realpath(root)]);
  for (const [i, base] of bases.entries()) {
    throwIfAborted(signal, 'Listing the images');
    const { records: own, problems: found } = await listBin(base, stitch);
    append(records, own);
    append(problems, found);
    onRead?.({ done: i + 1, total: bases.length, unit: 'bins' });
  }

  records.sort((a, b) => byCodePoint(a.path, b.path));
  // Objects of EcoTaxa tables say themselves what they are.
  if (!labelled || tables.length > 0) return { records, problems, tables };
  const foldersOf = ({ path }: ImageRecord) => path.slice(top.length).split(sep).slice(0, -1);
  const divided = divideByFolders(root, records, foldersOf, givenSplit);
  append(problems, divided.problems);
  append(problems, sameNames(divided.records));
  append(problems, outsideClasses(divided.records));
  return { records: divided.records, problems, tables };

  /** @param ancestors the real paths of the folder and of all above it, so that a link to one of them is not followed */
  async function visit(folder: string, label: string | undefined, ancestors: readonly string[]): Promise<void> {
    throwIfAborted(signal, 'Listing the images');
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      problems.push({ where: folder, expected: 'a folder that can be read', received: String(error) });
    });
    if (!entries) return;
    const keys = sortByCodePoint(await keysOf(folder, entries, problems));
    const bins = binsAmong(keys);
    for (const bin of bins) bases.push(folder + bin);
    let images = 0;
    let subfolders = 0;
    for (const key of keys) {
      const isFolder = key.endsWith(sep);
      const name = isFolder ? key.slice(0, -1) : key;
      if (isFolder) {
        subfolders++;
        const real = await realpath(folder + name);
        if (!ancestors.includes(real)) await visit(folder + key, name, [...ancestors, real]);
      } else if (isImageName(name)) {
        images++;
        records.push({ path: folder + name, label: labelled ? label : undefined });
      } else if (isEcotaxaName(name)) tables.push(folder + name);
    }
    if (label === undefined) return;
    if (images === 0 && subfolders === 0 && bins.length === 0) problems.push(empty(folder, keys.length, labelled));
  }
}

/** The names in a folder. A subfolder's name ends with the separator, so that it sorts like the paths below it. */
async function keysOf(folder: string, entries: readonly Dirent[], problems: Problem[]): Promise<string[]> {
  const keys: string[] = [];
  for (const entry of entries) {
    const { name } = entry;
    if (isPassedOver(name)) continue;
    if (entry.isDirectory() && name.includes('\uFFFD') && (await isMissing(folder + name))) {
      problems.push({ where: folder + name, ...notUtf8 });
      continue;
    }
    // A broken link with the name of an image is listed, and rejected when it is read.
    const target = entry.isSymbolicLink() ? await stat(folder + name).catch(() => undefined) : entry;
    keys.push(target?.isDirectory() ? name + sep : name);
  }
  return keys;
}

function empty(folder: string, files: number, labelled: boolean): Problem {
  const received = files === 0 ? 'an empty folder' : `${files} files, none with the extension of an image`;
  if (!labelled) return { where: folder, expected: 'a folder with images', received };
  const remedy = 'Remove it, or put the images of the class there.';
  return { where: folder, expected: `a class folder (${basename(folder)}) with images`, received, remedy };
}
