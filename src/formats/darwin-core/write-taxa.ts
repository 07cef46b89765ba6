/** Writes a Darwin Core Taxon table. */
import { formatCsv } from '../../csv.js';
import type { TaxonRecord } from '../taxon-record.js';

/** Between the names of the path in an id that stands for none. */
const SEPARATOR = '>';

/**
 * The id of a taxon that has none: its path. A reader that gives taxa their paths leaves such an id out again.
 */
export const pathId = (path: string): string => `path:${path}`;

/**
 * Taxa as a Darwin Core Taxon table in CSV: `taxonID,parentNameUsageID,scientificName,taxonRank`, and, where any taxon needs
 * them, the columns `label` and `biological`, which are none of Darwin Core's.
 * @param taxa parents before their children
 */
export function formatDarwinCoreTaxa(taxa: readonly TaxonRecord[]): string {
  const paths: string[] = [];
  for (const { name, parent } of taxa) {
    paths.push(parent === undefined ? name : `${paths[parent]}${SEPARATOR}${name}`);
  }
  const ids = taxa.map(({ id }, i) => id ?? pathId(paths[i] ?? ''));
  const labelled = taxa.some(({ label }) => label !== undefined);
  const marked = taxa.some(({ isBiological }) => isBiological === false);
  const header = ['taxonID', 'parentNameUsageID', 'scientificName', 'taxonRank'];
  const rows = taxa.map(({ name, rank, parent, label, isBiological }, i) => [
    ids[i] ?? '',
    parent === undefined ? '' : (ids[parent] ?? ''),
    name,
    rank ?? '',
    ...(labelled ? [label ?? ''] : []),
    ...(marked ? [isBiological === undefined ? '' : String(isBiological)] : []),
  ]);
  return formatCsv([[...header, ...(labelled ? ['label'] : []), ...(marked ? ['biological'] : [])], ...rows]);
}
