/** Trees as arrays: what growing makes, predictions follow and files hold. */

/**
 * Binary trees in flat arrays. A reference is the number of a node where it is at least 0, and of a leaf where it is negative:
 * leaf `~reference`. A row goes to the left of a node where its value is at most the threshold. Only what is there is
 * stored: a tree of 24,000 rows in 121 classes takes about 300 kB.
 */
export interface Trees {
  /** References to the trees' roots. */
  readonly roots: Int32Array;
  /** Of each node: the feature that it compares. */
  readonly features: Uint16Array;
  /** Of each node. Finite. */
  readonly thresholds: Float64Array;
  /** Of each node: the reference to its left child. */
  readonly left: Int32Array;
  /** Of each node: the reference to its right child. */
  readonly right: Int32Array;
  /** Where the entries of each leaf begin, and at the end their number: one more than there are leaves. */
  readonly leafStarts: Int32Array;
  /** The classes of a leaf, ascending. */
  readonly leafClasses: Uint16Array;
  /** The share of each class in its leaf. */
  readonly leafShares: Float32Array;
}

/** Rows and features of a table and classes are numbered in 16 bits. */
export const MOST_FEATURES = 65_535;
export const MOST_CLASSES = 65_535;

/** How many of each there are. */
export interface TreeSizes {
  readonly trees: number;
  readonly nodes: number;
  readonly leaves: number;
  readonly entries: number;
}

export function sizesOf({ roots, features, leafStarts, leafClasses }: Trees): TreeSizes {
  return { trees: roots.length, nodes: features.length, leaves: leafStarts.length - 1, entries: leafClasses.length };
}

/** Zeros, in memory that threads share. */
export function emptyTrees({ trees, nodes, leaves, entries }: TreeSizes): Trees {
  return {
    roots: new Int32Array(new SharedArrayBuffer(4 * trees)),
    features: new Uint16Array(new SharedArrayBuffer(2 * nodes)),
    thresholds: new Float64Array(new SharedArrayBuffer(8 * nodes)),
    left: new Int32Array(new SharedArrayBuffer(4 * nodes)),
    right: new Int32Array(new SharedArrayBuffer(4 * nodes)),
    leafStarts: new Int32Array(new SharedArrayBuffer(4 * (leaves + 1))),
    leafClasses: new Uint16Array(new SharedArrayBuffer(2 * entries)),
    leafShares: new Float32Array(new SharedArrayBuffer(4 * entries)),
  };
}

/** One after the other, as if they had been grown together. */
export function joinTrees(parts: readonly Trees[]): Trees {
  const total = { trees: 0, nodes: 0, leaves: 0, entries: 0 };
  for (const part of parts) {
    const { trees, nodes, leaves, entries } = sizesOf(part);
    total.trees += trees;
    total.nodes += nodes;
    total.leaves += leaves;
    total.entries += entries;
  }
  const joined = emptyTrees(total);
  const at = { trees: 0, nodes: 0, leaves: 0, entries: 0 };
  for (const part of parts) {
    const moved = (reference: number) => (reference >= 0 ? reference + at.nodes : reference - at.leaves);
    const { trees, nodes, leaves, entries } = sizesOf(part);
    joined.roots.set(part.roots.map(moved), at.trees);
    joined.features.set(part.features, at.nodes);
    joined.thresholds.set(part.thresholds, at.nodes);
    joined.left.set(part.left.map(moved), at.nodes);
    joined.right.set(part.right.map(moved), at.nodes);
    joined.leafStarts.set(
      part.leafStarts.map((start) => start + at.entries),
      at.leaves,
    );
    joined.leafClasses.set(part.leafClasses, at.entries);
    joined.leafShares.set(part.leafShares, at.entries);
    at.trees += trees;
    at.nodes += nodes;
    at.leaves += leaves;
    at.entries += entries;
  }
  return joined;
}
