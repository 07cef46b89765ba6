/** Flat classifiers, for what a tree cannot be used for. */
import type { Classifier } from '../classifier/classifier.js';
import { FlatClassifier } from '../classifier/flat.js';
import { loadClassifier } from '../classifier/store/load.js';
import { CladenetError } from '../errors.js';
import type { Device } from '../setup/locate.js';

export interface FlatNeed {
  /** Of the error. */
  readonly summary: string;
  /** The option or argument that named the classifier, and its folder where that is known. */
  readonly where: string;
  readonly folder?: string;
  /** The option that needs it. */
  readonly option?: string;
}

/** @throws CladenetError USAGE for a tree */
export function requireFlat(classifier: Classifier, { summary, where, folder, option }: FlatNeed): FlatClassifier {
  if (classifier instanceof FlatClassifier) return classifier;
  const expected = option === undefined ? 'a flat classifier' : `a flat classifier, with ${option}`;
  const received = folder === undefined ? 'a tree' : `a tree (${folder})`;
  throw new CladenetError('USAGE', summary, [{ where, expected, received }]);
}

/** The classifier that a tree or specialists are built on. @throws CladenetError USAGE for a tree */
export async function openFlat(folder: string, device: Device | undefined): Promise<FlatClassifier> {
  const classifier = await loadClassifier(folder, { device });
  return requireFlat(classifier, { summary: 'The base classifier has to be flat', where: '--from', folder });
}
