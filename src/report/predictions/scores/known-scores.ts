/** The probabilities of images whose classes are known, as a table: path, label, a column for each class. */
import { appendFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { formatCsv } from '../../../csv.js';
import type { Predictions } from '../../../evaluation/predictions.js';
import { startFile } from '../../../unfinished-file.js';

/** Rows that are formatted at once. */
const ROWS = 256;

/**
 * Writes what `count --known` and `confusion --predictions` read.
 *
 * @param file  CSV, or TSV by its name
 * @param paths of the images
 * @throws CladenetError OUTPUT when the system refuses
 */
export async function writeKnownScores(
  file: string,
  paths: readonly string[],
  { classes, probabilities, labels }: Predictions,
): Promise<void> {
  const delimiter = extname(file).toLowerCase() === '.tsv' ? '\t' : ',';
  const { temporary, commit, discard } = await startFile(file);
  try {
    await appendFile(temporary, formatCsv([['path', 'label', ...classes]], { delimiter }));
    for (let first = 0; first < paths.length; first += ROWS) {
      const rows = paths.slice(first, first + ROWS).map((path, i) => {
        const at = (first + i) * classes.length;
        const row = Array.from(probabilities.slice(at, at + classes.length), (value) => Number(value.toPrecision(9)));
        return [path, classes[labels[first + i] as number], ...row];
      });
      await appendFile(temporary, formatCsv(rows, { delimiter }));
    }
    await commit();
  } catch (error) {
    await discard();
    throw error;
  }
}
