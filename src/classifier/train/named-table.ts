/** A table of features by the word that names a source: the path of a file, or a mistyped word. */
import { existsSync } from 'node:fs';
import { CladenetError, didYouMean } from '../../errors.js';
import { type ReadFeatures, readFeatureTable } from '../../features/tables/read-feature-table.js';

const WORDS = ['biologists', 'deep', 'both'];

/**
 * @param tableColumn the column that names the images. Default: found by its name
 * @throws CladenetError USAGE for what is neither a file nor another source; USAGE or DATASET as `readFeatureTable`
 */
export async function readNamedTable(file: string, tableColumn: string | undefined): Promise<ReadFeatures> {
  if (existsSync(file)) return readFeatureTable(file, { tableColumn });
  const expected = `${WORDS.join(', ')}, or a file`;
  const remedy = didYouMean(file, WORDS);
  throw new CladenetError('USAGE', 'There are no such features', [
    { where: 'features', expected, received: file, remedy },
  ]);
}
