/** Writes classifications as the REST service of WoRMS gives them. */
import type { TaxonRecord } from '../taxon-record.js';

/** Whether an id is one that WoRMS gives. */
export const isAphiaId = (id: string): boolean => /^\d{1,15}$/.test(id) && String(Number(id)) === id;

const capitalised = (rank: string): string => rank.charAt(0).toUpperCase() + rank.slice(1);

/**
 * One classification record for each taxon that has none below it, as an array: `{AphiaID, rank, scientificname, child}`, each in
 * the `child` of the one above it. What is not known is null, also an id that is no number.
 * @param taxa in pre-order: parents before their children, which follow them
 */
export function formatWorms(taxa: readonly TaxonRecord[]): string {
  const inner = new Set(taxa.map(({ parent }) => parent));
  const records = taxa.flatMap((_, i) => {
    if (inner.has(i)) return [];
    let [begin, end] = ['', ''];
    for (let at: number | undefined = i; at !== undefined; at = taxa[at]?.parent) {
      const { id, rank, name } = taxa[at] as TaxonRecord;
      const fields = [
        `"AphiaID": ${id !== undefined && isAphiaId(id) ? id : 'null'}`,
        `"rank": ${rank === undefined ? 'null' : JSON.stringify(capitalised(rank))}`,
        `"scientificname": ${JSON.stringify(name)}`,
      ];
      begin = `{${fields.join(', ')}, "child": ${begin === '' ? 'null' : begin}`;
      end += '}';
    }
    return [begin + end];
  });
  return `[\n${records.map((record) => `  ${record}`).join(',\n')}\n]\n`;
}
