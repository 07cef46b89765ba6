/** The one rule that turns leaf probabilities into decided classes. Whatever decides on a class, decides here. */
import { CladenetError, type Problem } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { greedyDescent } from './greedy-descent.js';
import { adjustLogits, type Balance } from './logit-adjustment.js';
import { minimumExpectedHeight } from './minimum-expected-height.js';
import { mostProbableLeaf } from './most-probable-leaf.js';
import type { Probabilities } from './probabilities.js';

/** Options of {@link decideLeaves}. */
export interface DecideOptions {
  /**
   * How the classifier's nodes lead to a class. `greedy` descends from the root to the likeliest child; every other
   * routing (`product`, `path-sum`, `combined`) shapes the probabilities alone and takes the most probable class, as
   * does the default, no routing.
   */
  readonly routing?: 'product' | 'path-sum' | 'combined' | 'greedy' | undefined;
  /**
   * `leaf` (default): the class that `routing` leads to. `lca`: the class with the lowest expected height of the lowest
   * common ancestor with the truth, which makes milder mistakes; not with greedy routing.
   */
  readonly decide?: 'leaf' | 'lca' | undefined;
  /** Favours rare classes: decides on `adjustLogits` of the probabilities. Default: none. */
  readonly balance?: Balance | undefined;
  /** For `greedy` the tree to descend, the classifier's own; for `lca` the tree that measures heights. */
  readonly taxonomy?: Taxonomy | undefined;
}

/**
 * Decides on a class for every image: by greedy descent (`routing: 'greedy'`), by minimum expected height
 * (`decide: 'lca'`), else on the most probable class. With `balance` each of these sees the adjusted probabilities.
 * @param probabilities images x classes, row-major
 * @param classes       the matrix's columns; with a taxonomy its classes, in any order
 * @returns an index into `classes` per image
 * @throws CladenetError `USAGE` when the options exclude each other or lack a taxonomy; `EVALUATION` when classes,
 *   taxonomy and matrix do not fit together
 * @example
 * ```ts
 * import { decideLeaves, Taxonomy } from 'cladenet';
 *
 * const taxonomy = Taxonomy.fromLineages([
 *   { label: 'calanoid', lineage: ['Copepod', 'calanoid'] },
 *   { label: 'cyclopoid', lineage: ['Copepod', 'cyclopoid'] },
 *   { label: 'diatom', lineage: ['diatom'] },
 * ]);
 * const classes = ['calanoid', 'cyclopoid', 'diatom'];
 * const probabilities = Float64Array.of(0.3, 0.3, 0.4);
 * decideLeaves(probabilities, classes); // => Int32Array(1) [ 2 ]
 * decideLeaves(probabilities, classes, { routing: 'greedy', taxonomy }); // => Int32Array(1) [ 0 ]
 * ```
 */
export function decideLeaves(
  probabilities: Probabilities,
  classes: readonly string[],
  options: DecideOptions = {},
): Int32Array {
  requireDecidable(options);
  const { routing, decide, taxonomy, balance } = options;
  const judged = balance === undefined ? probabilities : adjustLogits(probabilities, classes, balance);
  if (taxonomy !== undefined && decide === 'lca') return minimumExpectedHeight(judged, classes, taxonomy);
  if (taxonomy !== undefined && routing === 'greedy') return greedyDescent(judged, classes, taxonomy);
  return mostProbableLeaf(judged, classes.length);
}

/**
 * Checks the options of {@link decideLeaves} before probabilities are computed for them.
 * @throws CladenetError `USAGE` listing everything wrong with them
 */
export function requireDecidable({ routing, decide = 'leaf', taxonomy }: DecideOptions): void {
  const problems: Problem[] = [];
  if (taxonomy === undefined && decide === 'lca') {
    problems.push({
      where: 'decide',
      expected: "'leaf', or a taxonomy to find common ancestors in",
      received: "'lca' without a taxonomy",
      remedy: 'Give `taxonomy`.',
    });
  }
  if (routing === 'greedy' && decide === 'lca') {
    problems.push({ where: 'decide', expected: "'leaf' with greedy routing", received: "'lca'" });
  }
  if (taxonomy === undefined && routing === 'greedy') {
    problems.push({ where: 'routing', expected: 'a taxonomy to descend', received: "'greedy' without a taxonomy" });
  }
  if (problems.length > 0) throw new CladenetError('USAGE', 'No class can be decided on with these options.', problems);
}
