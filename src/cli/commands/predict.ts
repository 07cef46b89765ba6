/** `cladenet predict`: the classes of images, one row for each. */
import { z } from 'zod';
import type { Classifier } from '../../classifier/classifier.js';
import { chooseStopThreshold, requireNodes } from '../../classifier/judging/choose-stop-threshold.js';
import { judgingTaxonomy } from '../../classifier/judging/judging-taxonomy.js';
import { loadClassifier } from '../../classifier/store/load.js';
import { formatCsv } from '../../csv.js';
import { listImages } from '../../dataset/list.js';
import type { ImageListing } from '../../dataset/listing.js';
import { CladenetError } from '../../errors.js';
import { writeFileAtomic } from '../../files.js';
import { gpu, modelFolder } from '../../options/common.js';
import { decidingOptions } from '../../options/deciding.js';
import { imageChoice } from '../../options/images.js';
import { grouped, option } from '../../options/option.js';
import { singleChild, taxonomyFile } from '../../options/taxonomy.js';
import { log } from '../../progress.js';
import { listingProblemLines } from '../../report/tables/image-text.js';
import { predictionColumns, predictionRows } from '../../report/tables/prediction-rows.js';
import { stopLines } from '../../report/tables/stop-text.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { counted } from '../../units.js';
import { number, text } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { decodeImages, openImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { predicting } from '../models.js';
import { requireWritable } from '../output.js';
import { readIfGiven } from '../taxonomy.js';
import { command } from '../toolkit/command.js';

const options = z.strictObject({
  out: option(text('a file'), {
    description: 'CSV file to write: path, class, probability, lineage and the five most probable classes',
    value: 'file',
  }),
  ...decidingOptions,
  ...grouped('Stopping at an ancestor', {
    minConfidence: option(number('a number above 0 and at most 1', (value) => value > 0 && value <= 1).optional(), {
      description: 'where the class is less probable than this, decide on the first ancestor that is not',
      unit: 'probability',
    }),
    targetAccuracy: option(number('a number above 0 and below 1', (value) => value > 0 && value < 1).optional(), {
      description: 'choose that threshold so that this share of the decided nodes is right',
      unit: 'share',
    }),
    images: option(imageChoice.images.optional(), {
      description:
        'for --target-accuracy: the images the classifier was trained with, whose validation set chooses the ' +
        'threshold; not needed for a tree that decides as it chose itself',
      value: 'dir|table',
    }),
    taxonomy: option(taxonomyFile.optional(), {
      description: 'taxonomy to stop in, as a CSV, TSV or JSON file or a folder of folders',
      value: 'file',
      default: "the model's own; a flat classifier has none",
    }),
    singleChild,
  }),
  strict: imageChoice.strict,
  gpu,
});

export const predict = command({
  arguments: z.object({
    model: modelFolder,
    paths: option(z.array(z.string()), { description: 'images, folders or tables of images' }),
  }),
  options,
  async run({ model, paths }, options) {
    await requireWritable('--out', options.out);
    await interruptible('nothing is written', (signal) => predictAll(model, paths, options, signal));
  },
});

async function predictAll(
  model: string,
  paths: readonly string[],
  command: z.output<typeof options>,
  signal: AbortSignal,
): Promise<void> {
  const { out, strict, gpu } = command;
  const listings: ImageListing[] = [];
  for (const path of paths) listings.push(await listImages(path, { signal }));
  reportProblems(listings, strict);
  const classifier = await loadClassifier(model, { device: deviceOf({ gpu }) });
  const given = await readIfGiven(command);
  const taxonomy = judgingTaxonomy([classifier], given);
  const minConfidence = await stopThreshold(classifier, command, given, signal);
  const deciding = { ...command, taxonomy, minConfidence };
  // A flat classifier has no routing.
  const routing = classifier.kind === 'tree' ? command.routing : undefined;
  const rows: string[][] = [];
  for (const [listing, cacheDir] of asSources(listings)) {
    const images = await decodeImages(listing, classifier.description.preprocessing, { strict, signal, cacheDir });
    const classification = await predicting('predicting', (onProgress) =>
      classifier.classify(images, { ...deciding, routing, signal, onProgress }),
    );
    for (const row of predictionRows(images.paths, classification, deciding)) rows.push(row);
  }
  classifier.dispose();
  await writeFileAtomic(out, formatCsv([predictionColumns(deciding), ...rows]));
  log(`${counted(rows.length, 'image')} written to ${out}`);
}

/** The value of `minConfidence`; undefined where every image gets a class. */
async function stopThreshold(
  classifier: Classifier,
  command: z.output<typeof options>,
  taxonomy: Taxonomy | undefined,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { minConfidence, targetAccuracy, images: folder } = command;
  if (minConfidence !== undefined) requireNodes(classifier, taxonomy);
  if (targetAccuracy === undefined) return minConfidence;
  if (minConfidence !== undefined) {
    const problem = { where: 'options', expected: '--min-confidence or --target-accuracy', received: 'both' };
    throw new CladenetError('USAGE', 'There is no one threshold to stop at', [problem]);
  }
  const { preprocessing } = classifier.description;
  const images = folder && (() => openImages({ images: folder, strict: false }, preprocessing, signal));
  const chosen = await predicting('predicting', (onProgress) =>
    chooseStopThreshold(classifier, {
      ...command,
      targetAccuracy,
      taxonomy,
      images: images || undefined,
      signal,
      onProgress,
    }),
  );
  for (const line of stopLines(chosen)) log(line);
  return chosen.threshold;
}

/** Problems with the classes of images do not matter here. */
function reportProblems(listings: readonly ImageListing[], strict: boolean): void {
  const problems = listings
    .flatMap((listing) => listing.problems)
    .filter(({ expected }) => !expected.includes('class'));
  if (strict && problems.length > 0) throw new CladenetError('DATASET', 'Not all images can be used', problems);
  for (const line of listingProblemLines(problems)) log(line);
}

/** Images given one by one (`*.png`) are taken together, without a cache, which is for folders and tables. */
function asSources(listings: readonly ImageListing[]): [ImageListing, cacheDir: false | undefined][] {
  const isImage = ({ source, records }: ImageListing) => records.length === 1 && records[0]?.path === source;
  const images = listings.filter(isImage);
  const sources = listings.filter((listing) => !isImage(listing));
  const source = images.length === 1 ? (images[0]?.source ?? '') : `the ${images.length} images given one by one`;
  const together = { source, records: images.flatMap(({ records }) => records), classes: [], problems: [] };
  return [
    ...sources.map((listing): [ImageListing, undefined] => [listing, undefined]),
    ...(images.length > 0 ? [[together, false] satisfies [ImageListing, false]] : []),
  ];
}
