/**
 * An MLP block that decides in a whole tree at once: one hidden part, a score for every edge of the tree, and from the
 * scores the logits of the leaves. To a training it looks like the head of a flat classifier.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import { createOutput, type Pass } from './layers.js';
import type { Head } from './network.js';
import type { HeadSpec } from './spec.js';
import { createLayerStack, describeLayers } from './stack.js';

/**
 * How the scores of edges become probabilities of leaves.
 *
 * - `conditional`: the children of a node share a softmax, and a leaf's probability is the product along its path. Its
 *   logarithm is the logit, since a softmax over logarithms of probabilities gives them back.
 * - `path-sum`: a leaf's logit is the sum of the scores along its path, and all leaves share one softmax.
 */
export type TreeHeadKind = 'conditional' | 'path-sum';

/** A tree in numbers. Its edges lead to each node but the root. */
export interface TreeShape {
  /** The edges to the children of each inner node. Together they are 0 .. edges - 1. */
  readonly siblings: readonly (readonly number[])[];
  /** For each leaf the edges from the root to it. */
  readonly paths: readonly (readonly number[])[];
}

export function createTreeHead(spec: HeadSpec, features: number, tree: TreeShape, kind: TreeHeadKind): Head {
  const edges = tree.siblings.reduce((sum, group) => sum + group.length, 0);
  const hidden = createLayerStack(spec.layers, 'head', [features]);
  const scores = createOutput('head/output', hidden.at(-1)?.output[0] ?? features, edges);
  const layers = [...hidden, scores];
  const compose = kind === 'path-sum' ? pathSums(tree, edges) : pathProducts(tree, edges);
  return {
    spec,
    outputs: tree.paths.length,
    parameters: layers.flatMap((layer) => layer.parameters),
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

/** Far below every score, so that a place without a child has no probability. */
const NO_CHILD = -1e9;

function pathProducts(tree: TreeShape, edges: number): Compose {
  const leaves = tree.paths.length;
  const width = Math.max(...tree.siblings.map((group) => group.length));
  const places = tree.siblings.length * width;
  /** The place of each edge in a table of one row per inner node, as wide as the widest. */
  const placeOf = new Int32Array(edges);
  tree.siblings.forEach((group, row) => {
    group.forEach((edge, k) => {
      placeOf[edge] = row * width + k;
    });
  });
  const filled = new Set(placeOf);
  const empty = Float32Array.from({ length: places }, (_, place) => (filled.has(place) ? 0 : NO_CHILD));
  const toTable = indicator(
    edges,
    Array.from({ length: places }, (_, place) => edgesAt(placeOf, place)),
  );
  const onPath = indicator(
    places,
    tree.paths.map((path) => path.map((edge) => placeOf[edge] ?? 0)),
  );
  return ({ ops }, scores) => {
    const { tf } = ops;
    const table = tf.add(ops.matMul(scores, tf.tensor2d(toTable, [edges, places])), tf.tensor1d(empty));
    const conditionals = ops.logSoftmax(tf.reshape(table, [-1, width]));
    return ops.matMul(tf.reshape(conditionals, [-1, places]), tf.tensor2d(onPath, [places, leaves]));
  };
}

const edgesAt = (placeOf: Int32Array, place: number): number[] => {
  const edge = placeOf.indexOf(place);
  return edge < 0 ? [] : [edge];
};

/** The matrix [rows, columns] with a 1 where the row is among those listed for the column. */
function indicator(rows: number, columns: readonly (readonly number[])[]): Float32Array {
  const matrix = new Float32Array(rows * columns.length);
  columns.forEach((listed, column) => {
    for (const row of listed) matrix[row * columns.length + column] = 1;
  });
  return matrix;
}
