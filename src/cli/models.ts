/** The classifiers that a command judges, and the same images for each of them. */
import type { PredictOptions } from '../classifier/classification.js';
import { judgingTaxonomy } from '../classifier/judging/judging-taxonomy.js';
import { openSets } from '../classifier/judging/map-sets.js';
import { type LoadClassifierOptions, loadClassifier } from '../classifier/store/load.js';
import type { ImageSet } from '../dataset/images.js';
import { readFeatureTable } from '../features/tables/read-feature-table.js';
import { lazyProgress, log } from '../progress.js';
import { folderNames, type NamedClassifier } from '../report/named-models.js';
import { measuringNotes } from '../report/tables/measuring-notes.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { deviceOf } from './device.js';
import { type ImageChoice, openJudgedImages } from './images.js';

export interface LoadCommand {
  readonly gpu: boolean;
  readonly features?: string | undefined;
  readonly tableColumn?: string | undefined;
}

/** `--gpu`, `--features` and `--table-column`. */
export async function loadingOf(command: LoadCommand): Promise<LoadClassifierOptions> {
  const { features, tableColumn } = command;
  const table = features === undefined ? undefined : await readFeatureTable(features, { tableColumn });
  return { device: deviceOf(command), table };
}

export async function openModels(
  folders: readonly string[],
  command: LoadCommand,
): Promise<readonly NamedClassifier[]> {
  const names = folderNames(folders);
  const options = await loadingOf(command);
  return Promise.all(
    folders.map(async (folder, i) => ({ name: names[i] ?? '', classifier: await loadClassifier(folder, options) })),
  );
}

/** The images of a command, for each classifier as it was trained to see them. */
export const openImagesOf = (
  models: readonly NamedClassifier[],
  choice: ImageChoice,
  given: Taxonomy | undefined,
  signal: AbortSignal,
): Promise<ImageSet[]> => {
  const classifiers = models.map(({ classifier }) => classifier);
  const taxonomy = judgingTaxonomy(classifiers, given);
  return openSets(classifiers, (preprocessing) => openJudgedImages(choice, preprocessing, taxonomy, signal));
};

type OnProgress = (progress: { readonly done: number; readonly total: number; readonly model?: string }) => void;

/** Predicts, with a bar that shows how far it is, and says what is odd about measured images. */
export async function predicting<T>(
  title: string,
  work: (onProgress: OnProgress, onNotes: NonNullable<PredictOptions['onNotes']>) => Promise<T>,
): Promise<T> {
  const progress = lazyProgress(title);
  const notes = new Map<string, string>();
  const addNotes = (more: ReadonlyMap<string, string>) => {
    for (const [path, note] of more) notes.set(path, note);
  };
  try {
    return await work(({ done, total, model }) => progress.update(done, total, model), addNotes);
  } finally {
    progress.stop();
    for (const line of measuringNotes(notes)) log(line);
  }
}
