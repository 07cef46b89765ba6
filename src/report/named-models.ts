/** Classifiers with names, and images for each of them, as callers give them. */
import { basename } from 'node:path';
import type { Classifier } from '../classifier/classifier.js';
import type { ImageSet } from '../dataset/images.js';
import { CladenetError } from '../errors.js';

/** A classifier, and what it is called in tables and on the page. */
export interface NamedClassifier {
  readonly name: string;
  readonly classifier: Classifier;
}

/** Classifiers by the names that they have in tables and on the page, in that order. */
export type ReportedClassifiers = Readonly<Record<string, Classifier>> | readonly NamedClassifier[];

export function listed(models: ReportedClassifiers): readonly NamedClassifier[] {
  if (Array.isArray(models)) return models;
  return Object.entries(models).map(([name, classifier]) => ({ name, classifier }));
}

/** One set of images for each classifier. @throws CladenetError USAGE for another number of sets, or sets of other sizes */
export function setsOf(images: ImageSet | readonly ImageSet[], models: number): readonly ImageSet[] {
  const sets = 'pixels' in images ? Array<ImageSet>(models).fill(images) : images;
  const counts = new Set(sets.map(({ count }) => count));
  if (sets.length === models && counts.size <= 1) return sets;
  const problem =
    sets.length === models
      ? {
          where: 'images',
          expected: 'the same images for each classifier',
          received: `${[...counts].join(', ')} images`,
        }
      : { where: 'images', expected: `${models} sets, one for each classifier`, received: `${sets.length}` };
  throw new CladenetError('USAGE', 'These images cannot be reported on', [problem]);
}

/** `runs/flat/` is called `flat`. */
export const folderName = (folder: string): string => basename(folder.replace(/\/+$/, '')) || folder;

/** Names for the classifiers of folders: those of the folders, or the whole paths of folders that are called alike. */
export function folderNames(folders: readonly string[]): string[] {
  const short = folders.map(folderName);
  return folders.map((folder, i) =>
    short.filter((name) => name === short[i]).length > 1 ? folder : (short[i] as string),
  );
}
