/** Lists the images of a zip file as those of a folder: the class of each is the name of the folder that directly holds it. */
import { posix } from 'node:path';
import { isPassedOver } from '../../folder-names.js';
import { isImageName } from '../../image-names.js';
import { sortByCodePoint } from '../../order.js';
import type { ImageRecord, SourceRecords } from '../listing.js';
import { divideByFolders, type GivenSplit } from './given-split.js';
import { sameNames } from './same-names.js';
import { type ZipFile, zippedImage } from './zip-file.js';

/** How a zip file is listed. */
export interface ZippedFolderOptions {
  /** Whether the folders are classes; otherwise no image gets a label. */
  readonly labelled: boolean;
  /** Default `auto`. */
  readonly givenSplit?: GivenSplit | undefined;
}

export function listZippedFolder(zip: ZipFile, { labelled, givenSplit = 'auto' }: ZippedFolderOptions): SourceRecords {
  const names = [...zip.entries.keys()].filter((name) => isImageName(name) && !name.split('/').some(isPassedOver));
  const records = sortByCodePoint(names).flatMap((name): ImageRecord[] => {
    const entry = zip.entries.get(name);
    if (entry === undefined) return [];
    const folder = posix.dirname(name);
    const label = labelled && folder !== '.' ? posix.basename(folder) : undefined;
    return [{ path: `${zip.path}/${name}`, label, stored: zippedImage(zip, entry) }];
  });
  if (!labelled) return { records, problems: [...zip.problems] };
  const top = `${zip.path}/${commonFolder(names)}`;
  const foldersOf = ({ path }: ImageRecord) => path.slice(top.length).split('/').slice(0, -1);
  const divided = divideByFolders(zip.path, records, foldersOf, givenSplit);
  return { records: divided.records, problems: [...zip.problems, ...divided.problems, ...sameNames(divided.records)] };
}

/** The folder, with a slash at its end, that all of the names are below; empty where they have none in common. */
function commonFolder([first = '', ...others]: readonly string[]): string {
  let end = first.lastIndexOf('/') + 1;
  for (const name of others) while (!name.startsWith(first.slice(0, end))) end = first.lastIndexOf('/', end - 2) + 1;
  return first.slice(0, end);
}
