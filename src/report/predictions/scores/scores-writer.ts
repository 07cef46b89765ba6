/** Writes the probability of every class and node of each image. */
import { extname } from 'node:path';
import { CladenetError } from '../../../errors.js';
import { besideNpy } from '../../../features/tables/read-feature-table.js';
import { counted } from '../../../units.js';
import { VERSION } from '../../../version.js';
import type { PredictionContext, PredictionWriter } from '../prediction-writer.js';
import { scoreTable } from './score-columns.js';
import { SCORE_FILES } from './score-file.js';

/** The files that scores are written to: more than one for a matrix of NumPy. */
export const scoreOutputs = (file: string): string[] =>
  extname(file).toLowerCase() === '.npy' ? [file, besideNpy(file, 'paths'), besideNpy(file, 'columns')] : [file];

/**
 * @param file `.csv`, `.tsv`, `.npy`, `.parquet` or `.h5`
 * @throws CladenetError USAGE for another extension; OUTPUT when the system refuses
 */
export async function openScores(file: string, context: PredictionContext): Promise<PredictionWriter> {
  const { classes, taxonomy, among, model } = context;
  const open = SCORE_FILES[extname(file).toLowerCase()];
  if (open === undefined) {
    const expected = `a file named ${Object.keys(SCORE_FILES)
      .map((extension) => `*${extension}`)
      .join(', ')}`;
    throw new CladenetError('USAGE', 'The scores cannot be written.', [{ where: 'scores', expected, received: file }]);
  }
  const { columns, scoresOf } = scoreTable(classes, taxonomy, among);
  const about = { cladenet: VERSION, classifier: model, ...(among && { among: JSON.stringify(among) }) };
  const scores = await open(file, { columns, about });
  let images = 0;
  return {
    async write({ images: { paths }, classification }) {
      images += paths.length;
      await scores.append(paths, scoresOf(classification));
    },
    async commit() {
      await scores.commit();
      return `${counted(columns.length, 'score')} of ${counted(images, 'image')} written to ${file}`;
    },
    discard: scores.discard,
  };
}
