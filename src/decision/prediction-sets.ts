/** Sets of taxa for each image: of classes, or of a few nodes. */
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { conformalSets } from './conformal-sets.js';
import { type NodeSet, nodeSets } from './node-sets.js';
import type { Probabilities } from './probabilities.js';

/** Options of {@link predictionSets}. */
export interface PredictionSetOptions {
  /** The set grows while its probability is at most this: 0 gives the most probable class alone, 1 everything. */
  readonly quantile: number;
  /** The most nodes that a set may consist of. Default: sets of classes, as many as it takes. */
  readonly nodes?: number | undefined;
}

/**
 * The sets of `nodeSets` where a number of nodes is given, otherwise those of `conformalSets`, as nodes.
 *
 * @param probabilities images × classes, row-major
 * @param classes       the matrix's columns
 * @param taxonomy      of these classes. Without one, a class is its own path, and there are no other nodes
 * @throws CladenetError `EVALUATION` when classes, taxonomy, matrix and options do not fit together
 */
export function predictionSets(
  probabilities: Probabilities,
  classes: readonly string[],
  taxonomy: Taxonomy | undefined,
  { quantile, nodes }: PredictionSetOptions,
): readonly NodeSet[] {
  if (nodes !== undefined && taxonomy !== undefined) {
    return nodeSets(probabilities, classes, taxonomy, { quantile, nodes });
  }
  const paths = classes.map((name) => taxonomy?.leafOf(name) ?? name);
  return conformalSets(probabilities, classes.length, quantile).map((set) => {
    return { paths: Array.from(set, (c) => paths[c] as string), classes: set.length };
  });
}
