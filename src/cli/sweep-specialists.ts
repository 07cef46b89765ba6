/** `group --sweep --specialists`: what specialists on the groups of each threshold come to on the validation images. */
import type { FlatClassifier } from '../classifier/flat.js';
import { retrace } from '../classifier/retrace.js';
import { type SpecialistsScores, scoreSpecialists } from '../classifier/score-specialists.js';
import type { TreeClassifier } from '../classifier/tree.js';
import { CladenetError } from '../errors.js';
import { groupClasses } from '../grouping/group-classes.js';
import { groupTaxonomy } from '../grouping/group-taxonomy.js';
import type { Sweep } from '../grouping/sweep.js';
import { deviceOf } from './device.js';
import { nodeProgress } from './node-progress.js';
import type { GroupCommand } from './options.js';
import { duration, lazyProgress } from './progress.js';
import type { ModelConfusion } from './unlearned.js';

/** @throws CladenetError USAGE for a tree */
export function requireFlatBelow(classifier: FlatClassifier | TreeClassifier): FlatClassifier {
  if (classifier.kind === 'flat') return classifier;
  throw new CladenetError('USAGE', 'Specialists stand on a flat classifier', [
    { where: 'model', expected: 'a flat classifier, with --specialists', received: 'a tree' },
  ]);
}

/** One score for each threshold. The images are those that the classifier was trained and chosen with. */
export async function scoreSweep(
  { points }: Sweep,
  { confusion, classifier, images, taxonomy }: ModelConfusion,
  { symmetrize, alpha, seed, gpu }: GroupCommand,
  signal: AbortSignal,
): Promise<SpecialistsScores> {
  const from = requireFlatBelow(classifier);
  const groupings = points.map(({ beta }) =>
    groupTaxonomy(groupClasses(confusion, { method: 'beta', symmetrize, alpha, beta })),
  );
  const { data } = retrace(from, images, taxonomy);
  const progress = lazyProgress('training specialists');
  const started = performance.now();
  try {
    const scores = await scoreSpecialists(data, {
      from,
      groupings,
      training: { seed },
      device: deviceOf({ gpu }),
      hooks: { signal, ...nodeProgress(progress) },
    });
    progress.stop(
      `specialists of ${points.length} thresholds trained in ${duration((performance.now() - started) / 1000)}`,
    );
    return scores;
  } finally {
    progress.stop();
  }
}
