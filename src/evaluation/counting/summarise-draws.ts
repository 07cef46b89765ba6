/** Counts with intervals from draws of the numbers of images. */
import { sumUpwards } from '../../decision/node-probabilities.js';
import type { TreeIndex } from '../../decision/tree-index.js';

/** A count of a class or of all classes below a node. */
export interface AdjustedCount {
  /** Images that were predicted as it. */
  readonly raw: number;
  /** The mean over the draws of the number of images that are of it. */
  readonly adjusted: number;
  /** The interval that holds that number with a probability of 95 %: the 2.5th and the 97.5th percentile of the draws. */
  readonly ci95: readonly [low: number, high: number];
}

/** The count of a class. */
export interface ClassCount extends AdjustedCount {
  readonly class: string;
  /** Images of the class whose class is known: what is known of its errors comes from them. */
  readonly known: number;
}

/** The count of a node of the taxonomy. */
export interface NodeCount extends AdjustedCount {
  readonly path: string;
}

/** What is summarised: the values of each class, in one order. */
export interface DrawnCounts {
  readonly classes: readonly string[];
  /** Known images. */
  readonly known: ArrayLike<number>;
  readonly raw: Float64Array;
  readonly draws: readonly Float64Array[];
  /** Of these classes. */
  readonly tree: TreeIndex | undefined;
}

/** The counts of all classes, and of all nodes where there is a tree, else null. */
export function summariseDraws({ classes, known, raw, draws, tree }: DrawnCounts) {
  const [ofRaw, all] =
    tree === undefined ? [raw, draws] : [upwards(tree, raw), draws.map((draw) => upwards(tree, draw))];
  const summaryOf = (position: number) => summarised(ofRaw[position] ?? 0, all, position);
  return {
    classes: classes.map((name, i): ClassCount => {
      return { class: name, known: known[i] ?? 0, ...summaryOf(tree?.leaf[i] ?? i) };
    }),
    nodes: tree?.paths.map((path, i): NodeCount => ({ path, ...summaryOf(i) })) ?? null,
  };
}

/** The counts of all nodes from those of the classes. */
function upwards(tree: TreeIndex, counts: Float64Array): Float64Array {
  const values = new Float64Array(tree.paths.length);
  sumUpwards(tree, counts, 0, values);
  return values;
}

function summarised(raw: number, draws: readonly Float64Array[], position: number): AdjustedCount {
  const values = draws.map((draw) => draw[position] as number).sort((a, b) => a - b);
  const at = (share: number) => values[Math.min(values.length - 1, Math.floor(share * values.length))] as number;
  const adjusted = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { raw, adjusted, ci95: [at(0.025), at(0.975)] };
}
