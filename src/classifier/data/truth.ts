/**
 * What is known about each image: its class or, if it is labelled at an inner node of the taxonomy ("some copepod"), the set
 * of its possible classes.
 */
import type { ImageSet } from '../../dataset/images.js';
import { selectImages } from '../../dataset/images.js';
import { CladenetError, didYouMean, type Problem } from '../../errors.js';
import { printPath } from '../../taxonomy/names.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { type LabelSets, labelSets } from '../../training/label-sets.js';

/** What is known of the class of each image. */
export interface Truth {
  /** The classes to distinguish. */
  readonly classes: readonly string[];
  /** Of each image an index into `classes`, or `classes.length` plus one into `groups`; -1 where nothing is known. */
  readonly labels: Int32Array;
  /** The inner nodes that images are labelled with. */
  readonly groups: readonly LabelGroup[];
}

/** An inner node that images are labelled with. */
export interface LabelGroup {
  /** As the images are labelled: the node's path, or its name. */
  readonly name: string;
  /** The classes below it, as indices. */
  readonly classes: readonly number[];
}

/**
 * Labels that are inner nodes of the taxonomy, by path or by a name that only one node has, stand for the classes below it
 * that have images of their own. Without a taxonomy every label is a class.
 *
 * @throws CladenetError DATASET for an inner node without such classes, a name that several nodes have, and one of a class and of an
 *   inner node that the class is not below
 */
export function truthOf(
  { classes: names, labels: given }: Pick<ImageSet, 'classes' | 'labels'>,
  taxonomy: Taxonomy | undefined,
): Truth {
  const inner = taxonomy === undefined ? new Map<string, string[]>() : innerNodes(taxonomy);
  const leaves = new Set(taxonomy?.classes);
  const isGroup = (name: string) => !leaves.has(name) && inner.has(name);
  const classes = names.filter((name) => !isGroup(name));
  const column = new Map(classes.map((name, i) => [name, i]));
  const problems: Problem[] = taxonomy === undefined ? [] : ambiguousLabels(names, taxonomy, inner);
  const groups = names.filter(isGroup).map((name): LabelGroup => {
    const paths = inner.get(name) ?? [];
    const below = taxonomy?.classesBelow(paths[0] ?? '').flatMap((label) => column.get(label) ?? []) ?? [];
    const where = `images of '${name}'`;
    if (paths.length > 1) {
      const received = paths.map(printPath).join(' and ');
      problems.push({
        where,
        expected: 'one inner node of the taxonomy',
        received,
        remedy: 'Label them with the path.',
      });
    } else if (below.length === 0) {
      const expected = 'an inner node with classes that have images of their own';
      problems.push({ where, expected, received: `${printPath(paths[0] ?? '')}, which has none` });
    }
    return { name, classes: below };
  });
  if (problems.length > 0) {
    const nodes = [...leaves, ...inner.keys()];
    const unknown = classes
      .filter((name) => !leaves.has(name))
      .map((name): Problem => {
        const where = `images of '${name}'`;
        return {
          where,
          expected: 'a class or an inner node',
          received: 'no node of the taxonomy',
          remedy: didYouMean(name, nodes),
        };
      });
    throw new CladenetError('DATASET', 'Labels at inner nodes cannot be used', [...problems, ...unknown]);
  }
  const numbers = new Map([...classes, ...groups.map(({ name }) => name)].map((name, i) => [name, i]));
  return { classes, groups, labels: given.map((label) => numbers.get(names[label] ?? '') ?? -1) };
}

/** Labels that are a class, and an inner node elsewhere: which of the two the images show is not known. */
function ambiguousLabels(
  names: readonly string[],
  taxonomy: Taxonomy,
  inner: ReadonlyMap<string, readonly string[]>,
): Problem[] {
  const classes = new Set(taxonomy.classes);
  return names.flatMap((name): Problem[] => {
    if (!classes.has(name)) return [];
    const leaf = taxonomy.leafOf(name);
    const elsewhere = (inner.get(name) ?? []).filter((path) => !taxonomy.lineage(leaf).includes(path));
    if (elsewhere.length === 0) return [];
    return [
      {
        where: `images of '${name}'`,
        expected: 'a class, or an inner node',
        received: `both: the class ${printPath(leaf)}, and ${elsewhere.map(printPath).join(' and ')}`,
        remedy: 'Rename one of them in the taxonomy.',
      },
    ];
  });
}

/** Paths of inner nodes, by path and by name. */
export function innerNodes(taxonomy: Taxonomy): Map<string, string[]> {
  const nodes = new Map<string, string[]>();
  for (const { name, path } of taxonomy.internalNodes()) {
    for (const key of new Set([name, path])) nodes.set(key, [...(nodes.get(key) ?? []), path]);
  }
  return nodes;
}

/**
 * For each label the classes that it allows; undefined where every label is a class.
 *
 * @param outputs of the network: the classes, and others that no label allows
 */
export function setsOf({ classes, groups }: Truth, outputs = classes.length): LabelSets | undefined {
  if (groups.length === 0) return undefined;
  return labelSets([...classes.map((_, i) => [i]), ...groups.map((group) => group.classes)], outputs);
}

/** The images among those at `indices` whose class is known, labelled by `truth.classes`. */
export function withClass(images: ImageSet, { classes, labels }: Truth, indices: Int32Array): ImageSet {
  const known = indices.filter((image) => (labels[image] ?? -1) >= 0 && (labels[image] ?? -1) < classes.length);
  return { ...selectImages(images, known), labels: known.map((image) => labels[image] ?? -1), classes };
}
