/**
 * Scores as HDF5: `output_scores` with `class_labels`, `node_scores` with `node_paths`, `paths` of the rows, and
 * `among_probability`. The first two are named as in the class scores of an IFCB.
 */
import type { Dataset } from 'h5wasm/node';
import { createH5 } from '../../../formats/h5.js';
import { startFile } from '../../../unfinished-file.js';
import type { ScoreColumn } from './score-columns.js';
import type { OpenScoreFile } from './score-file.js';

/** Bytes of a chunk, about. */
const CHUNK = 2 ** 18;

const DATASETS: readonly (readonly [ScoreColumn['kind'], string, string | undefined])[] = [
  ['class', 'output_scores', 'class_labels'],
  ['node', 'node_scores', 'node_paths'],
  ['among', 'among_probability', undefined],
];

export const openH5Scores: OpenScoreFile = async (file, { columns, about }) => {
  const { temporary, commit, discard } = await startFile(file);
  const h5 = await createH5(temporary);
  const allPaths: string[] = [];
  const matrices = DATASETS.flatMap(([kind, scores, labels]) => {
    const at = columns.flatMap((column, c) => (column.kind === kind ? [c] : []));
    if (at.length === 0) return [];
    const names = at.map((c) => columns[c]?.name ?? '');
    if (labels !== undefined) h5.create_dataset({ name: labels, data: names, shape: [names.length], dtype: 'S' });
    const rows = Math.max(1, Math.floor(CHUNK / (4 * at.length)));
    const dataset = h5.create_dataset({
      name: scores,
      ...{ data: new Float32Array(0), dtype: '<f' },
      ...{ shape: [0, at.length], maxshape: [null, at.length], chunks: [rows, at.length] },
    });
    return [{ dataset, at }];
  });
  for (const [name, text] of Object.entries(about)) h5.create_attribute(name, text);
  return {
    async append(paths, scores) {
      const first = allPaths.length;
      for (const path of paths) allPaths.push(path);
      for (const { dataset, at } of matrices) {
        appendRows(dataset, first, chosen(scores, columns.length, at), at.length);
      }
    },
    async commit() {
      h5.create_dataset({ name: 'paths', data: allPaths, shape: [allPaths.length], dtype: 'S' });
      h5.close();
      await commit();
    },
    async discard() {
      h5.close();
      await discard();
    },
  };
};

function appendRows(dataset: Dataset, first: number, values: Float32Array, width: number): void {
  const end = first + values.length / width;
  dataset.resize([end, width]);
  dataset.write_slice(
    [
      [first, end],
      [0, width],
    ],
    values,
  );
}

/** Some columns of a matrix. */
function chosen(values: Float32Array, width: number, columns: readonly number[]): Float32Array {
  const rows = values.length / width;
  const own = new Float32Array(rows * columns.length);
  for (let row = 0, to = 0; row < rows; row++) for (const c of columns) own[to++] = values[row * width + c] as number;
  return own;
}
