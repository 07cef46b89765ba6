/** The predictions of the folds of a seed as those of one run, which tests every image once. */
import type { StudyRun } from '../evaluation/study-types.js';
import { asRun, type StudyPredictions } from './predictions.js';

/** What a run of an arm gave. */
interface TestedFold {
  readonly fold: number | undefined;
  readonly predictions: StudyPredictions;
}

/** One run for each seed, in their order. Runs without folds stay as they are. */
export function joinFolds(runs: readonly TestedFold[]): StudyRun[] {
  const bySeed = new Map<number, TestedFold[]>();
  for (const run of runs) {
    const { seed } = run.predictions.record;
    bySeed.set(seed, [...(bySeed.get(seed) ?? []), run]);
  }
  return [...bySeed.values()].flatMap((ofSeed) => {
    const [first] = ofSeed;
    if (first === undefined) return [];
    return first.fold === undefined ? ofSeed.map(({ predictions }) => asRun(predictions)) : [joined(ofSeed)];
  });
}

function joined(folds: readonly TestedFold[]): StudyRun {
  const records = folds.map(({ predictions: { record } }) => record);
  const parts = folds.map(({ predictions: { probabilities } }) => probabilities);
  const probabilities = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    probabilities.set(part, offset);
    offset += part.length;
  }
  const total = (of: 'training' | 'prediction') => records.reduce((sum, { seconds }) => sum + seconds[of], 0);
  return {
    seed: records[0]?.seed ?? 0,
    predictions: {
      classes: records[0]?.classes ?? [],
      probabilities,
      labels: Int32Array.from(records.flatMap(({ labels }) => labels)),
      decisions: Int32Array.from(records.flatMap(({ decisions }) => decisions)),
    },
    images: records.flatMap(({ images }) => images),
    folds: folds.flatMap(({ fold = 0, predictions: { record } }) => record.labels.map(() => fold)),
    seconds: { training: total('training'), prediction: total('prediction') },
  };
}
