/** A fine classifier amended by a coarse one: the classes of a parent share what the coarse one says of it. */

import { CladenetError } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { sumUpwards } from './node-probabilities.js';
import { countImages, type Probabilities } from './probabilities.js';
import { indexTree } from './tree-index.js';

/**
 * Hierarchical ensembles (HiE): the probability of each class times that of its parent, scaled to a sum of 1. The parent's
 * probability comes from a second matrix, of a classifier that was trained on the parents or of a tree's heads; nothing is fitted.
 *
 * Jain, Karthik & Gandhi, "Test-time amendment with a coarse classifier for fine-grained classification", NeurIPS 2023.
 * @param fine    images × classes, row-major
 * @param coarse  of the same shape: only the sums of each parent's classes are used. `fine` itself favours the classes of
 *   probable parents
 * @param classes the columns of both: the taxonomy's classes in any order
 * @returns images × classes, row-major
 * @throws CladenetError `EVALUATION` when classes, taxonomy and matrices do not fit together
 * @example
 * ```ts
 * import { hierarchicalEnsemble } from 'cladenet/decision';
 * import { Taxonomy } from 'cladenet/taxonomy';
 *
 * const taxonomy = Taxonomy.fromLineages([
 *   { label: 'calanoid', lineage: ['Copepod', 'calanoid'] },
 *   { label: 'cyclopoid', lineage: ['Copepod', 'cyclopoid'] },
 *   { label: 'diatom', lineage: ['Alga', 'diatom'] },
 *   { label: 'chain', lineage: ['Alga', 'chain'] },
 * ]);
 * const classes = ['calanoid', 'cyclopoid', 'diatom', 'chain'];
 * const fine = Float64Array.of(0.375, 0, 0.5, 0.125);
 * const coarse = Float64Array.of(0.5, 0.25, 0.25, 0);
 * hierarchicalEnsemble(fine, coarse, classes, taxonomy); // => Float64Array(4) [ 0.6428571428571429, 0, 0.2857142857142857, 0.07142857142857142 ]
 * ```
 */
export function hierarchicalEnsemble(
  fine: Probabilities,
  coarse: Probabilities,
  classes: readonly string[],
  taxonomy: Taxonomy,
): Float64Array {
  const tree = indexTree(taxonomy, classes);
  const k = classes.length;
  const images = countImages(fine, k);
  if (coarse.length !== fine.length) {
    const problem = {
      where: 'coarse',
      expected: `${fine.length} values, as many as of fine`,
      received: `${coarse.length}`,
    };
    throw new CladenetError('EVALUATION', 'These matrices cannot be combined.', [problem]);
  }
  const values = new Float64Array(tree.paths.length);
  const amended = new Float64Array(images * k);
  for (let image = 0; image < images; image++) {
    sumUpwards(tree, coarse, image, values);
    const row = image * k;
    let sum = 0;
    for (let c = 0; c < k; c++) {
      const parent = tree.parent[tree.leaf[c] as number] as number;
      sum += amended[row + c] = (fine[row + c] as number) * (values[parent] as number);
    }
    // Where the two exclude each other, the fine one stays.
    for (let c = 0; c < k; c++)
      amended[row + c] = sum > 0 ? (amended[row + c] as number) / sum : (fine[row + c] as number);
  }
  return amended;
}
