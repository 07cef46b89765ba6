/** Who may teach: networks of the same classes that have not learned the images by which the taught one is judged. */
import { isDeepStrictEqual } from 'node:util';
import type { ImageSet } from '../../dataset/images.js';
import { CladenetError, type Problem } from '../../errors.js';
import { firstOf } from '../../units.js';
import { requireUnseen } from '../data/seen-before.js';
import type { TrainingData } from '../data/training-data.js';
import type { FlatClassifier } from '../flat.js';
import { requirePreprocessing } from '../preprocessing.js';
import { fingerprints } from '../store/seen.js';
import type { TreeClassifier } from '../tree.js';

/** Classes that differ, named before the others are only counted. */
const NAMED = 5;

/** One that says everything in one pass over views of images. */
export type TeachingClassifier = FlatClassifier | TreeClassifier;

/** A classifier whose probabilities are learned. */
export interface TeacherOptions {
  /** Of the same classes, in any order: flat, or a tree whose nodes all have heads on one CNN block. */
  readonly classifier: TeachingClassifier;
  /** The images of the training, in their order, prepared for the teacher. Default: those of the training. */
  readonly images?: ImageSet | undefined;
}

/** @throws CladenetError USAGE for teachers of other classes, each with those that differ */
export function requireSameClasses(
  teachers: readonly Pick<FlatClassifier, 'classes'>[],
  classes: readonly string[],
): void {
  const own = new Set(classes);
  const problems = teachers.flatMap((teacher, i): Problem[] => {
    const theirs = new Set(teacher.classes);
    const missing = classes.filter((name) => !theirs.has(name));
    const more = teacher.classes.filter((name) => !own.has(name));
    const differences = [
      ...(missing.length > 0 ? [`without ${firstOf(missing, NAMED)}`] : []),
      ...(more.length > 0 ? [`with ${firstOf(more, NAMED)}`] : []),
    ];
    if (differences.length === 0) return [];
    const which = teachers.length === 1 ? 'one' : `number ${i + 1}, one`;
    return [
      {
        where: 'teachers',
        expected: `a classifier of the same ${classes.length} classes`,
        received: `${which} ${differences.join(', ')}`,
      },
    ];
  });
  if (problems.length > 0) throw new CladenetError('USAGE', 'A teacher knows other classes', problems);
}

/** @throws CladenetError USAGE for other images; DATASET for teachers that were trained on validation or test images */
export function requireTeachable(data: TrainingData, { classifier, images = data.images }: TeacherOptions): void {
  requirePreprocessing(images, classifier.description.preprocessing);
  if (!isDeepStrictEqual(images.paths, data.images.paths)) {
    throw new CladenetError('USAGE', 'A teacher needs the images of the training', [
      {
        where: 'teachers.images',
        expected: `the same ${data.images.count} images in the same order`,
        received: 'others',
      },
    ]);
  }
  requireUnseen(images === data.images ? data : { ...data, prints: fingerprints(images) }, classifier);
}
