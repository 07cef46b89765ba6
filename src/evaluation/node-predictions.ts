/** The predictions of one node of a tree among its children, as predictions in their own right. */
import { childrenOf, conditionals } from '../decision/conditionals.js';
import { sumUpwards } from '../decision/node-probabilities.js';
import { indexTree, type TreeIndex } from '../decision/tree-index.js';
import { CladenetError } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { type Predictions, predictionProblems, refuse } from './predictions.js';

/**
 * What an internal node decides: the conditional probabilities of its children for the images whose true class lies
 * below it. Everything that judges or calibrates predictions works on them.
 * @param path of an internal node
 * @returns the children's paths as classes; images in their order; no images where none belongs below the node
 * @throws CladenetError `EVALUATION` for predictions that are wrong or do not fit the taxonomy; `TAXONOMY` for a path
 *   that is none, or that of a leaf
 */
export function nodePredictions(predictions: Predictions, taxonomy: Taxonomy, path: string): Predictions {
  refuse(predictionProblems(predictions, { taxonomy }));
  const tree = indexTree(taxonomy, predictions.classes);
  const { label } = taxonomy.node(path);
  if (label !== undefined) {
    const problem = {
      where: 'path',
      expected: 'the path of an internal node',
      received: `that of the class '${label}'`,
    };
    throw new CladenetError('TAXONOMY', 'A leaf decides nothing.', [problem]);
  }
  return predictionsAt(tree, predictions, tree.paths.indexOf(path));
}

/** The same by the node's number, of predictions that are known to be right. */
export function predictionsAt(tree: TreeIndex, { probabilities, labels }: Predictions, node: number): Predictions {
  const children = childrenOf(tree, node);
  const values = new Float64Array(tree.paths.length);
  const rows: Float64Array[] = [];
  const truths: number[] = [];
  labels.forEach((label, image) => {
    const leaf = tree.leaf[label] as number;
    if (leaf < node || leaf >= (tree.end[node] as number)) return;
    sumUpwards(tree, probabilities, image, values);
    rows.push(conditionals(values, children));
    truths.push(children.findLastIndex((child) => child <= leaf));
  });
  const matrix = new Float64Array(rows.length * children.length);
  rows.forEach((row, i) => {
    matrix.set(row, i * children.length);
  });
  return {
    classes: children.map((child) => tree.paths[child] as string),
    probabilities: matrix,
    labels: Int32Array.from(truths),
  };
}
