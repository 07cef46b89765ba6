/** What threads do for permutation importance: they judge the forest on rows whose values of some features are exchanged. */
import { random } from '../random.js';
import type { Answered } from '../threads.js';
import { smoothed } from './smoothed.js';
import type { Trees } from './trees.js';
import { blockOf, votesOf, winner } from './votes.js';

export interface PermutationData {
  readonly trees: Trees;
  readonly features: number;
  readonly classes: number;
  readonly seed: number;
  /** Rows x features, in memory that threads share. */
  readonly values: Float64Array;
  readonly labels: Int32Array;
}

/** The features that are exchanged together; none for the accuracy without exchange. */
export interface PermutationTask {
  readonly group: string;
  readonly members: readonly number[];
  readonly repeat: number;
}

/** How good the forest is on rows. */
export interface PermutedScore {
  readonly accuracy: number;
  /** In nats, of probabilities as {@link smoothed} makes them. */
  readonly logLoss: number;
}

export function startPermuting(data: PermutationData): (task: PermutationTask) => Answered<PermutedScore> {
  const { trees, features, classes, values, labels } = data;
  const rows = labels.length;
  const size = blockOf(features);
  const block = new Float64Array(size * features);
  return ({ group, members, repeat }) => {
    const order = Int32Array.from({ length: rows }, (_, row) => row);
    random(data.seed, 'permutation', group, repeat).shuffle(order);
    let correct = 0;
    let loss = 0;
    for (let from = 0; from < rows; from += size) {
      const n = Math.min(size, rows - from);
      block.set(values.subarray(from * features, (from + n) * features));
      for (let i = 0; i < n; i++) {
        const source = (order[from + i] as number) * features;
        for (const feature of members) block[i * features + feature] = values[source + feature] as number;
      }
      const votes = votesOf(trees, block.subarray(0, n * features), features, classes);
      for (let i = 0; i < n; i++) {
        const label = labels[from + i] as number;
        if (winner(votes, i * classes, classes) === label) correct++;
        loss -= Math.log(smoothed(votes[i * classes + label] as number, trees.roots.length, classes));
      }
    }
    return { answer: { accuracy: correct / rows, logLoss: loss / rows } };
  };
}
