/** A taxonomy as the writers of names take it, and what they cannot hold. */
import type { TaxonRecord } from '../formats/taxon-record.js';
import { counted } from '../units.js';
import type { Taxonomy } from './taxonomy.js';

/** The nodes in pre-order. An implicit root is left out. */
export function recordsOf(taxonomy: Taxonomy): readonly TaxonRecord[] {
  const nodes = taxonomy.nodes().filter(({ path }) => path !== '');
  const positions = new Map(nodes.map(({ path }, i) => [path, i]));
  return nodes.map(({ name, id, rank, label, parent }) => ({
    name,
    id,
    rank,
    label: label === name ? undefined : label,
    isBiological: label === undefined ? undefined : !taxonomy.nonBiological.has(label),
    parent: positions.get(parent ?? ''),
    at: { line: 0 },
  }));
}

/**
 * What is lost in a format that holds names and their tree, in words.
 * @param holds which ids it can hold, and whether it holds ranks
 */
export function lostIn(
  taxonomy: Taxonomy,
  holds: { readonly ids: (id: string) => boolean; readonly ranks: boolean },
): readonly string[] {
  const nodes = taxonomy.nodes();
  const ids = nodes.filter(({ id }) => id !== undefined && !holds.ids(id)).length;
  const ranks = holds.ranks ? 0 : nodes.filter(({ rank }) => rank !== undefined).length;
  const labels = nodes.filter(({ label, name }) => label !== undefined && label !== name).length;
  const marks = taxonomy.nonBiological.size;
  return [
    ...(ids > 0 ? [counted(ids, 'id')] : []),
    ...(ranks > 0 ? [counted(ranks, 'rank')] : []),
    ...(labels > 0 ? [`${counted(labels, 'class', 'classes')} whose label is not the name of its node`] : []),
    ...(marks > 0 ? [`the marks of ${counted(marks, 'non-biological class', 'non-biological classes')}`] : []),
  ];
}
