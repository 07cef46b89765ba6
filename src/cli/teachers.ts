/** Teachers of a classifier, and the images as they take them. */
import type { Classifier } from '../classifier/classifier.js';
import type { TrainingData } from '../classifier/data/training-data.js';
import { loadClassifier } from '../classifier/store/load.js';
import {
  requireSameClasses,
  type TeacherOptions,
  type TeachingClassifier,
} from '../classifier/train/teacher-options.js';
import { requireTeaching } from '../classifier/train/teaching-classifier.js';
import type { ImageSet } from '../dataset/images.js';
import type { Preprocessing } from '../dataset/preprocessing.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { deviceOf } from './device.js';
import { knownSubsets, openTrainingData, type TrainingCommand } from './training.js';

/** @throws CladenetError USAGE for classifiers that cannot teach */
export async function loadTeachers(
  folders: readonly string[],
  command: Pick<TrainingCommand, 'gpu'>,
): Promise<readonly TeachingClassifier[]> {
  const teachers: TeachingClassifier[] = [];
  for (const folder of folders) {
    teachers.push(requireTeaching(await loadClassifier(folder, { device: deviceOf(command) }), folder));
  }
  return teachers;
}

/** The images for the network, split as those of the first teacher, or of the classifier of pseudo-labels, and for each teacher as it takes them. */
export async function openTaught(
  command: Parameters<typeof openTrainingData>[0],
  classifiers: readonly TeachingClassifier[],
  {
    preprocessing,
    taxonomy,
    labeller,
    onClasses,
    signal,
  }: {
    preprocessing: Preprocessing;
    taxonomy: Taxonomy | undefined;
    labeller: Classifier | undefined;
    onClasses: (classes: readonly string[]) => void;
    signal: AbortSignal;
  },
): Promise<{ readonly data: TrainingData; readonly teachers: readonly TeacherOptions[] }> {
  const [first] = classifiers;
  const owner = first ?? labeller;
  const sets = new Map<string, ImageSet>();
  const key = (one: Preprocessing) => JSON.stringify(Object.entries(one).sort());
  const data = await openTrainingData(command, {
    preprocessing,
    taxonomy,
    signal,
    usual: owner?.description.split,
    known: owner && knownSubsets(command, owner),
    onClasses(classes) {
      onClasses(classes);
      requireSameClasses(classifiers, classes);
    },
    async alsoOpen(open) {
      for (const { description } of classifiers) {
        const own = description.preprocessing;
        if (key(own) !== key(preprocessing) && !sets.has(key(own))) sets.set(key(own), await open(own));
      }
      return first && sets.get(key(first.description.preprocessing));
    },
  });
  const teachers = classifiers.map((classifier) => ({
    classifier,
    images: sets.get(key(classifier.description.preprocessing)),
  }));
  return { data, teachers };
}
