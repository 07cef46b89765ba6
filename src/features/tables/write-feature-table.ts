/** Writes tables of features. */
import { basename, extname } from 'node:path';
import { formatCsv } from '../../csv.js';
import { CladenetError } from '../../errors.js';
import { writeFileAtomic } from '../../files.js';
import { type FeatureTable, requireFeatureTable } from '../feature-table.js';
import { formatNpy } from './npy.js';
import { besideNpy } from './read-feature-table.js';
import { NOTE_COLUMN } from './table-columns.js';

/** Options of {@link writeFeatureTable}. */
export interface WriteFeaturesOptions {
  /**
   * Write the columns of an EcoTaxa import: `img_file_name`, `object_id`, `object_FEATURE`, and a second line with their
   * types. Default `false`: `path`, `FEATURE`, and `note` if there are any.
   */
  readonly ecotaxa?: boolean | undefined;
}

/**
 * Writes a table of features, by the extension of `file`: `.csv`, `.tsv` or `.txt` (with tabs), or `.npy`: a matrix of
 * `float32`, with the paths of its rows in a file that ends in `.paths.txt` and the names of its columns in one that ends in
 * `.columns.txt`. Values that could not be measured are empty cells, or NaN in a matrix. `readFeatureTable` reads all of them.
 *
 * @throws CladenetError USAGE for another extension, for EcoTaxa's columns in a matrix, and for a table whose lengths do not
 *   fit each other
 */
export async function writeFeatureTable(
  file: string,
  table: FeatureTable,
  { ecotaxa = false }: WriteFeaturesOptions = {},
): Promise<void> {
  requireFeatureTable(table);
  requireFeatureFile(file, { ecotaxa });
  const extension = extname(file).toLowerCase();
  if (extension !== '.npy') {
    const rows = ecotaxa ? ecotaxaRows(table) : plainRows(table);
    await writeFileAtomic(file, formatCsv(rows, { delimiter: extension === '.csv' ? ',' : '\t' }));
    return;
  }
  const { names, rows, values } = table;
  await writeFileAtomic(besideNpy(file, 'paths'), rows.map((row) => `${row}\n`).join(''));
  await writeFileAtomic(besideNpy(file, 'columns'), names.map((name) => `${name}\n`).join(''));
  await writeFileAtomic(file, formatNpy({ rows: rows.length, columns: names.length, values }));
}

/** @throws CladenetError USAGE for a file that {@link writeFeatureTable} would not write */
export function requireFeatureFile(file: string, { ecotaxa = false }: WriteFeaturesOptions = {}): void {
  const allowed = ['.csv', '.tsv', '.txt', ...(ecotaxa ? [] : ['.npy'])];
  if (allowed.includes(extname(file).toLowerCase())) return;
  const expected = `a file named ${allowed.map((extension) => `*${extension}`).join(', ')}`;
  throw new CladenetError('USAGE', 'The features cannot be written.', [{ where: 'file', expected, received: file }]);
}

type Cell = string | number | undefined;

function plainRows(table: FeatureTable): Cell[][] {
  const { names, rows, notes } = table;
  const hasNotes = notes !== undefined && notes.size > 0;
  const header = ['path', ...names, ...(hasNotes ? [NOTE_COLUMN] : [])];
  return [header, ...rows.map((row, i) => [row, ...cellsOf(table, i), ...(hasNotes ? [notes.get(i)] : [])])];
}

function ecotaxaRows(table: FeatureTable): Cell[][] {
  const { names, rows } = table;
  return [
    ['img_file_name', 'object_id', ...names.map((name) => `object_${name}`)],
    ['[t]', '[t]', ...names.map(() => '[f]')],
    ...rows.map((row, i) => [row, basename(row, extname(row)), ...cellsOf(table, i)]),
  ];
}

function cellsOf({ names, values }: FeatureTable, row: number): Cell[] {
  const own = values.subarray(row * names.length, (row + 1) * names.length);
  return Array.from(own, (value) => (Number.isNaN(value) ? undefined : value));
}
