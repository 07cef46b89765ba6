/** Marks classes that are no organisms, such as detritus, bubbles or artefacts. */
import { append } from '../arrays.js';
import { CladenetError, type Problem } from '../errors.js';
import { findNode } from './find-node.js';
import { Taxonomy } from './taxonomy.js';

/**
 * Marks all classes below nodes as non-biological, in addition to those that are. Classes can also be marked where a taxonomy
 * is written: in the column `biological` of a table, or by `"biological": false` in JSON.
 *
 * @param nodes each by its path, or by a name that only one node has; a leaf marks its own class
 * @throws CladenetError `TAXONOMY` with every name that is no node, or several
 * @example
 * ```ts
 * import { markNonBiological, Taxonomy } from 'cladenet/taxonomy';
 *
 * const taxonomy = Taxonomy.fromLineages([
 *   { label: 'calanoid', lineage: ['living', 'calanoid'] },
 *   { label: 'diatom', lineage: ['living', 'diatom'] },
 *   { label: 'bubble', lineage: ['not living', 'bubble'] },
 *   { label: 'detritus', lineage: ['not living', 'detritus'] },
 * ]);
 * [...markNonBiological(taxonomy, ['not living']).nonBiological]; // => [ 'bubble', 'detritus' ]
 * ```
 */
export function markNonBiological(taxonomy: Taxonomy, nodes: readonly string[]): Taxonomy {
  const problems: Problem[] = [];
  const marked = new Set(taxonomy.nonBiological);
  for (const name of nodes) {
    try {
      for (const label of taxonomy.classesBelow(findNode(taxonomy, name).path)) marked.add(label);
    } catch (error) {
      if (!(error instanceof CladenetError)) throw error;
      append(problems, error.problems);
    }
  }
  if (problems.length > 0) throw new CladenetError('TAXONOMY', 'These nodes cannot be marked.', problems);
  const lineages = taxonomy.lineages().map((entry) => ({ ...entry, biological: !marked.has(entry.label) }));
  return Taxonomy.fromLineages(lineages, { singleChild: 'keep' });
}
