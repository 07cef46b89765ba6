/** Scores as CSV or TSV: the path, then a column for each class and node. */
import { appendFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { formatCsv } from '../../../csv.js';
import { startFile } from '../../../unfinished-file.js';
import { columnName } from './score-columns.js';
import type { OpenScoreFile } from './score-file.js';

/** Rows that are formatted at once. */
const ROWS = 256;

export const openCsvScores: OpenScoreFile = async (file, { columns }) => {
  const { temporary, commit, discard } = await startFile(file);
  const delimiter = extname(file).toLowerCase() === '.tsv' ? '\t' : ',';
  await appendFile(temporary, formatCsv([['path', ...columns.map(columnName)]], { delimiter }));
  return {
    async append(paths, scores) {
      for (let first = 0; first < paths.length; first += ROWS) {
        const rows = paths.slice(first, first + ROWS).map((path, i) => {
          const at = (first + i) * columns.length;
          return [path, ...Array.from(scores.subarray(at, at + columns.length), shortest)];
        });
        await appendFile(temporary, formatCsv(rows, { delimiter }));
      }
    },
    commit,
    discard,
  };
};

/** The shortest of the decimal numbers that read back as the same 32-bit one, which has at most 9 digits. */
function shortest(value: number): number {
  for (const digits of [6, 7, 8]) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return rounded;
  }
  return Number(value.toPrecision(9));
}
