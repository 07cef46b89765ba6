/** A random forest on the measured plankton images, against scikit-learn. */
import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { listImages } from '../../src/dataset/sources/list.js';
import { measureImages } from '../../src/features/images/measure-images.js';
import { mediansOf } from '../../src/forest/missing.js';
import type { Context } from '../context.js';
import { planktonImages } from '../plankton.js';
import { type Comparison, compare, takeTurns } from '../turns.js';

const TREES = 300;

/** Returns nothing if the images are not on this machine. */
export async function benchForests(context: Context): Promise<readonly Comparison[]> {
  const images = await planktonImages(context, 'forest');
  if (images === undefined) return [];
  const folder = join(context.scratch, 'features');
  const features = await writeFeatures(images, folder);
  const options = { folder, trees: TREES, threads: availableParallelism() };
  const comparisons: Comparison[] = [];
  for (const [task, title] of [
    ['forest', `Training a forest of ${TREES} trees on ${features} features`],
    ['forest-predict', 'Prediction by that forest, cladenet on 1 thread'],
  ] as const) {
    const entrants = (['ours', 'sklearn'] as const).map((name) => ({ name, task, options }));
    const series = await takeTurns(context.field, entrants, context.rounds);
    // Only training has a target.
    comparisons.push(compare(title, series, task === 'forest' ? { sklearn: 1 } : {}));
  }
  return comparisons;
}

/** Measures the images once, for all contenders; medians stand for what could not be measured. Returns the number of features. */
async function writeFeatures(images: string, folder: string): Promise<number> {
  const listed = await listImages(images);
  const table = await measureImages(
    listed.records.map(({ path }) => path),
    { set: 'zooprocess' },
  );
  const medians = mediansOf(table);
  const columns = table.names.flatMap((_, column) => (Number.isFinite(medians[column]) ? [column] : []));
  const values = new Float64Array(table.rows.length * columns.length);
  for (let row = 0; row < table.rows.length; row++) {
    columns.forEach((column, i) => {
      const value = table.values[row * table.names.length + column] ?? Number.NaN;
      values[row * columns.length + i] = Number.isFinite(value) ? value : (medians[column] ?? 0);
    });
  }
  await mkdir(folder);
  await writeFile(join(folder, 'values.f64'), values);
  await writeFile(
    join(folder, 'labels.i32'),
    Int32Array.from(listed.records, ({ label = '' }) => listed.classes.indexOf(label)),
  );
  return columns.length;
}
