/** Which classifiers can teach: those that say everything in one pass over views of images. */
import { CladenetError } from '../../errors.js';
import type { Classifier } from '../classifier.js';
import { FlatClassifier } from '../flat.js';
import { kindInWords } from '../kind.js';
import type { Readout } from '../predict/readout.js';
import { TreeClassifier } from '../tree.js';
import type { TeachingClassifier } from './teacher-options.js';

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
