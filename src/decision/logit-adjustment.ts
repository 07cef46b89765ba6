/** Rare classes get their due: probabilities as they would be if all classes were (nearly) equally frequent. */
import { CladenetError, type Problem } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { childrenOf, conditionals } from './conditionals.js';
import { sumUpwards } from './node-probabilities.js';
import { countImages, type Probabilities } from './probabilities.js';
import { indexTree } from './tree-index.js';

/** How far rare classes are favoured. */
export interface Balance {
  /** 0 leaves everything as it is; 1 decides as if all classes were equally frequent, the best for balanced accuracy. */
  readonly tau: number;
  /** Training images of each class. A class without any counts as one with one. */
  readonly counts: ReadonlyMap<string, number>;
}

/**
 * Probabilities with the frequencies of the classes taken out: p(c) / n(c)^tau, scaled to a sum of 1, where n(c) is the number
 * of training images of class c.
 *
 * Menon, Jayasumana, Rawat, Jain, Veit & Kumar, "Long-tail learning via logit adjustment", ICLR 2021, post hoc:
 * ln p - tau · ln prior.
 * @param probabilities images × classes, row-major
 * @param classes       the matrix's columns
 * @returns images × classes, row-major
 * @throws CladenetError `EVALUATION` when matrix and classes do not fit together, and for a tau that is not a number of 0 or more
 * @example
 * ```ts
 * import { adjustLogits } from 'cladenet/decision';
 *
 * const counts = new Map([['calanoid', 300], ['cyclopoid', 100]]);
 * adjustLogits(Float64Array.of(0.75, 0.25), ['calanoid', 'cyclopoid'], { tau: 1, counts }); // => Float64Array(2) [ 0.5, 0.5 ]
 * ```
 */
export function adjustLogits(
  probabilities: Probabilities,
  classes: readonly string[],
  { tau, counts }: Balance,
): Float64Array {
  const k = classes.length;
  refuseTau(tau);
  countImages(probabilities, k);
  const factors = Float64Array.from(classes, (name) => frequency(counts, name) ** -tau);
  const adjusted = Float64Array.from(probabilities, (p, i) => p * (factors[i % k] as number));
  for (let row = 0; row < adjusted.length; row += k) normalise(adjusted.subarray(row, row + k));
  return adjusted;
}

/**
 * The same at every node of a tree: the conditional probabilities p(child | node) are divided by n(child)^tau, where n counts the
 * training images below the child, and multiplied down the lineages. It makes the children of a node equally frequent, not the
 * classes: a class without siblings gains as much as a large sub-tree.
 *
 * @throws CladenetError `EVALUATION` when classes, taxonomy and matrix do not fit together, and for a tau that is not a number of
 *   0 or more
 */
export function adjustNodeLogits(
  probabilities: Probabilities,
  classes: readonly string[],
  taxonomy: Taxonomy,
  { tau, counts }: Balance,
): Float64Array {
  refuseTau(tau);
  const tree = indexTree(taxonomy, classes);
  const k = classes.length;
  const images = countImages(probabilities, k);
  const frequencies = new Float64Array(tree.paths.length);
  const counted = Float64Array.from(classes, (name) => frequency(counts, name));
  sumUpwards(tree, counted, 0, frequencies);
  const nodes = tree.paths.flatMap((_, v) => {
    const children = childrenOf(tree, v);
    return children.length === 0 ? [] : [{ v, children }];
  });
  const values = new Float64Array(tree.paths.length);
  const adjusted = new Float64Array(images * k);
  for (let image = 0; image < images; image++) {
    sumUpwards(tree, probabilities, image, values);
    // Parents come first, so a node's value is final when its children take their shares of it; below, sums still hold.
    for (const { v, children } of nodes) {
      const shares = conditionals(values, children);
      children.forEach((child, i) => {
        shares[i] = (shares[i] as number) * (frequencies[child] as number) ** -tau;
      });
      normalise(shares);
      children.forEach((child, i) => {
        values[child] = (values[v] as number) * (shares[i] as number);
      });
    }
    for (let c = 0; c < k; c++) adjusted[image * k + c] = values[tree.leaf[c] as number] as number;
  }
  return adjusted;
}

const frequency = (counts: ReadonlyMap<string, number>, name: string) => Math.max(1, counts.get(name) ?? 0);

function normalise(row: Float64Array): void {
  const sum = row.reduce((a, b) => a + b, 0);
  if (sum === 0) return;
  for (let c = 0; c < row.length; c++) row[c] = (row[c] as number) / sum;
}

export function tauProblems(where: string, tau: number): Problem[] {
  if (tau >= 0 && tau < Number.POSITIVE_INFINITY) return [];
  return [{ where, expected: 'a number of 0 or more', received: `${tau}` }];
}

function refuseTau(tau: number): void {
  const problems = tauProblems('tau', tau);
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'The probabilities cannot be adjusted.', problems);
}
