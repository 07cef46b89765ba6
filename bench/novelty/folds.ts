/** Folds for unseen species: in each, one leaf class is held out of each node with at least three leaf children. */
import { random } from '../../src/random.js';
import type { Taxonomy } from '../../src/taxonomy/taxonomy.js';

/** A node that has fewer leaf children loses none: too little would be left to recognise a new child by. */
const LEAST = 3;

/** The nodes that classes are held out of, with the classes that are their children. */
export const donors = (taxonomy: Taxonomy): { readonly path: string; readonly classes: readonly string[] }[] =>
  taxonomy
    .internalNodes()
    .map(({ path, children }) => ({ path, classes: children.flatMap((child) => taxonomy.node(child).label ?? []) }))
    .filter(({ classes }) => classes.length >= LEAST);

/** The held-out classes of each fold. A node with fewer classes than folds holds some out twice. */
export function foldsOf(taxonomy: Taxonomy, folds: number, seed: number): string[][] {
  const orders = donors(taxonomy).map(({ path, classes }) => random(seed, 'held out', path).shuffle([...classes]));
  return Array.from({ length: folds }, (_, fold) => orders.map((order) => order[fold % order.length] as string));
}
