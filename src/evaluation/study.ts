/** Judging a study: several arms, each trained with several seeds. */
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { runsOfLabels } from './compared-metrics.js';
import { identifyImages } from './image-identity.js';
import { refuse } from './predictions.js';
import { scoreArm } from './study-arms.js';
import { foldsOf } from './study-folds.js';
import { correctForPairs, judgePair } from './study-pairs.js';
import { studyProblems } from './study-problems.js';
import type { Study, StudyArm } from './study-types.js';

/** Options of {@link judgeStudy}. */
export interface StudyOptions {
  /** The tree by which all arms are judged; its classes are those of the predictions. Without it AHD and severity are null. */
  readonly taxonomy?: Taxonomy | undefined;
  /** Confidence level of the intervals, on which the verdicts depend. Default 0.95. */
  readonly level?: number | undefined;
}

/**
 * Judges a study: for every two arms the difference in each metric, paired by image, with interval, p-value and verdict.
 * Intervals and p-values cover other images from the same source and other seeds of the same training; how they are
 * computed is described in `seed-inference.ts`. Where each seed splits the same collection anew, the trainings still share
 * most of their images, so they do not cover another collection (Nadeau & Bengio, "Inference for the generalization error",
 * 2003). With folds, the trainings of the folds take the place of the seeds: see `study-folds.ts`.
 * @throws CladenetError `EVALUATION` listing everything wrong with the input, of all arms and seeds at once
 */
export function judgeStudy(arms: readonly StudyArm[], { taxonomy, level = 0.95 }: StudyOptions = {}): Study {
  refuse(studyProblems(arms, { level, taxonomy }));
  const tests = arms[0]?.runs ?? [];
  const orders = tests.map(({ predictions }) => runsOfLabels(predictions));
  const scored = arms.map((arm) => scoreArm(arm, tests, orders, taxonomy));
  const identities = identifyImages(tests, orders);
  const folds = foldsOf(tests, orders);
  const pairs = scored.flatMap((b, i) => scored.slice(i + 1).map((a) => judgePair(a, b, { identities, folds, level })));
  return {
    level,
    covers: tests.length > 1 ? 'images and seeds' : folds === undefined ? 'images' : 'images and folds',
    seeds: tests.map(({ seed }) => seed),
    images: tests.map(({ predictions }) => predictions.labels.length),
    distinctImages: identities.distinct,
    arms: scored.map(({ summary }) => summary),
    pairs: correctForPairs(pairs),
  };
}
