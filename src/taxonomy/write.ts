/** Writes taxonomies as text and to disk. Parsing the text gives the same taxonomy, unless the format cannot hold all of it. */
import { extname } from 'node:path';
import { formatCsv } from '../csv.js';
import { CladenetError } from '../errors.js';
import { writeFileAtomic } from '../files.js';
import { formatDarwinCoreTaxa } from '../formats/darwin-core/write-taxa.js';
import { formatNewick } from '../formats/newick/write.js';
import { formatWorms, isAphiaId } from '../formats/worms/write.js';
import { SEPARATOR } from './names.js';
import { NEWICK, type TaxonomyFormat } from './parse.js';
import { lostIn, recordsOf } from './records.js';
import type { Taxonomy } from './taxonomy.js';

/**
 * The taxonomy as CSV with the columns `class,path`, then `ranks` and `ids` if any node has one (joined as the names of the
 * path are), and `biological` if any class is not: one class per line, in pre-order.
 */
export function toCsv(taxonomy: Taxonomy): string {
  const paths = taxonomy.classes.map((label) => taxonomy.leafOf(label));
  // In a path without a '>', a '/' would be read as the separator: a leading '>' in every path says that it is not.
  const isAnchored = paths.some((path) => path.includes('/') && !path.includes(SEPARATOR));
  const { nonBiological } = taxonomy;
  const nodes = taxonomy.nodes();
  const fields = (['rank', 'id'] as const).filter((field) => nodes.some((node) => node[field] !== undefined));
  const mark = (cell: string) => (nonBiological.size > 0 ? [cell] : []);
  const rows = taxonomy.classes.map((label, i) => {
    const lineage = taxonomy.lineage(taxonomy.leafOf(label)).filter((path) => path !== '');
    const joined = (field: 'rank' | 'id'): string => {
      const values = lineage.map((path) => taxonomy.node(path)[field] ?? '');
      return values.some((value) => value !== '') ? values.join(SEPARATOR) : '';
    };
    return [
      label,
      (isAnchored ? SEPARATOR : '') + (paths[i] ?? ''),
      ...fields.map(joined),
      ...mark(nonBiological.has(label) ? 'no' : 'yes'),
    ];
  });
  return formatCsv([['class', 'path', ...fields.map((field) => `${field}s`), ...mark('biological')], ...rows]);
}

/**
 * The taxonomy as nested JSON `{name, children}`, one node per line, with `id` and `rank` where they are known, a `label` if
 * the class differs from the name of its leaf, and `"biological": false` if it is not. An implicit root is written as the list of its children.
 */
export function toJson(taxonomy: Taxonomy): string {
  const lines: string[] = [];
  const ends: string[] = [];
  const nodes = taxonomy.nodes();
  nodes.forEach(({ name, label, id, rank, depth, path }, i) => {
    const indent = '  '.repeat(depth);
    const after = nodes[i + 1]?.depth ?? 0;
    const field = (key: string, value: string | undefined) =>
      value === undefined ? '' : `, "${key}": ${JSON.stringify(value)}`;
    const named = `${indent}{"name": ${JSON.stringify(name)}${field('id', id)}${field('rank', rank)}`;
    if (label !== undefined) {
      const own = field('label', label === name ? undefined : label);
      const mark = taxonomy.nonBiological.has(label) ? ', "biological": false' : '';
      lines.push(`${named}${own}${mark}}`);
    } else {
      lines.push(path === '' ? '[' : `${named}, "children": [`);
      ends.push(path === '' ? ']' : `${indent}]}`);
    }
    while (ends.length > after) lines.push(ends.pop() ?? '');
    if (label !== undefined && i + 1 < nodes.length) lines.push(`${lines.pop()},`);
  });
  return `${lines.join('\n')}\n`;
}

/**
 * A taxonomy in a format, and what that cannot hold, in words: nothing where reading the text gives the same taxonomy.
 * @param format `table` is a path for each class, see {@link toCsv}; `json` is {@link toJson}
 */
export function formatTaxonomy(
  taxonomy: Taxonomy,
  format: TaxonomyFormat,
): { readonly text: string; readonly lost: readonly string[] } {
  switch (format) {
    case 'table':
      return { text: toCsv(taxonomy), lost: [] };
    case 'json':
      return { text: toJson(taxonomy), lost: [] };
    case 'darwin-core':
      return { text: formatDarwinCoreTaxa(recordsOf(taxonomy)), lost: [] };
    case 'worms':
      return { text: formatWorms(recordsOf(taxonomy)), lost: lostIn(taxonomy, { ids: isAphiaId, ranks: true }) };
    case 'newick':
      return { text: formatNewick(recordsOf(taxonomy)), lost: lostIn(taxonomy, { ids: () => false, ranks: false }) };
  }
}

/**
 * Writes a taxonomy to a file, whole or not at all.
 * @param path   where the extension gives the format: `.csv` is a table, `.json`, and `.nwk`, `.newick`, `.tree` and `.tre` are Newick
 * @param format default: by the extension
 * @returns what the format cannot hold, in words: nothing where reading the file gives the same taxonomy
 * @throws CladenetError `USAGE` when it has another extension, and there is no format
 */
export async function writeTaxonomy(
  taxonomy: Taxonomy,
  path: string,
  format: TaxonomyFormat | undefined = formatOfExtension(path),
): Promise<readonly string[]> {
  if (format === undefined) {
    throw new CladenetError('USAGE', 'The taxonomy cannot be written.', [
      {
        where: 'path',
        expected: 'a file name with the extension .csv, .json or .nwk, or a `format`',
        received: `'${path}'`,
      },
    ]);
  }
  const { text, lost } = formatTaxonomy(taxonomy, format);
  await writeFileAtomic(path, text);
  return lost;
}

function formatOfExtension(path: string): TaxonomyFormat | undefined {
  const extension = extname(path).toLowerCase();
  if (extension === '.csv') return 'table';
  if (extension === '.json') return 'json';
  return NEWICK.includes(extension) ? 'newick' : undefined;
}
