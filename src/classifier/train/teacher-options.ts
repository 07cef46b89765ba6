/** Who may teach: networks of the same classes that have not learned the images by which the taught one is judged. */
import { isDeepStrictEqual } from 'node:util';
import type { ImageSet } from '../../dataset/images.js';
import { CladenetError, type Problem } from '../../errors.js';
import type { Classifier } from '../classifier.js';
import { requireUnseen } from '../data/seen-before.js';
import type { TrainingData } from '../data/training-data.js';
import { FlatClassifier } from '../flat.js';
import { kindInWords } from '../kind.js';
import type { Readout } from '../predict/readout.js';
import { requirePreprocessing } from '../preprocessing.js';
import { fingerprints } from '../store/seen.js';
import { TreeClassifier } from '../tree.js';

/** One that says everything in one pass over views of images. */
export type TeachingClassifier = FlatClassifier | TreeClassifier;

/** A classifier whose probabilities are learned. */
export interface TeacherOptions {
  /** Of the same classes, in any order: flat, or a tree whose nodes all have heads on one CNN block. */
  readonly classifier: TeachingClassifier;
  /** The images of the training, in their order, prepared for the teacher. Default: those of the training. */
  readonly images?: ImageSet | undefined;
}

/**
 * @param folder of the classifier, where that is known
 * @throws CladenetError USAGE for one that cannot teach
 */
export function requireTeaching(classifier: Classifier, folder?: string): TeachingClassifier {
  if (classifier instanceof FlatClassifier || classifier instanceof TreeClassifier) {
    readoutOf(classifier, folder);
    return classifier;
  }
  throw cannotTeach(classifier, folder);
}

/** @throws CladenetError USAGE for a tree with CNN blocks or forests of its nodes' own */
export function readoutOf(classifier: TeachingClassifier, folder?: string): Readout {
  const readout = classifier.readout();
  if (readout === undefined)
    throw cannotTeach(classifier, folder, ' whose nodes have CNN blocks or forests of their own');
  return readout;
}

function cannotTeach(classifier: Classifier, folder: string | undefined, detail = ''): CladenetError {
  const received = `${kindInWords(classifier)}${detail}${folder === undefined ? '' : ` (${folder})`}`;
  const expected = 'a flat classifier, or a tree with one CNN block and a head in each node';
  return new CladenetError('USAGE', 'This classifier cannot teach', [{ where: 'teacher', expected, received }]);
}

/** @throws CladenetError USAGE for teachers of other classes, each with those that differ */
export function requireSameClasses(
  teachers: readonly Pick<FlatClassifier, 'classes'>[],
  classes: readonly string[],
): void {
  const own = new Set(classes);
  const problems = teachers.flatMap((teacher, i): Problem[] => {
    const theirs = new Set(teacher.classes);
    const differences = [
      ...classes.filter((name) => !theirs.has(name)).map((name) => `without ${name}`),
      ...teacher.classes.filter((name) => !own.has(name)).map((name) => `with ${name}`),
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
