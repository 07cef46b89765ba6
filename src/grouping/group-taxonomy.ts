/** Groups of classes as a taxonomy. */
import { CladenetError } from '../errors.js';
import { Taxonomy } from '../taxonomy/taxonomy.js';
import { nameGroups } from './group-names.js';
import type { Grouping } from './grouping.js';

/**
 * - `flat`: below the root one node for each group of two or more classes, and the classes that were left alone.
 * - `nested`: a binary node for each merge.
 */
export type TaxonomyForm = 'flat' | 'nested';

/** Options of {@link groupTaxonomy}. */
export interface GroupTaxonomyOptions {
  /** Default `flat`. */
  readonly form?: TaxonomyForm | undefined;
  /**
   * With `nested`: keep only the groups formed by the merges above each of these similarities, on the scale of beta, so
   * that the tree has about as many levels as there are numbers. Default: all merges.
   */
  readonly levels?: readonly number[] | undefined;
}

/** A class or a group of the merge history. */
interface Cluster {
  readonly members: readonly string[];
  /** The similarity at which it merged; infinite for a class. */
  readonly height: number;
  /** The similarity at which it became part of a larger one; 0 if it never did. */
  mergedAt: number;
}

/**
 * The taxonomy of a grouping. A group is named by the words that the names of most members share (`copepod+1`: one member
 * lacks them), or else by its first member (`acantharia_protist+4`: and four others). No node has a single child.
 * @throws CladenetError `USAGE` for `nested` where the method has no merges (k-means, spectral); `TAXONOMY` for class names
 *   that cannot be nodes
 * @example
 * ```ts
 * import { confusionFromCounts, groupClasses, groupTaxonomy } from 'cladenet';
 *
 * const classes = ['calanoid', 'cyclopoid', 'diatom'];
 * const confusion = confusionFromCounts({ classes, counts: [[6, 4, 0], [2, 8, 0], [1, 0, 9]] });
 * const taxonomy = groupTaxonomy(groupClasses(confusion, { beta: 0.1 }));
 * taxonomy.nodes().map(({ path }) => path);
 * // => [ '', 'calanoid+1', 'calanoid+1>calanoid', 'calanoid+1>cyclopoid', 'diatom' ]
 * ```
 */
export function groupTaxonomy(grouping: Grouping, options: GroupTaxonomyOptions = {}): Taxonomy {
  const { form = 'flat', levels } = options;
  const groups = grouping.groups.filter((members) => members.length > 1);
  const nodes = form === 'flat' ? groups : nestedGroups(grouping, groups.length, levels);
  const names = nameGroups(nodes, grouping.classes);
  const lineages = new Map(grouping.classes.map((name) => [name, [] as string[]]));
  nodes.forEach((members, g) => {
    for (const member of members) lineages.get(member)?.push(names[g] as string);
  });
  return Taxonomy.fromLineages([...lineages].map(([label, above]) => ({ label, lineage: [...above, label] })));
}

/** The members of each group of the merge history, larger groups before their parts. */
function nestedGroups(
  { classes, merges }: Grouping,
  groups: number,
  levels: readonly number[] | undefined,
): (readonly string[])[] {
  if (groups > 0 && merges.length === 0) {
    throw new CladenetError('USAGE', 'These groups cannot be nested.', [
      { where: 'form', expected: "'flat' for a method without merges", received: "'nested'" },
    ]);
  }
  const position = new Map(classes.map((name, i) => [name, i]));
  const inOrder = (a: string, b: string): number => (position.get(a) ?? 0) - (position.get(b) ?? 0);
  const current = new Map<string, Cluster>(
    classes.map((name) => [name, { members: [name], height: Infinity, mergedAt: 0 }]),
  );
  const history: Cluster[] = [];
  for (const { a, b, height } of merges) {
    const parts = [current.get(a), current.get(b)].filter((part) => part !== undefined);
    for (const part of parts) part.mergedAt = height;
    const members = parts.flatMap((part) => part.members).sort(inOrder);
    const merged = { members, height, mergedAt: 0 };
    current.set(a, merged);
    history.push(merged);
  }
  // A group is kept at a level if its last merge is above that level and its next one is not.
  const isKept = ({ height, mergedAt }: Cluster): boolean =>
    levels?.some((level) => height > level && mergedAt <= level) ?? true;
  return history
    .filter(isKept)
    .map(({ members }) => members)
    .reverse();
}
