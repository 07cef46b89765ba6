/** `group --sweep --specialists`: what specialists on the groups of each threshold come to on the validation images. */
import { retrace } from '../classifier/data/retrace.js';
import { type SpecialistsScores, scoreSpecialists } from '../classifier/specialists/score-specialists.js';
import { groupClasses } from '../grouping/group-classes.js';
import { groupTaxonomy } from '../grouping/group-taxonomy.js';
import type { Sweep } from '../grouping/sweep.js';
import { lazyProgress } from '../progress.js';
import { duration } from '../units.js';
import type { GroupOptions } from './commands/group.js';
import { deviceOf } from './device.js';
import type { ModelConfusion } from './open-confusion.js';
import { requireFlatBelow } from './open-flat.js';
import { nodeProgress } from './parts-training.js';

/** One score for each threshold. The images are those that the classifier was trained and chosen with. */
export async function scoreSweep(
  { points }: Sweep,
  { confusion, classifier, images, taxonomy }: ModelConfusion,
  { symmetrize, alpha, seed, gpu }: GroupOptions,
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
