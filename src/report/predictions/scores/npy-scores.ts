/** Scores as a matrix of NumPy, with the paths of its rows and the names of its columns in files beside it, as features are. */
import { appendFile, open } from 'node:fs/promises';
import { npyHeader } from '../../../features/tables/npy.js';
import { besideNpy } from '../../../features/tables/read-feature-table.js';
import { startFile } from '../../../unfinished-file.js';
import { columnName } from './score-columns.js';
import type { OpenScoreFile } from './score-file.js';

export const openNpyScores: OpenScoreFile = async (file, { columns }) => {
  const matrix = await startFile(file);
  const names = await startFile(besideNpy(file, 'columns'));
  const rows = await startFile(besideNpy(file, 'paths'));
  await appendFile(names.temporary, columns.map((column) => `${columnName(column)}\n`).join(''));
  await appendFile(rows.temporary, '');
  const handle = await open(matrix.temporary, 'w');
  let count = 0;
  // As long as with any number of rows.
  await handle.write(npyHeader(0, columns.length, 'float32'));
  return {
    async append(paths, scores) {
      count += paths.length;
      await appendFile(rows.temporary, paths.map((path) => `${path}\n`).join(''));
      await handle.write(littleEndian(scores));
    },
    async commit() {
      await handle.write(npyHeader(count, columns.length, 'float32'), 0, undefined, 0);
      await handle.close();
      for (const one of [names, rows, matrix]) await one.commit();
    },
    async discard() {
      await handle.close();
      for (const one of [names, rows, matrix]) await one.discard();
    },
  };
};

function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    view.setFloat32(i * 4, value, true);
  });
  return bytes;
}
