/** `cladenet predict`: the classes of images, one row for each. */
import { z } from 'zod';
import type { ClassifyOptions } from '../../classifier/classification.js';
import type { Classifier } from '../../classifier/classifier.js';
import { chooseStopThreshold, requireNodesToStopAt } from '../../classifier/judging/choose-stop-threshold.js';
import { judgingTaxonomy } from '../../classifier/judging/judging-taxonomy.js';
import { loadClassifier } from '../../classifier/store/load.js';
import type { ImageSet } from '../../dataset/images.js';
import { balanceOptions } from '../../options/balance.js';
import { gpu, modelFolder, ofTable } from '../../options/common.js';
import { decidingOptions, stoppingOptions } from '../../options/deciding.js';
import { imageChoice, tableColumns } from '../../options/images.js';
import { option } from '../../options/option.js';
import { refuseOptions, unusedOptions } from '../../options/unused.js';
import { log } from '../../progress.js';
import { PREDICTION_FORMAT_NAMES, PREDICTION_FORMATS } from '../../report/predictions/prediction-formats.js';
import { committing, writePredictions } from '../../report/predictions/write-predictions.js';
import { stopLines } from '../../report/tables/stop-text.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { oneOf, text } from '../../value-schemas.js';
import { balanceOf } from '../balance.js';
import { chooseSources, decodeSources, openImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { loadingOf, predicting } from '../models.js';
import { readIfGiven } from '../taxonomy.js';
import { command } from '../toolkit/command.js';

const options = z.strictObject({
  out: option(text('a file or a folder'), {
    description: 'what to write, in the format of --format',
    value: 'path',
  }),
  format: option(oneOf(...PREDICTION_FORMAT_NAMES).default('table'), {
    description: 'format of the predictions',
    value: 'name',
    choices: Object.fromEntries(PREDICTION_FORMAT_NAMES.map((name) => [name, PREDICTION_FORMATS[name].description])),
  }),
  ...decidingOptions,
  ...stoppingOptions,
  ...balanceOptions,
  pathColumn: option(tableColumns.pathColumn, { description: 'column of the tables that holds the paths' }),
  labelColumn: option(tableColumns.labelColumn, {
    description: 'column of the table of --images that holds the classes',
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
  outputs: (_, { out, format }) => [{ where: 'out', path: out, kind: PREDICTION_FORMATS[format].writes }],
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
  const { out, format } = command;
  const sources = await chooseSources(paths, command, signal);
  const classifier = await loadClassifier(model, await loadingOf(command));
  const given = await readIfGiven(command);
  const taxonomy = judgingTaxonomy([classifier], given);
  const known = trainedImages(classifier, command, signal);
  const balance = await balanceOf(classifier, command, known, signal);
  const minConfidence = await stopThreshold(classifier, { ...command, balance }, given, known, signal);
  const deciding = { ...command, taxonomy, balance, minConfidence };
  // A flat classifier has no routing.
  const routing = classifier.kind === 'tree' ? command.routing : undefined;
  const context = { out, model, classes: classifier.classes, taxonomy, minConfidence, stopBy: command.stopBy };
  const writers = [await PREDICTION_FORMATS[format].open(context)];
  const lines = await committing(writers, async () => {
    for await (const images of decodeSources(sources, classifier.description.preprocessing, command, signal)) {
      await predicting('predicting', (onProgress, onNotes) =>
        writePredictions(classifier, images, writers, { ...deciding, routing, signal, onProgress, onNotes }),
      );
    }
  });
  classifier.dispose();
  for (const line of lines) log(line);
}

/** Opens the images that the classifier was trained with, if they were given. */
function trainedImages(
  { description: { preprocessing } }: Classifier,
  { images, ...command }: z.output<typeof options>,
  signal: AbortSignal,
): (() => Promise<ImageSet>) | undefined {
  return images === undefined
    ? undefined
    : () => openImages({ ...command, images, strict: false }, preprocessing, signal);
}

/** The value of `minConfidence`; undefined where every image gets a class. */
async function stopThreshold(
  classifier: Classifier,
  command: Omit<z.output<typeof options>, 'balance'> & Pick<ClassifyOptions, 'balance'>,
  taxonomy: Taxonomy | undefined,
  images: (() => Promise<ImageSet>) | undefined,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { minConfidence, targetAccuracy } = command;
  const without = 'none without `minConfidence` or `targetAccuracy`';
  if (minConfidence === undefined && targetAccuracy === undefined)
    refuseOptions(unusedOptions(command, ['stopBy'], without));
  if (minConfidence !== undefined) requireNodesToStopAt(classifier, taxonomy);
  if (targetAccuracy === undefined) return minConfidence;
  refuseOptions(unusedOptions(command, ['minConfidence'], 'none beside `targetAccuracy`, which chooses it'));
  const chosen = await predicting('predicting', (onProgress) =>
    chooseStopThreshold(classifier, {
      ...command,
      targetAccuracy,
      taxonomy,
      images,
      signal,
      onProgress,
    }),
  );
  for (const line of stopLines(chosen, command.stopBy)) log(line);
  return chosen.threshold;
}
