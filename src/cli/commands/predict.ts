/** `cladenet predict`: what is on these images? One row an image. */
import { z } from 'zod';
import { loadClassifier } from '../../classifier/store/load.js';
import { formatCsv } from '../../csv.js';
import { listImages } from '../../dataset/list.js';
import type { ImageListing } from '../../dataset/listing.js';
import { type StoppedDecision, stopAtAncestor } from '../../decision/stop-at-ancestor.js';
import { topK } from '../../decision/top-k.js';
import { CladenetError } from '../../errors.js';
import { writeFileAtomic } from '../../files.js';
import { decidingOptions } from '../../options/deciding.js';
import { imageChoice } from '../../options/images.js';
import { grouped, option } from '../../options/option.js';
import { singleChild, taxonomyFile } from '../../options/taxonomy.js';
import { say } from '../../progress.js';
import { printPath } from '../../taxonomy/names.js';
import { counted } from '../../units.js';
import { number, text } from '../../value-schemas.js';
import { gpu, modelFolder } from '../common-options.js';
import { deviceOf } from '../device.js';
import { decodeImages, tellOdd } from '../images.js';
import { interruptible } from '../interrupt.js';
import { requireWritable } from '../output.js';
import { classify, judgeBy } from '../scoring.js';
import { stopThreshold } from '../stop-threshold.js';
import { command } from '../toolkit/command.js';

const TOP = 5;

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
  const deciding = { ...command, taxonomy };
  const threshold = await stopThreshold(classifier, command, deciding, signal);
  const { classes, description } = classifier;
  const rows: string[][] = [];
  for (const [listing, cacheDir] of asSources(listings)) {
    const images = await decodeImages(listing, description.preprocessing, { strict, signal, cacheDir });
    const { probabilities, decisions: leaves } = await classify('the classifier', classifier, images, deciding, signal);
    const stopped =
      taxonomy && threshold !== undefined
        ? stopAtAncestor(probabilities, classes, taxonomy, { threshold, leaves })
        : [];
    const best = topK(probabilities, classes.length, TOP);
    const width = best.length / images.count;
    images.paths.forEach((file, i) => {
      const name = classes[leaves[i] ?? 0] ?? '';
      const probability = (column: number) => probabilities[i * classes.length + column] ?? 0;
      const lineage = taxonomy === undefined ? name : printPath(taxonomy.leafOf(name));
      const top = Array.from(best.subarray(i * width, (i + 1) * width), (column) => {
        return `${classes[column]}=${probability(column).toFixed(4)}`;
      });
      const row = [file, name, probability(leaves[i] ?? 0).toFixed(6), lineage, top.join('; ')];
      rows.push(threshold === undefined ? row : [...row, ...stopColumns(stopped[i], threshold)]);
    });
  }
  classifier.dispose();
  const head = ['path', 'class', 'probability', 'lineage', 'top5', ...(threshold === undefined ? [] : STOP_COLUMNS)];
  await writeFileAtomic(out, formatCsv([head, ...rows]));
  say(`${counted(rows.length, 'image')} written to ${out}`);
}

const STOP_COLUMNS = ['node', 'node_probability', 'depth', 'why'];

/** The node that was decided on, and why no deeper one. */
function stopColumns(decision: StoppedDecision | undefined, threshold: number): string[] {
  if (decision === undefined) return STOP_COLUMNS.map(() => '');
  const { path, probability, depth, doubted } = decision;
  const why =
    doubted === null
      ? 'sure of the class'
      : `${printPath(doubted.path)} has ${doubted.probability.toFixed(4)}, less than ${threshold.toFixed(4)}`;
  return [printPath(path), probability.toFixed(6), String(depth), why];
}

/** What is odd about the classes of images does not matter here. */
function refuseOdd(listings: readonly ImageListing[], strict: boolean): void {
  const odd = listings.flatMap(({ problems }) => problems).filter(({ expected }) => !expected.includes('class'));
  if (strict && odd.length > 0) throw new CladenetError('DATASET', 'Not all images can be used', odd);
  tellOdd(odd);
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
