/** `cladenet count`: how many images of each taxon there are in each sample, adjusted for the classifier's errors. */
import { z } from 'zod';
import { formatCsv } from '../../csv.js';
import { CladenetError, type Problem } from '../../errors.js';
import { type AdjustedCounts, adjustCounts } from '../../evaluation/counting/adjust-counts.js';
import { countScores, knownScores } from '../../evaluation/counting/count-scores.js';
import { samplesOf } from '../../evaluation/counting/read-predictions.js';
import { readScores, scoredSamples } from '../../evaluation/counting/read-scores.js';
import { writeFileAtomic, writeJson } from '../../files.js';
import { readConfusion, readText } from '../../grouping/confusion-csv.js';
import { config, json, seed } from '../../options/common.js';
import { option } from '../../options/option.js';
import { singleChild, taxonomyFile } from '../../options/taxonomy.js';
import { refuseOptions, unusedOptions } from '../../options/unused.js';
import { lazyProgress, log, print } from '../../progress.js';
import { countRows, countText, doubtLines } from '../../report/tables/count-table.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { counted } from '../../units.js';
import { text } from '../../value-schemas.js';
import { readIfGiven } from '../taxonomy.js';
import { command } from '../toolkit/command.js';

/** Samples that are printed; there may be thousands of them in the file. */
const PRINTED = 3;

const options = z.strictObject({
  scores: option(text('a file').optional(), {
    description: 'probabilities of the same images, from `cladenet predict --scores` (CSV or TSV); with --known',
    value: 'file',
    reads: 'file',
  }),
  known: option(text('a file').optional(), {
    description: 'probabilities of images whose classes are known, from `cladenet confusion --scores`; with --scores',
    value: 'file',
    reads: 'file',
  }),
  confusion: option(text('a file').optional(), {
    description:
      'in place of --scores and --known, where there are no probabilities: confusion matrix of the classifier in images, from ' +
      '`cladenet confusion --counts`',
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
    'The adjusted counts hold where images of a class look in the samples as those do whose classes are known. What speaks against them is printed.',
  run: ({ predictions }, options) => countAll(predictions, options),
});

async function countAll(predictions: string, command: z.output<typeof options>): Promise<void> {
  const { by, out, json } = command;
  requireOneSource(command);
  const given = await readIfGiven(command);
  const counts =
    command.confusion === undefined
      ? await countByScores(predictions, command, given)
      : await countByConfusion(predictions, command.confusion, command, given);
  const classes = counts[0]?.classes.map((count) => count.class) ?? [];
  const taxonomy = given?.restrictTo(classes);
  for (const one of counts.slice(0, PRINTED)) print(`${countText(one, taxonomy)}\n`);
  if (counts.length > PRINTED) print(`${counted(counts.length - PRINTED, 'more sample')} in ${out}\n`);
  const doubts = doubtLines(counts);
  if (doubts.length > 0) print(['Adjusted counts may be no better than raw ones:', ...doubts].join('\n- '));
  await writeFileAtomic(out, formatCsv(countRows(counts, taxonomy, by)));
  await writeJson(json, counts);
  log(`${counted(counts.length, 'sample')} written to ${out}`);
}

type CountCommand = z.output<typeof options>;
type Counts = readonly (AdjustedCounts & { readonly sample: string })[];

function requireOneSource({ confusion, scores, known }: CountCommand): void {
  const missing = (where: string, expected: string): Problem[] => [{ where, expected, received: 'nothing' }];
  const problemsOf = (): Problem[] => {
    if (confusion !== undefined)
      return unusedOptions({ scores, known }, ['scores', 'known'], 'none beside `confusion`');
    if (scores === undefined && known === undefined) return missing('scores', '`scores` and `known`, or `confusion`');
    if (scores === undefined) return missing('scores', 'the probabilities of the predicted images');
    if (known === undefined) return missing('known', 'the probabilities of images of known classes');
    return [];
  };
  refuseOptions(problemsOf());
}

/** From the probabilities of every image. */
async function countByScores(predictions: string, command: CountCommand, given: Taxonomy | undefined): Promise<Counts> {
  const { by, classColumn, seed, scores = '', known: labelled = '' } = command;
  const table = readScores(await readText(labelled), { source: labelled, labelled: true });
  const known = knownScores(table);
  const { classes } = known;
  const taxonomy = given?.restrictTo(classes);
  const ofImages = readScores(await readText(scores), { source: scores, classes });
  const samples = scoredSamples(await readText(predictions), ofImages, { by, classColumn, source: predictions });
  const progress = lazyProgress('counting');
  const counts: (AdjustedCounts & { sample: string })[] = [];
  for (const [sample, images] of samples) {
    counts.push({ sample, ...countScores(images, known, { taxonomy, seed }) });
    progress.update(counts.length, samples.size);
  }
  progress.stop();
  return counts;
}

/** From the predicted classes alone. */
async function countByConfusion(
  predictions: string,
  file: string,
  { by, classColumn, seed }: CountCommand,
  given: Taxonomy | undefined,
): Promise<Counts> {
  const matrix = await readConfusion(file);
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
  const taxonomy = given?.restrictTo(classes);
  const samples = samplesOf(await readText(predictions), { classes, by, classColumn, source: predictions });
  return Array.from(samples, ([sample, predicted]) => ({
    sample,
    ...adjustCounts(predicted, confusion, { taxonomy, seed }),
  }));
}
