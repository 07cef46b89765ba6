/** Labels of images that are synonyms become the names of their classes; images of classes that a taxonomy leaves out lose theirs. */
import type { ImageSet } from '../../dataset/images.js';
import { CladenetError, type Problem } from '../../errors.js';
import { sortByCodePoint } from '../../order.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { counted } from '../../units.js';

/**
 * What each label stands for: a class or an inner node; undefined where the taxonomy leaves it out.
 *
 * @throws CladenetError DATASET for labels that are homonyms: synonyms of several taxa, or of one beside a class of that name
 */
export function acceptedNames(labels: readonly string[], taxonomy: Taxonomy): ReadonlyMap<string, string | undefined> {
  const { synonyms, dropped, classes } = taxonomy;
  const own = new Set(classes);
  const problems: Problem[] = [];
  const names = new Map<string, string | undefined>();
  for (const label of labels) {
    const accepted = synonyms.get(label) ?? [];
    const taxa = own.has(label) ? [label, ...accepted] : accepted;
    names.set(label, dropped.has(label) ? undefined : (taxa[0] ?? label));
    if (taxa.length < 2) continue;
    const of = `a synonym of ${accepted.map((name) => `'${name}'`).join(' and ')}`;
    problems.push({
      where: `images of '${label}'`,
      expected: 'the name of one taxon',
      received: own.has(label) ? `that of a class, and ${of}` : of,
      remedy: 'Label the images with the accepted name.',
    });
  }
  if (problems.length > 0) throw new CladenetError('DATASET', 'Labels of images are homonyms', problems);
  return names;
}

/** The classes that labels stand for, each once. @throws CladenetError as {@link acceptedNames} */
export function acceptedClasses(labels: readonly string[], taxonomy: Taxonomy | undefined): readonly string[] {
  if (taxonomy === undefined) return labels;
  return sortByCodePoint([...new Set([...acceptedNames(labels, taxonomy).values()].flatMap((name) => name ?? []))]);
}

/** Images whose labels are names that their taxonomy accepts. */
export interface AcceptedLabels {
  /** The same images where nothing is to be done. */
  readonly images: ImageSet;
  /** How many images got which name, and how many lost their label. */
  readonly notes: readonly string[];
}

/**
 * Gives the images of synonyms the accepted names (`taxonomy.synonyms`), and takes the label from images of classes that the
 * taxonomy leaves out (`taxonomy.dropped`).
 *
 * @throws CladenetError as {@link acceptedNames}
 */
export function withAcceptedLabels(images: ImageSet, taxonomy: Taxonomy | undefined): AcceptedLabels {
  if (taxonomy === undefined) return { images, notes: [] };
  const names = acceptedNames(images.classes, taxonomy);
  const changed = [...names].filter(([label, name]) => label !== name);
  if (changed.length === 0) return { images, notes: [] };
  const classes = acceptedClasses(images.classes, taxonomy);
  const numbers = new Map(classes.map((name, i) => [name, i]));
  const labels = images.labels.map((label) => numbers.get(names.get(images.classes[label] ?? '') ?? '') ?? -1);
  const notes = changed.map(([label, name]) => {
    const number = images.classes.indexOf(label);
    const count = counted(images.labels.filter((own) => own === number).length, 'image');
    return name === undefined
      ? `${count} of '${label}' left out, as the taxonomy leaves out the class`
      : `${count} of '${label}' taken as '${name}', its accepted name`;
  });
  return { images: { ...images, classes, labels }, notes };
}
