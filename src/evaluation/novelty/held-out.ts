/** Classes that are held out of a training, and where they would belong in the tree of the others. */
import { CladenetError, type Problem } from '../../errors.js';
import { suggester } from '../../taxonomy/findings.js';
import { printPath } from '../../taxonomy/names.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';

/** The tree of the known classes, and the parents of the held-out ones in it. */
export interface HeldOut {
  /** The taxonomy without the held-out classes. */
  readonly known: Taxonomy;
  /** For each held-out class the path of its parent in `known`, or of its nearest ancestor that is still an inner node there. */
  readonly parents: ReadonlyMap<string, string>;
}

/**
 * Takes classes out of a taxonomy.
 * @param heldOut labels of classes
 * @throws CladenetError `EVALUATION` for labels that are no classes or come twice, for none, and where fewer than two classes
 *   remain
 */
export function holdOut(taxonomy: Taxonomy, heldOut: readonly string[]): HeldOut {
  const classes = new Set(taxonomy.classes);
  const suggest = suggester([...classes]);
  const wanted = new Set(heldOut);
  const problems = heldOut.flatMap((label, i): Problem[] => {
    const where = `heldOut[${i}]`;
    if (!classes.has(label)) {
      return [{ where, expected: 'a class of the taxonomy', received: `'${label}'`, remedy: suggest(label) }];
    }
    if (heldOut.indexOf(label) === i) return [];
    return [{ where, expected: 'each class once', received: `'${label}' again` }];
  });
  const left = taxonomy.classes.filter((label) => !wanted.has(label));
  if (heldOut.length === 0) problems.push({ where: 'heldOut', expected: 'at least one class', received: 'none' });
  if (left.length < 2) {
    const received = left.length === 0 ? 'all of them' : `all but '${left[0]}'`;
    problems.push({ where: 'heldOut', expected: 'at least two classes that remain', received });
  }
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'These classes cannot be held out.', problems);
  const known = taxonomy.restrictTo(left);
  return { known, parents: new Map(heldOut.map((label) => [label, parentIn(known, taxonomy, label)])) };
}

/**
 * The held-out classes whose parent has fewer than two known children, as problems: nothing tells a new child of it from a known one.
 *
 * @param where  the name of the argument
 */
export function lonelyProblems(where: string, taxonomy: Taxonomy, heldOut: readonly string[]): Problem[] {
  const { parents } = holdOut(taxonomy, heldOut);
  return heldOut.flatMap((label): Problem[] => {
    const parent = taxonomy.node(taxonomy.leafOf(label)).parent ?? taxonomy.root;
    if (parents.get(label) === parent) return [];
    const expected = 'children of nodes with at least two known children, by which a new one can be recognised';
    const remedy = 'Leave it out, or hold out fewer of its siblings.';
    return [{ where, expected, received: `'${label}' of ${printPath(parent)}`, remedy }];
  });
}

function parentIn(known: Taxonomy, taxonomy: Taxonomy, label: string): string {
  const lineage = taxonomy.lineage(taxonomy.leafOf(label)).slice(0, -1);
  const found = lineage.findLast((path) => known.has(path) && known.node(path).label === undefined);
  return found ?? known.root;
}
