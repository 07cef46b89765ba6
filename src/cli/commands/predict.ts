/** `cladenet predict`: the classes of images, one row for each. */
import { z } from 'zod';
import { readNoveltyRule } from '../../classifier/judging/novelty-rule.js';
import { loadClassifier } from '../../classifier/store/load.js';
import { namesAmong } from '../../decision/among.js';
import { balanceOptions } from '../../options/balance.js';
import { gpu, modelFolder, ofTable } from '../../options/common.js';
import { amongOptions, decidingOptions, stoppingOptions } from '../../options/deciding.js';
import { ecotaxaChoice, imageChoice, tableColumns } from '../../options/images.js';
import { noveltyRule } from '../../options/novelty.js';
import { option } from '../../options/option.js';
import { amendingOptions, setOptions } from '../../options/sets.js';
import { refuseOptions, unusedOptions } from '../../options/unused.js';
import { log } from '../../progress.js';
import {
  PREDICTION_FORMAT_NAMES,
  PREDICTION_FORMATS,
  type PredictionFormatName,
} from '../../report/predictions/prediction-formats.js';
import type { PredictionFormat } from '../../report/predictions/prediction-writer.js';
import { openScores, scoreOutputs } from '../../report/predictions/scores/scores-writer.js';
import { watchAmong } from '../../report/predictions/watch-among.js';
import { withWriters, writePredictions } from '../../report/predictions/write-predictions.js';
import { names, oneOf, text, toggle } from '../../value-schemas.js';
import { amendingOf } from '../amending.js';
import { amongOf } from '../among.js';
import { balanceOf } from '../balance.js';
import { chooseSources, decodeSources } from '../images.js';
import { interruptible } from '../interrupt.js';
import { loadingOf, predicting } from '../models.js';
import { setsOf } from '../sets.js';
import { chooseStopping, trainedImages } from '../stopping.js';
import { readIfGiven } from '../taxonomy.js';
import { command } from '../toolkit/command.js';

const options = z.strictObject({
  out: option(text('a file or a folder'), {
    description: 'what to write, in the format of --format',
    value: 'path',
    writes: 'file',
    places: (path, { format }) => [{ path, kind: PREDICTION_FORMATS[format as PredictionFormatName].writes }],
  }),
  format: option(oneOf(...PREDICTION_FORMAT_NAMES).default('table'), {
    description: 'format of the predictions',
    value: 'name',
    choices: Object.fromEntries(PREDICTION_FORMAT_NAMES.map((name) => [name, PREDICTION_FORMATS[name].description])),
  }),
  scores: option(text('a file').optional(), {
    description:
      'also write the probability of every class and of every node: .csv, .tsv, .parquet, .h5, or .npy with the paths of ' +
      'its rows and the names of its columns in files beside it',
    value: 'file',
    writes: 'file',
    places: (file) => scoreOutputs(file).map((path) => ({ path, kind: 'file' })),
  }),
  ...decidingOptions,
  ...amongOptions,
  ...amendingOptions,
  ...stoppingOptions,
  ...setOptions,
  ...balanceOptions,
  novel: noveltyRule,
  pathColumn: option(tableColumns.pathColumn, { description: 'column of the tables that holds the paths' }),
  labelColumn: option(tableColumns.labelColumn, {
    description: 'column of the table of --images that holds the classes',
  }),
  keepColumns: option(names().optional(), {
    description: 'columns of the tables of images that stand beside the predictions, such as object_id,sample_id',
    value: 'a,b,c',
    default: 'none',
  }),
  status: option(ecotaxaChoice.status, { default: 'all' }),
  objectImages: ecotaxaChoice.objectImages,
  overwriteValidated: option(toggle().default(false), {
    description: 'with --format ecotaxa: also predict objects that a person has validated',
  }),
  stitch: imageChoice.stitch,
  imageMemory: imageChoice.imageMemory,
  ...ofTable,
  strict: imageChoice.strict,
  maxPixels: imageChoice.maxPixels,
  gpu,
});

export const predict = command({
  arguments: z.object({
    model: modelFolder,
    paths: option(z.array(z.string()), {
      description: 'images, folders, tables of images or IFCB bins',
      reads: 'images',
    }),
  }),
  options,
  async run({ model, paths }, options) {
    await interruptible(null, (signal) => predictAll(model, paths, options, signal));
  },
});

async function predictAll(
  model: string,
  paths: readonly string[],
  command: z.output<typeof options>,
  signal: AbortSignal,
): Promise<void> {
  const { out, format, scores, keepColumns, overwriteValidated } = command;
  const { uses: keepIfPresent }: PredictionFormat = PREDICTION_FORMATS[format];
  if (format !== 'table') {
    refuseOptions(unusedOptions(command, ['coverage'], 'none with this `format`, which has no place for sets'));
  }
  const sources = await chooseSources(paths, { ...command, keepIfPresent }, signal);
  const classifier = await loadClassifier(model, await loadingOf(command));
  const { classes, kind } = classifier;
  const taxa = amongOf(command);
  const known = trainedImages(classifier, command, signal);
  const balance = await balanceOf(classifier, command, known, signal);
  // A flat classifier has no routing.
  const routing = kind === 'tree' ? command.routing : undefined;
  const amendBy = await amendingOf(classifier, command);
  const leaves = { ...command, among: taxa, amendBy, balance, routing };
  const novelty = command.novel === undefined ? undefined : await readNoveltyRule(command.novel, classifier);
  if (format !== 'table') refuseOptions(unusedOptions(command, ['novel'], "none, only with `format: 'table'`"));
  const stopping = await chooseStopping(model, classifier, leaves, await readIfGiven(command), known, signal);
  const sets = await setsOf(classifier, { ...leaves, taxonomy: stopping.taxonomy }, known, signal);
  const among = taxa && namesAmong(taxa, classes, stopping.taxonomy);
  const context = {
    ...stopping,
    ...{ taxonomy: stopping.taxonomy ?? novelty?.taxonomy, novelty },
    ...{ sets, out, model, classes, among, keepColumns, overwriteValidated },
  };
  const openers = [
    () => PREDICTION_FORMATS[format].open(context),
    ...(scores === undefined ? [] : [() => openScores(scores, context)]),
    ...(among === undefined ? [] : [async () => watchAmong(among, classes.length)]),
  ];
  const lines = await withWriters(openers, async (writers) => {
    for await (const images of decodeSources(sources, classifier.description.preprocessing, command, signal)) {
      await predicting('predicting', (onProgress, onNotes) =>
        writePredictions(classifier, images, writers, { ...leaves, ...stopping, sets, signal, onProgress, onNotes }),
      );
    }
  });
  classifier.dispose();
  amendBy?.dispose();
  for (const line of lines) log(line);
}
