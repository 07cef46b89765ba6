/** `cladenet predict`: the classes of images, one row for each. */
import { z } from 'zod';
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
import { predictionColumns, predictionRows } from '../../report/tables/prediction-rows.js';
import { counted } from '../../units.js';
import { number, text } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { decodeImages, reportOdd } from '../images.js';
import { interruptible } from '../interrupt.js';
import { requireWritable } from '../output.js';
import { classify, judgeBy } from '../scoring.js';
import { stopThreshold } from '../stop-threshold.js';
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

export type PredictOptions = z.output<typeof options>;

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
  command: PredictOptions,
  signal: AbortSignal,
): Promise<void> {
  const { out, strict, gpu } = command;
  const listings: ImageListing[] = [];
  for (const path of paths) listings.push(await listImages(path, { signal }));
  refuseOdd(listings, strict);
  const classifier = await loadClassifier(model, { device: deviceOf({ gpu }) });
  const taxonomy = await judgeBy(command, [classifier]);
  const minConfidence = await stopThreshold(classifier, command, { ...command, taxonomy }, signal);
  const deciding = { ...command, taxonomy, minConfidence };
  const rows: string[][] = [];
  for (const [listing, cacheDir] of asSources(listings)) {
    const images = await decodeImages(listing, classifier.description.preprocessing, { strict, signal, cacheDir });
    const classification = await classify('the classifier', classifier, images, deciding, signal);
    for (const row of predictionRows(images.paths, classification, deciding)) rows.push(row);
  }
  classifier.dispose();
  await writeFileAtomic(out, formatCsv([predictionColumns(deciding), ...rows]));
  log(`${counted(rows.length, 'image')} written to ${out}`);
}

/** What is odd about the classes of images does not matter here. */
function refuseOdd(listings: readonly ImageListing[], strict: boolean): void {
  const odd = listings.flatMap(({ problems }) => problems).filter(({ expected }) => !expected.includes('class'));
  if (strict && odd.length > 0) throw new CladenetError('DATASET', 'Not all images can be used', odd);
  reportOdd(odd);
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
