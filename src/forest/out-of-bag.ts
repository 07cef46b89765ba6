/** The out-of-bag estimate: each row is judged by the trees that did not grow on it (Breiman, 2001). */
import type { Trees } from './trees.js';
import { addVote, winner } from './votes.js';

/** What trees say about training rows that they did not grow on. */
export interface OutOfBag {
  /** The share of rows that are classified correctly, among those that are out of some tree's bag. NaN if there are none. */
  readonly accuracy: number;
  /** Rows x classes; NaN for rows that every tree grew on. */
  readonly probabilities: Float32Array;
}

/** Adds up votes tree by tree. The order of trees matters to the last bit, so a caller keeps to it. */
export class OutOfBagVotes {
  private readonly sums: Float64Array;
  private readonly voters: Int32Array;

  constructor(
    private readonly labels: Int32Array,
    private readonly classes: number,
  ) {
    this.sums = new Float64Array(labels.length * classes);
    this.voters = new Int32Array(labels.length);
  }

  /** @param leaves of each row: its leaf in the tree, or -1 if the tree grew on it */
  add(tree: Trees, leaves: Int32Array): void {
    for (let row = 0; row < leaves.length; row++) {
      const leaf = leaves[row] as number;
      if (leaf < 0) continue;
      this.voters[row] = (this.voters[row] as number) + 1;
      addVote(tree, leaf, this.sums, row * this.classes);
    }
  }

  result(): OutOfBag {
    const { sums, voters, labels, classes } = this;
    const probabilities = new Float32Array(sums.length);
    let judged = 0;
    let correct = 0;
    for (let row = 0; row < labels.length; row++) {
      const trees = voters[row] as number;
      const offset = row * classes;
      for (let k = 0; k < classes; k++) {
        probabilities[offset + k] = trees === 0 ? Number.NaN : (sums[offset + k] as number) / trees;
      }
      if (trees === 0) continue;
      judged++;
      if (winner(sums, offset, classes) === labels[row]) correct++;
    }
    return { accuracy: correct / judged, probabilities };
  }
}
