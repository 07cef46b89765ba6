/**
 * Trees that know nothing, to tell what a taxonomy itself contributes: one of the same shape whose classes sit anywhere,
 * and one without any inner nodes. Their inner names say nothing either, so that nobody takes them for taxa.
 */
import { random } from '../random.js';
import { SEPARATOR } from './names.js';
import { Taxonomy } from './taxonomy.js';

/**
 * A tree of exactly the same shape (node by node the same children, single children too), whose classes are shuffled
 * over the leaves. Inner nodes are called `node 1`, `node 2`, ... in pre-order of the original, the root `root`; leaves
 * like their class. What a tree gains over this control it owes to its taxonomy, not to having a hierarchy.
 *
 * Few leaves may be dealt so that the tree comes out as it was, and siblings stay siblings now and then by chance.
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
    return { label: dealt[i] ?? '', lineage };
  });
  return Taxonomy.fromLineages(lineages, { singleChild: 'keep' });
}

/**
 * The tree of depth one: a root with every class below it. A tree classifier on it is a flat one, trained like a tree.
 * @throws CladenetError `TAXONOMY` for fewer than 2 classes, and for classes that are empty or there twice
 */
export function flatTaxonomy(classes: readonly string[]): Taxonomy {
  const names = leafNames(classes);
  return Taxonomy.fromLineages(classes.map((label, i) => ({ label, lineage: ['root', names[i] ?? ''] })));
}

/** A leaf's name is its class, as far as that can be a name: it may hold the separator of paths. */
function leafNames(classes: readonly string[]): string[] {
  const taken = new Set(classes);
  return classes.map((label) => (label.includes(SEPARATOR) ? unused(label.replaceAll(SEPARATOR, '/'), taken) : label));
}

/** The name, or with marks behind it until nothing else is called so; it is taken then. */
function unused(name: string, taken: Set<string>): string {
  let free = name;
  while (taken.has(free)) free += "'";
  taken.add(free);
  return free;
}
