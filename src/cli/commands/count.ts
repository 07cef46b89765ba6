/** `cladenet count`: how many images of each taxon there are in each sample, adjusted for the classifier's errors. */
import { z } from 'zod';
import { formatCsv } from '../../csv.js';
import { CladenetError } from '../../errors.js';
import { adjustCounts } from '../../evaluation/counting/adjust-counts.js';
import { samplesOf } from '../../evaluation/counting/read-predictions.js';
import { writeFileAtomic, writeJson } from '../../files.js';
import { readConfusion, readText } from '../../grouping/confusion-csv.js';
import { config, json, seed } from '../../options/common.js';
import { option } from '../../options/option.js';
import { singleChild, taxonomyFile } from '../../options/taxonomy.js';
import { log, print } from '../../progress.js';
import { countRows, countText, doubtLines } from '../../report/tables/count-table.js';
import { counted } from '../../units.js';
import { text } from '../../value-schemas.js';
import { readIfGiven } from '../taxonomy.js';
import { command } from '../toolkit/command.js';

/** Samples that are printed; there may be thousands of them in the file. */
const PRINTED = 3;

const options = z.strictObject({
  confusion: option(text('a file'), {
    description: 'confusion matrix of the classifier in images, from `cladenet confusion --counts`',
    value: 'file',
    reads: 'file',
  }),
  by: option(text('a column').optional(), {
    description: 'column that holds the samples; without it all images are one sample',
    value: 'column',
  }),
  classColumn: option(text('a column').optional(), {
    description: 'column that holds the predicted classes; by default class, predicted or prediction',
    value: 'column',
  }),
  taxonomy: option(taxonomyFile.optional(), { description: 'taxonomy of the classes: counts its nodes too' }),
  singleChild,
  out: option(text('a file'), {
    description: 'CSV file to write: raw and adjusted counts with 95 % intervals, one taxon of a sample a row',
    value: 'file',
    writes: 'file',
  }),
  json: option(json, { description: 'write the counts to this JSON file too' }),
  seed: option(seed, { description: 'seed of the draws that the intervals come from' }),
  config,
});

export const count = command({
  arguments: z.object({
    predictions: option(text('a file'), {
      description: 'table of predictions, one image a row, such as `cladenet predict` writes',
      reads: 'file',
    }),
  }),
  options,
  details:
    'The adjusted counts hold where images of a class are confused in the samples as in the confusion matrix. What speaks against them is printed.',
  run: ({ predictions }, options) => countAll(predictions, options),
});

async function countAll(predictions: string, command: z.output<typeof options>): Promise<void> {
  const { by, classColumn, out, json, seed } = command;
  const matrix = await readConfusion(command.confusion);
  if (matrix.unit === 'shares') {
    throw new CladenetError('USAGE', 'The numbers of images of the confusion matrix are not known', [
      {
        where: 'confusion',
        expected: 'a confusion matrix in images',
        received: 'shares of each row',
        remedy: 'Write it with `cladenet confusion --counts`.',
      },
    ]);
  }
  const { classes } = matrix;
  const n = classes.length;
  const confusion = { classes, counts: classes.map((_, i) => [...matrix.counts.subarray(i * n, (i + 1) * n)]) };
  const given = await readIfGiven(command);
  const taxonomy = given?.restrictTo(classes);
  const samples = samplesOf(await readText(predictions), { classes, by, classColumn, source: predictions });
  const counts = Array.from(samples, ([sample, predicted]) => ({
    sample,
    ...adjustCounts(predicted, confusion, { taxonomy, seed }),
  }));
  for (const one of counts.slice(0, PRINTED)) print(`${countText(one, taxonomy)}\n`);
  if (counts.length > PRINTED) print(`${counted(counts.length - PRINTED, 'more sample')} in ${out}\n`);
  const doubts = doubtLines(counts);
  if (doubts.length > 0) print(['Adjusted counts may be no better than raw ones:', ...doubts].join('\n- '));
  await writeFileAtomic(out, formatCsv(countRows(counts, taxonomy, by)));
  await writeJson(json, counts);
  log(`${counted(counts.length, 'sample')} written to ${out}`);
}
