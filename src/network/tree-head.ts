/**
 * An MLP block for all nodes of a tree at once: shared hidden layers and a score for every edge of the tree, from which the
 * logits of the leaves are computed. The training loop sees it as the head of a flat classifier.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Pass, together } from './layer.js';
import { createOutput } from './layers.js';
import type { Head } from './network.js';
import type { HeadSpec } from './spec.js';
import { createLayerStack, describeLayers, requireBounded } from './stack.js';

/**
 * How the scores of edges become probabilities of leaves.
 *
 * - `conditional`: the children of a node share a softmax, and a leaf's probability is the product along its path. The
 *   logit is the logarithm of that probability, since the softmax of log-probabilities returns the probabilities.
 * - `path-sum`: a leaf's logit is the sum of the scores along its path, and all leaves share one softmax.
 */
export type TreeHeadKind = 'conditional' | 'path-sum';

/** A tree by the numbers of its edges. There is one edge to every node except the root. */
export interface TreeShape {
  /** The edges to the children of each inner node; together they are 0 .. edges - 1. */
  readonly siblings: readonly (readonly number[])[];
  /** For each leaf, the edges from the root to it. */
  readonly paths: readonly (readonly number[])[];
}

export function createTreeHead(spec: HeadSpec, features: number, tree: TreeShape, kind: TreeHeadKind): Head {
  const edges = tree.siblings.reduce((sum, group) => sum + group.length, 0);
  const hidden = createLayerStack(spec.layers, 'head', [features]);
  const scores = createOutput('head/output', hidden.at(-1)?.output[0] ?? features, edges);
  const layers = [...hidden, scores];
  requireBounded(layers, 'head');
  const compose = kind === 'path-sum' ? pathSums(tree, edges) : pathProducts(tree, edges);
  return {
    spec,
    outputs: tree.paths.length,
    ...together(layers),
    rows: describeLayers(layers),
    forward: (pass, x) =>
      compose(
        pass,
        layers.reduce((y, layer) => layer.forward(pass, y), x),
      ),
  };
}

/** From the scores of edges [n, edges] to the logits of leaves [n, leaves]. */
type Compose = (pass: Pass, scores: Tensor) => Tensor;

function pathSums(tree: TreeShape, edges: number): Compose {
  const onPath = indicator(edges, tree.paths);
  return ({ ops }, scores) => ops.matMul(scores, ops.tf.tensor2d(onPath, [edges, tree.paths.length]));
}

/** Far below every score, so that a cell without a child has probability 0. */
const NO_CHILD = -1e9;

/** Sibling groups of similar size as a table: one row for each, padded to a common width. */
interface Table {
  readonly width: number;
  /** The edge of each cell, row by row; -1 for padding. */
  readonly edges: readonly number[];
}

function pathProducts(tree: TreeShape, edges: number): Compose {
  const leaves = tree.paths.length;
  const tables = tabulate(tree.siblings);
  const cells = tables.flatMap((table) => table.edges);
  const cellOf = new Map(cells.map((edge, cell) => [edge, cell]));
  const from = tables.map((table) =>
    indicator(
      edges,
      table.edges.map((edge) => (edge < 0 ? [] : [edge])),
    ),
  );
  const empty = tables.map((table) => Float32Array.from(table.edges, (edge) => (edge < 0 ? NO_CHILD : 0)));
  // An only child has no cell: its conditional probability is 1.
  const onPath = indicator(
    cells.length,
    tree.paths.map((path) => path.flatMap((edge) => cellOf.get(edge) ?? [])),
  );
  return ({ ops }, scores) => {
    const { tf } = ops;
    const conditionals = tables.map((table, k) => {
      const width = table.edges.length;
      const chosen = ops.matMul(scores, tf.tensor2d(from[k] as Float32Array, [edges, width]));
      const rows = tf.reshape(tf.add(chosen, tf.tensor1d(empty[k] as Float32Array)), [-1, table.width]);
      return tf.reshape(ops.logSoftmax(rows), [-1, width]);
    });
    const all = conditionals.length === 1 ? (conditionals[0] as Tensor) : tf.concat(conditionals, 1);
    return ops.matMul(all, tf.tensor2d(onPath, [cells.length, leaves]));
  };
}

/** Groups of two or more, padded to the next power of two, so that the tables are less than twice as large as the tree. */
function tabulate(siblings: readonly (readonly number[])[]): Table[] {
  const byWidth = new Map<number, (readonly number[])[]>();
  for (const group of siblings) {
    if (group.length < 2) continue;
    const width = 2 ** Math.ceil(Math.log2(group.length));
    byWidth.set(width, [...(byWidth.get(width) ?? []), group]);
  }
  return [...byWidth].map(([width, groups]) => ({
    width,
    edges: groups.flatMap((group) => Array.from({ length: width }, (_, k) => group[k] ?? -1)),
  }));
}

/** The matrix [rows, columns] with a 1 in each row that is listed for the column. */
function indicator(rows: number, columns: readonly (readonly number[])[]): Float32Array {
  const matrix = new Float32Array(rows * columns.length);
  columns.forEach((listed, column) => {
    for (const row of listed) matrix[row * columns.length + column] = 1;
  });
  return matrix;
}
