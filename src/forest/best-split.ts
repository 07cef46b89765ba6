/**
 * The best split of a node by one feature: the threshold that lowers the Gini impurity most (Breiman, Friedman, Olshen and
 * Stone, 1984, "Classification and regression trees").
 *
 * With the weights w of the classes in both parts, that maximises sum(left_k^2) / left + sum(right_k^2) / right. A row that
 * moves from right to left changes one class, so both sums of squares follow in a few operations, however many classes
 * there are.
 */
import { PairSorter } from './sort-pairs.js';

/** Bits of a payload that count how often a row was drawn. No row is drawn 4,095 times: that is as good as impossible. */
export const TIMES_BITS = 12;
export const MOST_TIMES = (1 << TIMES_BITS) - 1;

/** The rows of a node, as the search needs them. */
export interface NodeRows {
  readonly rows: Int32Array;
  readonly start: number;
  readonly end: number;
  /** By place from `start`: label << 12 | how often the row was drawn. */
  readonly payloads: Int32Array;
  /** The weights of the node's rows by class, the sum of them, and the sum of their squares. */
  readonly totals: Float64Array;
  readonly total: number;
  readonly squares: number;
}

/** The search, and the best split that it has found in the node so far. */
export class SplitSearch {
  /** Of the best split; -1 if there is none. */
  feature = -1;
  /** The highest rank that goes to the left, and the lowest that goes to the right. */
  below = 0;
  above = 0;
  /** What is maximised. */
  score = Number.NEGATIVE_INFINITY;

  private readonly sorter: PairSorter;
  private readonly left: Float64Array;

  constructor(
    rows: number,
    private readonly classWeights: Float64Array,
    private readonly minLeaf: number,
  ) {
    this.sorter = new PairSorter(rows);
    this.left = new Float64Array(classWeights.length);
  }

  reset(): void {
    this.feature = -1;
    this.score = Number.NEGATIVE_INFINITY;
  }

  /**
   * Looks for a better split by one feature.
   *
   * @param offset of the feature's ranks in `ranks`
   * @returns false where the feature has one value only in this node
   */
  search(feature: number, ranks: Int32Array, offset: number, node: NodeRows): boolean {
    const { rows, start, end, payloads } = node;
    const n = end - start;
    const { keys, payloads: ordered } = this.sorter;
    let least = ranks[offset + (rows[start] as number)] as number;
    let most = least;
    for (let i = 0; i < n; i++) {
      const rank = ranks[offset + (rows[start + i] as number)] as number;
      keys[i] = rank;
      if (rank < least) least = rank;
      else if (rank > most) most = rank;
    }
    if (least === most) return false;
    for (let i = 0; i < n; i++) {
      keys[i] = (keys[i] as number) - least;
      ordered[i] = payloads[i] as number;
    }
    this.sorter.sort(n, most - least);
    this.scan(feature, least, n, node);
    return true;
  }

  /** Moves the rows from right to left in ascending order, and weighs each place between two values. */
  private scan(feature: number, least: number, n: number, { totals, total, squares }: NodeRows): void {
    const { left, classWeights, minLeaf } = this;
    const { keys, payloads } = this.sorter;
    let leftSum = 0;
    let leftSquares = 0;
    let rightSquares = squares;
    const last = n - minLeaf;
    let best = this.score;
    let place = -1;
    let key = keys[0] as number;
    for (let i = 0; i < last; i++) {
      const payload = payloads[i] as number;
      const label = payload >> TIMES_BITS;
      const weight = (payload & MOST_TIMES) * (classWeights[label] as number);
      const before = left[label] as number;
      const after = before + weight;
      left[label] = after;
      leftSum += weight;
      leftSquares += weight * (before + after);
      // (right - before)^2 becomes (right - after)^2, where right is what the whole node has.
      rightSquares -= weight * (2 * (totals[label] as number) - before - after);
      const next = keys[i + 1] as number;
      if (next !== key && i + 1 >= minLeaf) {
        const score = leftSquares / leftSum + rightSquares / (total - leftSum);
        if (score > best) {
          best = score;
          place = i;
        }
      }
      key = next;
    }
    for (let i = 0; i < last; i++) left[(payloads[i] as number) >> TIMES_BITS] = 0;
    if (place < 0) return;
    this.score = best;
    this.feature = feature;
    this.below = (keys[place] as number) + least;
    this.above = (keys[place + 1] as number) + least;
  }
}
