/** Flat classifiers, for what others cannot be used for. */
import { CladenetError } from '../../errors.js';
import type { Classifier } from '../classifier.js';
import { FlatClassifier } from '../flat.js';
import { kindInWords } from '../kind.js';
import { type LoadClassifierOptions, loadClassifier } from './load.js';

export interface FlatNeed {
  /** Of the error. */
  readonly summary: string;
  /** The argument that named the classifier, and its folder where that is known. */
  readonly where: string;
  readonly folder?: string;
  /** The option that needs it. */
  readonly option?: string;
}

/** @throws CladenetError USAGE for one that is not flat */
export function requireFlat(classifier: Classifier, { summary, where, folder, option }: FlatNeed): FlatClassifier {
  if (classifier instanceof FlatClassifier) return classifier;
  const expected = option === undefined ? 'a flat classifier' : `a flat classifier, with \`${option}\``;
  const received = `${kindInWords(classifier)}${folder === undefined ? '' : ` (${folder})`}`;
  throw new CladenetError('USAGE', summary, [{ where, expected, received }]);
}

/**
 * Loads the classifier that a tree or specialists are built on.
 *
 * @throws CladenetError USAGE for one that is not flat; as `loadClassifier`
 */
export async function loadBaseClassifier(folder: string, options: LoadClassifierOptions = {}): Promise<FlatClassifier> {
  const classifier = await loadClassifier(folder, options);
  return requireFlat(classifier, { summary: 'The base classifier has to be flat', where: 'from', folder });
}
