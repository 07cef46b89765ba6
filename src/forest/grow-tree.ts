/**
 * One tree of a random forest (Breiman, 2001, "Random forests", Machine Learning 45): grown on a bootstrap sample, with the
 * best split of each node searched among features drawn at random, and not pruned.
 */
import { type Random, random } from '../random.js';
import { MOST_TIMES, type NodeRows, SplitSearch, TIMES_BITS } from './best-split.js';
import { drawBootstrap } from './bootstrap.js';
import type { ForestSettings } from './options.js';
import type { Trees } from './trees.js';

/** The table that trees grow on, in memory that threads share. */
export interface GrowingData {
  readonly settings: ForestSettings;
  readonly rows: number;
  readonly features: number;
  readonly labels: Int32Array;
  /** By class. */
  readonly classWeights: Float64Array;
  /** Features x rows. */
  readonly ranks: Int32Array;
  /** Features x rows: the distinct values of each feature in ascending order. */
  readonly values: Float64Array;
  /** Of each feature: its number of distinct values. */
  readonly distinct: Int32Array;
}

export interface GrownTree {
  readonly tree: Trees;
  /** How much each feature lowers the impurity, as shares of the whole; zeros where nothing was split. */
  readonly importance: Float64Array;
  /** Of each row: its leaf if the tree did not grow on it, else -1. */
  readonly outOfBag: Int32Array;
}

/** Grows trees one after the other in the same buffers. */
export class TreeGrower {
  private readonly times: Int32Array;
  /** label << 12 | times, by row. */
  private readonly marks: Int32Array;
  /** The rows that the tree grows on; a node has those from its start to its end. */
  private readonly bag: Int32Array;
  private readonly payloads: Int32Array;
  private readonly totals: Float64Array;
  private readonly order: Int32Array;
  private readonly search: SplitSearch;
  private readonly importance: Float64Array;
  // The tree, as it grows.
  private readonly nodeFeatures: Uint16Array;
  /** The highest rank that goes to the left: as the threshold says, for rows out of the bag lie between those in it. */
  private readonly cuts: Int32Array;
  private readonly thresholds: Float64Array;
  private readonly children: Int32Array;
  private readonly leafStarts: Int32Array;
  private readonly leafClasses: Uint16Array;
  private readonly leafShares: Float32Array;
  private nodes = 0;
  private leaves = 0;
  private entries = 0;

  constructor(private readonly data: GrowingData) {
    const { rows, features, classWeights, settings } = data;
    this.times = new Int32Array(rows);
    this.marks = new Int32Array(rows);
    this.bag = new Int32Array(rows);
    this.payloads = new Int32Array(rows);
    this.totals = new Float64Array(classWeights.length);
    this.order = new Int32Array(features);
    this.search = new SplitSearch(rows, classWeights, settings.minLeaf);
    this.importance = new Float64Array(features);
    this.nodeFeatures = new Uint16Array(rows);
    this.cuts = new Int32Array(rows);
    this.thresholds = new Float64Array(rows);
    this.children = new Int32Array(2 * rows);
    this.leafStarts = new Int32Array(rows + 1);
    this.leafClasses = new Uint16Array(rows);
    this.leafShares = new Float32Array(rows);
  }

  /** @param number of the tree in its forest: its draws depend on that and on the seed */
  grow(number: number): GrownTree {
    const { settings } = this.data;
    const draws = random(settings.seed, 'forest', number);
    this.nodes = 0;
    this.leaves = 0;
    this.entries = 0;
    this.importance.fill(0);
    for (let i = 0; i < this.order.length; i++) this.order[i] = i;
    if (settings.bootstrap) drawBootstrap(draws, this.times);
    else this.times.fill(1);
    const root = this.growNodes(this.fillBag(), draws);
    return { tree: this.copy(root), importance: shares(this.importance), outOfBag: this.leavesOfOthers(root) };
  }

  private fillBag(): number {
    const { labels, rows } = this.data;
    let n = 0;
    for (let row = 0; row < rows; row++) {
      const times = Math.min(this.times[row] as number, MOST_TIMES);
      this.marks[row] = ((labels[row] as number) << TIMES_BITS) | times;
      if (times > 0) this.bag[n++] = row;
    }
    return n;
  }

  /** Grows depth first, on a stack of its own: a tree may be as deep as it has rows. Returns the reference to the root. */
  private growNodes(size: number, draws: Random): number {
    // Start, end and depth of the nodes that wait, and where their reference belongs: -1 for the root.
    const stack: number[] = [0, size, 0, -1];
    let root = 0;
    while (stack.length > 0) {
      const slot = stack.pop() as number;
      const depth = stack.pop() as number;
      const end = stack.pop() as number;
      const start = stack.pop() as number;
      const middle = this.split(start, end, depth, draws);
      let reference: number;
      if (middle < 0) reference = ~(this.leaves - 1);
      else {
        reference = this.nodes - 1;
        // The left part is grown first, as it is on top.
        stack.push(middle, end, depth + 1, 2 * reference + 1, start, middle, depth + 1, 2 * reference);
      }
      if (slot < 0) root = reference;
      else this.children[slot] = reference;
    }
    return root;
  }

  /** Makes a node or a leaf of some rows; where the right part begins, or -1 for a leaf. */
  private split(start: number, end: number, depth: number, draws: Random): number {
    const { minLeaf, maxDepth } = this.data.settings;
    const { totals, payloads, bag, marks } = this;
    const { classWeights } = this.data;
    const n = end - start;
    let total = 0;
    let squares = 0;
    let isPure = true;
    for (let i = 0; i < n; i++) {
      const mark = marks[bag[start + i] as number] as number;
      payloads[i] = mark;
      const label = mark >> TIMES_BITS;
      const weight = (mark & MOST_TIMES) * (classWeights[label] as number);
      const before = totals[label] as number;
      totals[label] = before + weight;
      total += weight;
      squares += weight * (2 * before + weight);
      if (label !== (payloads[0] as number) >> TIMES_BITS) isPure = false;
    }
    const isLeaf = isPure || n < 2 * minLeaf || depth === maxDepth;
    const node: NodeRows = { rows: bag, start, end, payloads, totals, total, squares };
    if (isLeaf || !this.findSplit(node, draws)) {
      this.addLeaf(n, total);
      return -1;
    }
    for (let i = 0; i < n; i++) totals[(payloads[i] as number) >> TIMES_BITS] = 0;
    return this.addNode(start, end, squares / total);
  }

  /** Draws features without replacement until `mtry` have been seen, and further as long as all have one value only. */
  private findSplit(node: NodeRows, draws: Random): boolean {
    const { search, order, data } = this;
    const { ranks, rows, features, distinct, settings } = data;
    search.reset();
    let varying = 0;
    for (let drawn = 0; drawn < features && (drawn < settings.mtry || varying === 0); drawn++) {
      const other = drawn + draws.integer(features - drawn);
      const feature = order[other] as number;
      order[other] = order[drawn] as number;
      order[drawn] = feature;
      if (distinct[feature] !== 1 && search.search(feature, ranks, feature * rows, node)) varying++;
    }
    return search.feature >= 0;
  }

  /** The classes of the node's rows in ascending order, each with its share. */
  private addLeaf(n: number, total: number): void {
    const { totals, payloads, leafClasses, leafShares } = this;
    const first = this.entries;
    for (let i = 0; i < n; i++) {
      const label = (payloads[i] as number) >> TIMES_BITS;
      const weight = totals[label] as number;
      if (weight === 0) continue;
      totals[label] = 0;
      let at = this.entries++;
      for (; at > first && (leafClasses[at - 1] as number) > label; at--) {
        leafClasses[at] = leafClasses[at - 1] as number;
        leafShares[at] = leafShares[at - 1] as number;
      }
      leafClasses[at] = label;
      leafShares[at] = weight / total;
    }
    this.leafStarts[this.leaves++] = first;
  }

  /** Splits the rows between start and end in place. */
  private addNode(start: number, end: number, unsplit: number): number {
    const { search, bag, data } = this;
    const { feature, below, above, score } = search;
    const offset = feature * data.rows;
    const { ranks, values } = data;
    const node = this.nodes++;
    this.nodeFeatures[node] = feature;
    const threshold = between(values[offset + below] as number, values[offset + above] as number);
    this.thresholds[node] = threshold;
    this.cuts[node] = lastUpTo(values, threshold, offset + below, offset + above) - offset;
    this.importance[feature] = (this.importance[feature] as number) + Math.max(0, score - unsplit);
    let left = start;
    let right = end;
    while (left < right) {
      const row = bag[left] as number;
      if ((ranks[offset + row] as number) <= below) left++;
      else {
        bag[left] = bag[--right] as number;
        bag[right] = row;
      }
    }
    return left;
  }

  private leavesOfOthers(root: number): Int32Array {
    const { times, nodeFeatures, cuts, children } = this;
    const { rows, ranks } = this.data;
    const found = new Int32Array(rows).fill(-1);
    for (let row = 0; row < rows; row++) {
      if (times[row] !== 0) continue;
      let at = root;
      while (at >= 0) {
        const isLeft = (ranks[(nodeFeatures[at] as number) * rows + row] as number) <= (cuts[at] as number);
        at = children[2 * at + (isLeft ? 0 : 1)] as number;
      }
      found[row] = ~at;
    }
    return found;
  }

  private copy(root: number): Trees {
    const { nodes, leaves, entries, children } = this;
    this.leafStarts[leaves] = entries;
    return {
      roots: Int32Array.of(root),
      features: this.nodeFeatures.slice(0, nodes),
      thresholds: this.thresholds.slice(0, nodes),
      left: Int32Array.from({ length: nodes }, (_, node) => children[2 * node] as number),
      right: Int32Array.from({ length: nodes }, (_, node) => children[2 * node + 1] as number),
      leafStarts: this.leafStarts.slice(0, leaves + 1),
      leafClasses: this.leafClasses.slice(0, entries),
      leafShares: this.leafShares.slice(0, entries),
    };
  }
}

/** A threshold between two values: their mean, or the lower where rounding gives the upper. */
function between(below: number, above: number): number {
  const mean = below / 2 + above / 2;
  return mean < above && mean >= below ? mean : below;
}

/** The last place before `end` whose value is at most the threshold. That at `start` is; the values ascend. */
function lastUpTo(values: Float64Array, threshold: number, start: number, end: number): number {
  let [low, high] = [start, end - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((values[middle] as number) <= threshold) low = middle;
    else high = middle - 1;
  }
  return low;
}

function shares(amounts: Float64Array): Float64Array {
  const sum = amounts.reduce((total, amount) => total + amount, 0);
  return sum > 0 ? amounts.map((amount) => amount / sum) : new Float64Array(amounts.length);
}
