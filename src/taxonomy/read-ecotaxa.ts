/** Reads taxonomies from EcoTaxa tables: the hierarchies of the taxa that their objects have. */
import { ecotaxaTaxa } from '../dataset/sources/ecotaxa.js';
import { ecotaxaSourceAt } from '../dataset/sources/ecotaxa-source.js';
import { ecotaxaLineages } from '../formats/ecotaxa/categories.js';
import type { PlacedName, Reading } from './reading.js';

/**
 * The taxa of a folder or a zip file with EcoTaxa tables, or of such a table; undefined for any other source.
 *
 * @throws CladenetError DATASET for tables that cannot be used
 */
export async function readEcotaxa(path: string): Promise<Reading | undefined> {
  const source = await ecotaxaSourceAt(path);
  if (source === undefined) return undefined;
  const taxa = await ecotaxaTaxa(source);
  const idOf = new Map(taxa.map(({ label, id }) => [label, id === '' ? undefined : id]));
  const { lineages, problems } = ecotaxaLineages(taxa, path);
  const at = { where: path, order: 0 };
  return {
    lineages: lineages.map(({ label, lineage, biological: isBiological = true }) => {
      const names = lineage.map((name, i): PlacedName => {
        // A taxon that is also an inner node has its number at its own leaf: no other node may have it.
        return i === lineage.length - 1 ? { name, at, id: idOf.get(label) } : { name, at };
      });
      return { label, names, isBiological };
    }),
    findings: problems.map(({ where: _, ...problem }) => ({ ...problem, at })),
  };
}
