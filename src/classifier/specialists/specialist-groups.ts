/** The groups of classes that specialists are trained for, and checks that they fit the flat classifier that decides the group. */
import { isDeepStrictEqual } from 'node:util';
import { CladenetError } from '../../errors.js';
import { orThrow } from '../../taxonomy/findings.js';
import { matchClasses } from '../../taxonomy/match-classes.js';
import type { DecidingNode } from '../../taxonomy/nodes.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { FlatClassifier } from '../flat.js';

/** The nodes that get specialists: all that decide, except the topmost, which decides between the groups. */
export const groupsOf = (taxonomy: Taxonomy): readonly DecidingNode[] => taxonomy.decidingNodes().slice(1);

/** The taxonomy of the groups over exactly these classes, and the nodes that get specialists: all except the topmost. */
export function fitGroups(
  groups: Taxonomy,
  classes: readonly string[],
): { readonly taxonomy: Taxonomy; readonly groups: readonly DecidingNode[] } {
  const taxonomy = orThrow(
    'The groups do not fit the classes of the images',
    matchClasses(groups, classes, { allowMissing: true }),
  );
  const below = groupsOf(taxonomy);
  if (below.length > 0) return { taxonomy, groups: below };
  throw new CladenetError('USAGE', 'There are no groups for specialists', [
    {
      where: 'groups',
      expected: 'a group of two or more classes, and classes outside it',
      received: `all ${classes.length} classes as siblings`,
    },
  ]);
}

/** @throws CladenetError USAGE when the flat classifier does not have these classes, in this order */
export function requireClassesOf({ classes }: FlatClassifier, wanted: readonly string[]): void {
  if (isDeepStrictEqual(classes, wanted)) return;
  const missing = classes.filter((name) => !wanted.includes(name)).map((name) => `none of ${name}`);
  const foreign = wanted.filter((name) => !classes.includes(name)).map((name) => `${name}, which it does not know`);
  throw new CladenetError('USAGE', 'The images have other classes than the flat classifier', [
    {
      where: 'images',
      expected: `images of its ${classes.length} classes`,
      received: [...missing, ...foreign].join(', ') || 'the same classes in another order',
      remedy: 'Give the images that it was trained with, and the same `classes`.',
    },
  ]);
}
