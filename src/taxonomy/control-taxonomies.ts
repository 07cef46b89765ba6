/**
 * Control taxonomies, which show what a taxonomy itself contributes: one of the same shape with shuffled classes, and one
 * without inner nodes. Their inner nodes have names without meaning, so that they are not mistaken for taxa.
 */
import { random } from '../random.js';
import { SEPARATOR } from './names.js';
import { Taxonomy } from './taxonomy.js';

/**
 * A tree of exactly the same shape, single children included, with its classes shuffled over the leaves. Inner nodes are
 * named `node 1`, `node 2`, ... in pre-order of the original, the root `root`, and leaves like their class. What a tree
 * gains over this control is due to its taxonomy, not to having a hierarchy.
 *
 * The shuffle is uniform: by chance siblings can stay siblings, and a small tree can stay as it was.
 *
 * @param seed an integer; the same seed gives the same tree
 */
export function randomTaxonomy(taxonomy: Taxonomy, seed: number): Taxonomy {
  const dealt = random(seed, 'random taxonomy').shuffle([...taxonomy.classes]);
  const names = leafNames(dealt);
  const taken = new Set(names);
  const inner = new Map<string, string>();
  taxonomy.internalNodes().forEach(({ path }, i) => {
    inner.set(path, i === 0 ? 'root' : unused(`node ${i}`, taken));
  });
  const lineages = taxonomy.classes.map((label, i) => {
    const above = taxonomy.lineage(taxonomy.leafOf(label)).slice(0, -1);
    const lineage = [...above.map((path) => inner.get(path) ?? ''), names[i] ?? ''];
    const name = dealt[i] ?? '';
    return { label: name, lineage, biological: !taxonomy.nonBiological.has(name) };
  });
  return Taxonomy.fromLineages(lineages, { singleChild: 'keep' });
}

/**
 * The tree of depth one: a root with every class below it. A tree classifier of it is a flat one that is trained like a
 * tree.
 * @throws CladenetError `TAXONOMY` when there are fewer than 2 classes, or when a class is empty or repeated
 */
export function flatTaxonomy(classes: readonly string[]): Taxonomy {
  const names = leafNames(classes);
  return Taxonomy.fromLineages(classes.map((label, i) => ({ label, lineage: ['root', names[i] ?? ''] })));
}

/** The name of each leaf: its class, or a valid variant of it if the class contains the separator of paths. */
function leafNames(classes: readonly string[]): string[] {
  const taken = new Set(classes);
  return classes.map((label) => (label.includes(SEPARATOR) ? unused(label.replaceAll(SEPARATOR, '/'), taken) : label));
}

/** The name, with apostrophes appended until it is free; then it is taken. */
function unused(name: string, taken: Set<string>): string {
  let free = name;
  while (taken.has(free)) free += "'";
  taken.add(free);
  return free;
}
