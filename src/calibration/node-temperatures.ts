/** A temperature for each node of a tree, since some nodes may be over-confident while others are under-confident. */
import { childrenOf, conditionals } from '../decision/conditionals.js';
import { sumUpwards } from '../decision/node-probabilities.js';
import { countImages, type Probabilities } from '../decision/probabilities.js';
import { indexTree } from '../decision/tree-index.js';
import { CladenetError, type Problem } from '../errors.js';
import { predictionsAt } from '../evaluation/node-predictions.js';
import { type Predictions, predictionProblems } from '../evaluation/predictions.js';
import { suggester } from '../taxonomy/findings.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import {
  type FittedTemperature,
  fitTemperature,
  refuseTemperatures,
  scaleTemperature,
  temperatureProblems,
} from './temperature.js';

/**
 * Fits a temperature to the conditional probabilities of every internal node, on the images that belong below it: see
 * `fitTemperature`.
 * @param options `minImages`: nodes with fewer images are left out, because a few images fit any temperature. Default 50
 * @returns by path, in pre-order. Nodes with one child, which decide nothing, are left out too, and nodes whose best
 *   temperature is at the limit (for instance because all images are right): it would make them more confident than these
 *   images justify
 * @throws CladenetError `EVALUATION` listing everything wrong with the input
 */
export function fitNodeTemperatures(
  predictions: Predictions,
  taxonomy: Taxonomy,
  { minImages = 50 }: { readonly minImages?: number | undefined } = {},
): ReadonlyMap<string, FittedTemperature> {
  const problems = predictionProblems(predictions, { taxonomy });
  if (!Number.isSafeInteger(minImages) || minImages < 1) {
    problems.push({ where: 'minImages', expected: 'a positive integer', received: `${minImages}` });
  }
  if (problems.length > 0) {
    throw new CladenetError('EVALUATION', 'Temperatures cannot be fitted to these predictions.', problems);
  }
  const tree = indexTree(taxonomy, predictions.classes);
  const fitted = new Map<string, FittedTemperature>();
  tree.paths.forEach((path, v) => {
    if (childrenOf(tree, v).length < 2) return;
    const own = predictionsAt(tree, predictions, v);
    if (own.labels.length < minImages) return;
    const found = fitTemperature(own);
    if (!found.atLimit) fitted.set(path, found);
  });
  return fitted;
}

/**
 * Leaf probabilities with the conditionals of each node at its own temperature: the product, down each lineage, of
 * softmax(ln p(child | node) / T). Nodes without a temperature keep their conditionals.
 * @param probabilities images × classes, row-major
 * @param classes       the matrix's columns: the taxonomy's classes in any order
 * @param temperatures  by path of internal nodes
 * @throws CladenetError `EVALUATION` when classes, taxonomy and matrix do not fit together, a temperature is not above 0, or
 *   its path is not that of an internal node
 */
export function scaleNodeTemperatures(
  probabilities: Probabilities,
  classes: readonly string[],
  taxonomy: Taxonomy,
  temperatures: ReadonlyMap<string, number>,
): Float64Array {
  const tree = indexTree(taxonomy, classes);
  const k = classes.length;
  const images = countImages(probabilities, k);
  const nodes = tree.paths.flatMap((path, v) => {
    const children = childrenOf(tree, v);
    return children.length === 0 ? [] : [{ path, v, children, temperature: temperatures.get(path) }];
  });
  refuseTemperatures([...pathProblems(temperatures.keys(), nodes), ...[...temperatures].flatMap(problemsOfOne)]);
  const values = new Float64Array(tree.paths.length);
  const scaled = new Float64Array(images * k);
  for (let image = 0; image < images; image++) {
    sumUpwards(tree, probabilities, image, values);
    // Parents come first, so a node's value is final when its children take their shares of it; below, sums still hold.
    for (const { v, children, temperature } of nodes) {
      const shares = conditionals(values, children);
      const final = temperature === undefined ? shares : scaleTemperature(shares, shares.length, temperature);
      children.forEach((child, i) => {
        values[child] = (values[v] as number) * (final[i] as number);
      });
    }
    for (let c = 0; c < k; c++) scaled[image * k + c] = values[tree.leaf[c] as number] as number;
  }
  return scaled;
}

const problemsOfOne = ([path, temperature]: [string, number]) =>
  temperatureProblems(`temperature of '${path}'`, temperature);

function pathProblems(paths: Iterable<string>, nodes: readonly { readonly path: string }[]): Problem[] {
  const internal = new Set(nodes.map(({ path }) => path));
  const suggest = suggester([...internal]);
  return [...paths]
    .filter((path) => !internal.has(path))
    .map((path) => ({
      where: 'temperatures',
      expected: 'paths of internal nodes',
      received: `'${path}'`,
      remedy: suggest(path),
    }));
}
