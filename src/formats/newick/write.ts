/** Writes a tree in Newick. */
import type { TaxonRecord } from '../taxon-record.js';

/** Programs that follow the standard read an underscore outside of quotes as a blank. */
const NEEDS_QUOTES = /[\s()[\]':;,_]|^$/;

const quoted = (name: string): string => (NEEDS_QUOTES.test(name) ? `'${name.replaceAll("'", "''")}'` : name);

/**
 * Taxa as one tree in Newick, on one line. Several taxa at the top become the children of a node without a name.
 * @param taxa in pre-order: parents before their children, which follow them
 */
export function formatNewick(taxa: readonly TaxonRecord[]): string {
  const tops = taxa.filter(({ parent }) => parent === undefined).length;
  const open: number[] = [];
  let text = tops > 1 ? '(' : '';
  const close = () => {
    text += `)${quoted(taxa[open.pop() ?? 0]?.name ?? '')}`;
  };
  taxa.forEach(({ name, parent }, i) => {
    while (open.length > 0 && open.at(-1) !== parent) close();
    if (i > 0 && taxa[i - 1] !== taxa[parent ?? -1]) text += ',';
    if (taxa[i + 1]?.parent === i) {
      text += '(';
      open.push(i);
    } else text += quoted(name);
  });
  while (open.length > 0) close();
  return `${text}${tops > 1 ? ')' : ''};\n`;
}
