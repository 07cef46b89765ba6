/** What is odd about class folders: several of one name, and images beside them. */
import { dirname, sep } from 'node:path';
import type { Problem } from '../../errors.js';
import type { ImageRecord } from '../listing.js';

/** A problem for each class with several folders, within one part of a split. */
export function sameNames(records: readonly ImageRecord[]): Problem[] {
  const foldersOf = new Map<string, { readonly label: string; readonly folders: Set<string> }>();
  for (const { path, label, subset = '' } of records) {
    if (label === undefined) continue;
    const key = `${subset}/${label}`;
    const known = foldersOf.get(key) ?? { label, folders: new Set() };
    foldersOf.set(key, known);
    known.folders.add(dirname(path) + sep);
  }
  return [...foldersOf.values()]
    .filter(({ folders }) => folders.size > 1)
    .map(({ label, folders }) => ({
      where: [...folders].join(', '),
      expected: 'class folders of different names',
      received: `${folders.size} folders named ${label}: their images are treated as one class`,
      remedy: 'Rename all but one, or list the images in a table with a label column.',
    }));
}

/** A problem where an image lies beside the class folders. Images of bins never have a class. */
export function outsideClasses(records: readonly ImageRecord[]): Problem[] {
  const beside = records.find(
    ({ label, subset, stored }) => label === undefined && subset === undefined && stored === undefined,
  );
  if (beside === undefined || records.every(({ label }) => label === undefined)) return [];
  return [
    {
      where: beside.path,
      expected: 'images inside class folders',
      received: 'an image beside the class folders, which has no class',
      remedy: 'Move it into the folder of its class, or elsewhere.',
    },
  ];
}
