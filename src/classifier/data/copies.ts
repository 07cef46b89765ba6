/** What is worth knowing of copies: pictures that several images show. */
import { copiesAmong } from '../../dataset/deal.js';
import type { ImageSet } from '../../dataset/images.js';
import type { Problem } from '../../errors.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { fingerprints } from '../store/seen.js';
import { innerNodes, type Truth } from './truth.js';

/** Pictures that a note names; the others are counted. */
const NAMED = 3;

/**
 * The pictures that are in several classes. A label at an inner node does not contradict a class below it.
 *
 * @param copies the images of each picture that several labelled images show
 */
export function contradictoryLabels(
  { paths, labels: given, classes: names }: Pick<ImageSet, 'paths' | 'labels' | 'classes'>,
  truth: Truth,
  copies: readonly (readonly number[])[],
): Problem[] {
  const sets = [...truth.classes.map((_, i) => [i]), ...truth.groups.map(({ classes }) => classes)];
  const isWithin = (a: readonly number[], b: readonly number[]) => a.every((label) => b.includes(label));
  const setOf = (image: number) => sets[truth.labels[image] ?? -1] ?? [];
  const agree = (a: number, b: number) =>
    truth.labels[a] === truth.labels[b] || isWithin(setOf(a), setOf(b)) || isWithin(setOf(b), setOf(a));
  const problems: Problem[] = [];
  for (const images of copies) {
    const ofLabel = new Map(images.map((image) => [truth.labels[image], image] as const).reverse());
    const different = [...ofLabel.values()].reverse();
    if (different.every((a, i) => different.slice(i + 1).every((b) => agree(a, b)))) continue;
    const labels = different.map((image) => names[given[image] ?? -1] ?? '');
    problems.push({
      where: different.map((image) => paths[image] ?? '').join(' and '),
      expected: 'a picture in one class',
      received: `the same picture in ${labels.length} classes (${labels.join(', ')})`,
      remedy: problems.length === 0 ? 'Remove each image from the classes that it does not belong to.' : undefined,
    });
  }
  return problems;
}

/**
 * The pictures that are in several classes, among images that are only judged: their labels may be any nodes of the
 * taxonomy, and no class needs images of its own.
 */
export function contradictionsAmong(images: ImageSet, taxonomy: Taxonomy | undefined): Problem[] {
  const copies = copiesAmong(images.labels, fingerprints(images));
  if (copies.length === 0) return [];
  const inner = taxonomy === undefined ? new Map<string, string[]>() : innerNodes(taxonomy);
  const leaves = new Set(taxonomy?.classes);
  const isGroup = (name: string) => !leaves.has(name) && inner.has(name);
  const classes = [...new Set([...images.classes.filter((name) => !isGroup(name)), ...leaves])];
  const column = new Map(classes.map((name, i) => [name, i]));
  const groups = images.classes.filter(isGroup).map((name) => {
    const below = inner.get(name)?.flatMap((path) => taxonomy?.classesBelow(path) ?? []) ?? [];
    return { name, classes: below.flatMap((label) => column.get(label) ?? []) };
  });
  const numbers = new Map([...classes, ...groups.map(({ name }) => name)].map((name, i) => [name, i]));
  const labels = images.labels.map((label) => numbers.get(images.classes[label] ?? '') ?? -1);
  return contradictoryLabels(images, { classes, groups, labels }, copies);
}

/** In words: how many pictures have copies. */
export function copyNotes(copies: readonly (readonly number[])[]): string[] {
  if (copies.length === 0) return [];
  const images = copies.reduce((sum, { length }) => sum + length, 0);
  const have = copies.length === 1 ? '1 picture has copies' : `${copies.length} pictures have copies`;
  return [`${have} (${images} images); all copies of a picture are in the same subset`];
}

/** In words: the pictures that are in several classes. */
export function contradictionNotes(contradictions: readonly Problem[]): string[] {
  if (contradictions.length === 0) return [];
  const named = contradictions.slice(0, NAMED).map(({ where, received }) => {
    return `${where} ${/\(.*\)$/s.exec(received)?.[0] ?? ''}`;
  });
  const more = contradictions.length > NAMED ? [`and ${contradictions.length - NAMED} more`] : [];
  return [`${severalClasses(contradictions.length)}: ${[...named, ...more].join('; ')}`];
}

/** How many pictures are in several classes. */
export function severalClasses(count: number): string {
  return count === 1 ? '1 picture is in several classes' : `${count} pictures are in several classes`;
}
