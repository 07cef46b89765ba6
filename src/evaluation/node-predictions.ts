/** The predictions of one node of a tree among its children, as predictions in their own right. */
import { childrenOf, conditionals } from '../decision/conditionals.js';
import { sumUpwards } from '../decision/node-probabilities.js';
import { indexTree, type TreeIndex } from '../decision/tree-index.js';
import { CladenetError } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { type Predictions, predictionProblems, refuse } from './predictions.js';

/**
 * The predictions of an internal node: the conditional probabilities of its children, for the images whose true class lies
 * below it. Everything that evaluates or calibrates predictions takes them.
 * @param path path of an internal node
 * @returns predictions with the paths of the children as classes and the images in their order; without images where none
 *   belongs below the node
 * @throws CladenetError `EVALUATION` for predictions that are wrong or do not fit the taxonomy; `TAXONOMY` for a path
 *   that does not exist, or is that of a leaf
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
    throw new CladenetError('TAXONOMY', 'A leaf has no node predictions.', [problem]);
  }
  return predictionsAt(tree, predictions, tree.paths.indexOf(path));
}

/** As {@link nodePredictions}, by the number of the node, from predictions that were checked. */
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
