/** Writes taxonomies as text and to disk; parsing the text gives the same taxonomy. */
import { extname } from 'node:path';
import { formatCsv } from '../csv.js';
import { CladenetError } from '../errors.js';
import { writeFileAtomic } from '../files.js';
import { SEPARATOR } from './names.js';
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
 * Writes a taxonomy to a file, whole or not at all.
 * @param path a file name with the extension `.csv` or `.json`, which gives the format
 * @throws CladenetError `USAGE` when it has another extension
 */
export async function writeTaxonomy(taxonomy: Taxonomy, path: string): Promise<void> {
  const extension = extname(path).toLowerCase();
  if (extension !== '.csv' && extension !== '.json') {
    throw new CladenetError('USAGE', 'The taxonomy cannot be written.', [
      { where: 'path', expected: 'a file name with the extension .csv or .json', received: `'${path}'` },
    ]);
  }
  await writeFileAtomic(path, extension === '.csv' ? toCsv(taxonomy) : toJson(taxonomy));
}
