/** How EcoTaxa calls the classes and nodes of a taxonomy. */
import type { Taxonomy } from '../../taxonomy/taxonomy.js';

export interface EcotaxaName {
  /** As EcoTaxa displays it: the name, with that of the parent where several taxa are called so (`egg<other`). */
  readonly category: string;
  /** The number of the taxon, or empty where the taxonomy does not have it. */
  readonly id: string;
}

/** @param taxonomy without one, a class is its own name */
export function ecotaxaNames(taxonomy: Taxonomy | undefined, classes: readonly string[]) {
  const nodes = taxonomy?.nodes() ?? [];
  const byPath = new Map(nodes.map((node) => [node.path, node]));
  const called = new Map<string, number>();
  for (const { name } of nodes) called.set(name, (called.get(name) ?? 0) + 1);
  const parentOf = (path: string) => byPath.get(byPath.get(path)?.parent ?? '');

  /** Undefined for the root, which is no taxon. */
  function ofNode(path: string): EcotaxaName | undefined {
    const node = byPath.get(path);
    if (node === undefined || (node.parent === undefined && node.path === '')) return undefined;
    if (node.label !== undefined) return { category: node.label, id: node.id ?? '' };
    // A taxon that has images of its own has a leaf of its name.
    const own = byPath.get(node.children.find((child) => byPath.get(child)?.name === node.name) ?? '');
    if (own?.label !== undefined) return { category: own.label, id: node.id ?? own.id ?? '' };
    const parent = parentOf(path);
    const isAlone = (called.get(node.name) ?? 0) < 2 || parent === undefined || parent.path === '';
    return { category: isAlone ? node.name : `${node.name}<${parent.name}`, id: node.id ?? '' };
  }
  const ofClasses = classes.map((label) => {
    const id = taxonomy?.node(taxonomy.leafOf(label)).id ?? '';
    return { category: label, id };
  });
  return { ofNode, ofClass: (column: number): EcotaxaName | undefined => ofClasses[column] };
}
