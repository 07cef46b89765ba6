/** Columns of a table that was made elsewhere, joined to images by their paths. */
import { CladenetError, didYouMean } from '../../errors.js';
import type { FeatureTable } from '../../features/feature-table.js';
import { readFeatureTable } from '../../features/tables/read-feature-table.js';
import type { FeatureSource } from '../feature-schema.js';
import { rowsOfImages } from './join-rows.js';
import type { Source } from './source.js';

/** @param given rows to look images up in. Default: those of the file */
export function tableSource(
  { file, tableColumn, names }: Extract<FeatureSource, { kind: 'table' }>,
  given: FeatureTable | undefined,
): Source {
  let opened: Promise<FeatureTable> | undefined;
  return {
    names,
    async values({ paths }) {
      opened ??= given === undefined ? openFile(file, names, tableColumn) : Promise.resolve(given);
      const table = await opened;
      const where = given === undefined ? (file ?? 'table') : 'table';
      const columns = columnsOf(table, names, where);
      const rows = rowsOfImages(table, paths, where);
      const values = new Float64Array(rows.length * columns.length);
      rows.forEach((row, i) => {
        columns.forEach((column, k) => {
          values[i * columns.length + k] = table.values[row * table.names.length + column] as number;
        });
      });
      return values;
    },
  };
}

async function openFile(
  file: string | null,
  columns: readonly string[],
  tableColumn: string | undefined,
): Promise<FeatureTable> {
  if (file !== null) return readFeatureTable(file, { columns, tableColumn });
  throw new CladenetError('USAGE', 'The features of these images are not known', [
    {
      where: 'table',
      expected: 'a table with rows for these images',
      received: 'nothing: the classifier was trained on a table in memory',
      remedy: 'Load the classifier with `table`.',
    },
  ]);
}

function columnsOf(table: FeatureTable, names: readonly string[], where: string): number[] {
  const columns = new Map(table.names.map((name, column) => [name, column]));
  const problems = names.flatMap((name) => {
    if (columns.has(name)) return [];
    const remedy = didYouMean(name, table.names);
    return [{ where, expected: `the column ${name}, which the classifier was trained with`, received: 'none', remedy }];
  });
  if (problems.length > 0) throw new CladenetError('DATASET', 'The table lacks features of the classifier', problems);
  return names.map((name) => columns.get(name) ?? -1);
}
