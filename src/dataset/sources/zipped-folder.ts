/** Lists the images of a zip file as those of a folder: the class of each is the name of the folder that directly holds it. */
import { posix } from 'node:path';
import { isPassedOver } from '../../folder-names.js';
import { isImageName } from '../../image-names.js';
import { sortByCodePoint } from '../../order.js';
import type { ImageRecord, SourceRecords } from '../listing.js';
import { type ZipFile, zippedImage } from './zip-file.js';

/** @param labelled whether the folders are classes; otherwise no image gets a label */
export function listZippedFolder(zip: ZipFile, labelled: boolean): SourceRecords {
  const names = [...zip.entries.keys()].filter((name) => isImageName(name) && !name.split('/').some(isPassedOver));
  const foldersOf = new Map<string, Set<string>>();
  const records = sortByCodePoint(names).flatMap((name): ImageRecord[] => {
    const entry = zip.entries.get(name);
    if (entry === undefined) return [];
    const folder = posix.dirname(name);
    const label = labelled && folder !== '.' ? posix.basename(folder) : undefined;
    if (label !== undefined) foldersOf.set(label, (foldersOf.get(label) ?? new Set()).add(folder));
    return [{ path: `${zip.path}/${name}`, label, stored: zippedImage(zip, entry) }];
  });
  const ambiguous = [...foldersOf].filter(([, folders]) => folders.size > 1);
  const problems = ambiguous.map(([name, folders]) => ({
    where: [...folders].map((folder) => `${zip.path}/${folder}`).join(', '),
    expected: 'class folders of different names',
    received: `${folders.size} folders named ${name}: their images are treated as one class`,
  }));
  return { records, problems: [...zip.problems, ...problems] };
}
