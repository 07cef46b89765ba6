/** Taxonomies for measurements: binary trees, as deep as any with so many classes has to be. */
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';

/** A binary tree over the classes, whose leaves differ in depth by at most one: 1,000 classes are 10 levels deep. */
export function binaryTree(classes: readonly string[]): Taxonomy {
  const entries: { label: string; lineage: string[] }[] = [];
  const descend = (first: number, end: number, above: readonly string[]): void => {
    if (end - first === 1) {
      const label = classes[first] ?? '';
      entries.push({ label, lineage: [...above, label] });
      return;
    }
    const middle = Math.ceil((first + end) / 2);
    const name = `${classes[first]} to ${classes[end - 1]}`;
    descend(first, middle, [...above, name]);
    descend(middle, end, [...above, name]);
  };
  descend(0, classes.length, []);
  return Taxonomy.fromLineages(entries);
}
