/** Predictions as a CSV table: see `predictionRows`. */
import { appendFile } from 'node:fs/promises';
import { formatCsv } from '../../csv.js';
import { startFile } from '../../unfinished-file.js';
import { counted } from '../../units.js';
import { predictionColumns, predictionRows } from '../tables/prediction-rows.js';
import type { PredictionContext, PredictionWriter } from './prediction-writer.js';

export async function openTable(context: PredictionContext): Promise<PredictionWriter> {
  const { out, keepColumns = [] } = context;
  const { temporary, commit, discard } = await startFile(out);
  await appendFile(temporary, formatCsv([[...predictionColumns(context), ...keepColumns]]));
  let images = 0;
  return {
    async write({ images: { paths, fields }, classification }) {
      images += paths.length;
      const kept = (i: number) => keepColumns.map((name) => fields?.[name]?.[i] ?? '');
      const rows = predictionRows(paths, classification, context).map((row, i) => [...row, ...kept(i)]);
      await appendFile(temporary, formatCsv(rows));
    },
    async commit() {
      await commit();
      return `${counted(images, 'image')} written to ${out}`;
    },
    discard,
  };
}
