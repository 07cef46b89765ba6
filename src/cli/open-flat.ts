/** The flat classifier that a tree or specialists are to stand on. */
import type { FlatClassifier } from '../classifier/flat.js';
import { loadClassifier } from '../classifier/load.js';
import type { TreeClassifier } from '../classifier/tree.js';
import { CladenetError } from '../errors.js';
import type { Device } from '../setup/locate.js';

/** @throws CladenetError USAGE for a tree */
export async function openFlat(folder: string, device: Device | undefined): Promise<FlatClassifier> {
  const classifier = await loadClassifier(folder, { device });
  if (classifier.kind === 'flat') return classifier;
  throw new CladenetError('USAGE', 'What is to be stood on is a flat classifier', [
    { where: '--from', expected: 'a flat classifier', received: `a tree (${folder})` },
  ]);
}

/** @throws CladenetError USAGE for a tree */
export function requireFlatBelow(classifier: FlatClassifier | TreeClassifier): FlatClassifier {
  if (classifier.kind === 'flat') return classifier;
  throw new CladenetError('USAGE', 'Specialists stand on a flat classifier', [
    { where: 'model', expected: 'a flat classifier, with --specialists', received: 'a tree' },
  ]);
}
