/** What Darwin Core calls the classes and nodes of a classifier. */
import type { IdentifiedTaxon } from '../../formats/darwin-core/archive.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';

/**
 * The taxon of a class or a node: itself, or, in a taxonomy with ids or ranks, the lowest on its lineage that has one; so the taxon of
 * a life stage or of a posture is that of the species above it.
 *
 * @param taxonomy without one a class is its own taxon
 * @param path     of a node; without a taxonomy the class
 * @returns undefined for what is no taxon: the implicit root, what lies above all taxa, and classes of no organisms
 */
export function identifiedTaxon(taxonomy: Taxonomy | undefined, path: string): IdentifiedTaxon | undefined {
  if (taxonomy === undefined) return { scientificName: path, taxonID: '', taxonRank: '' };
  const isOrganism = taxonomy.classesBelow(path).some((label) => !taxonomy.nonBiological.has(label));
  if (path === '' || !isOrganism) return undefined;
  const isTaxon = (node: { readonly id: string | undefined; readonly rank: string | undefined }) =>
    node.id !== undefined || node.rank !== undefined;
  const lineage = taxonomy.lineage(path).map((one) => taxonomy.node(one));
  const node = taxonomy.nodes().some(isTaxon) ? lineage.findLast(isTaxon) : lineage.at(-1);
  return node && { scientificName: node.name, taxonID: node.id ?? '', taxonRank: node.rank ?? '' };
}
