/** `cladenet predict`: what is on these images? One row an image. */
import { stringify } from 'csv-stringify/sync';
import { loadClassifier } from '../../classifier/load.js';
import { type ImageListing, listImages } from '../../dataset/list.js';
import { topK } from '../../decision/top-k.js';
import { CladenetError } from '../../errors.js';
import { writeFileAtomic } from '../../files.js';
import { printPath } from '../../taxonomy/names.js';
import { deviceOf } from '../device.js';
import { decodeImages, tellOdd } from '../images.js';
import { interruptible } from '../interrupt.js';
import { type PredictCommand, predictSchema, resolveOptions } from '../options.js';
import { requireWritable } from '../output.js';
import { counted, say, startProgress } from '../progress.js';

const TOP = 5;

export async function predictCommand(
  model: string,
  paths: readonly string[],
  given: Record<string, unknown>,
): Promise<void> {
  const command = await resolveOptions(predictSchema, given);
  await requireWritable('--out', command.out);
  await interruptible('nothing is written', (signal) => predict(model, paths, command, signal));
}

async function predict(
  model: string,
  paths: readonly string[],
  { out, strict, gpu }: PredictCommand,
  signal: AbortSignal,
): Promise<void> {
  const listings: ImageListing[] = [];
  for (const path of paths) listings.push(await listImages(path, { signal }));
  refuseOdd(listings, strict);
  const classifier = await loadClassifier(model, { device: deviceOf({ gpu }) });
  const { classes, taxonomy, description } = classifier;
  const rows: string[][] = [];
  for (const [listing, cacheDir] of asSources(listings)) {
    const images = await decodeImages(listing, description.preprocessing, { strict, signal, cacheDir });
    const progress = startProgress('predicting', images.count);
    const onProgress = ({ done }: { readonly done: number }) => progress.update(done);
    const probabilities = await classifier.predict(images, { onProgress, signal }).finally(() => progress.stop());
    const best = topK(probabilities, classes.length, TOP);
    const width = best.length / images.count;
    images.paths.forEach((file, i) => {
      const top = Array.from(best.subarray(i * width, (i + 1) * width), (column) => ({
        name: classes[column] ?? '',
        probability: probabilities[i * classes.length + column] ?? 0,
      }));
      const [first] = top;
      if (first === undefined) return;
      const lineage = taxonomy === undefined ? first.name : printPath(taxonomy.leafOf(first.name));
      const others = top.map(({ name, probability }) => `${name}=${probability.toFixed(4)}`).join('; ');
      rows.push([file, first.name, first.probability.toFixed(6), lineage, others]);
    });
  }
  classifier.dispose();
  await writeFileAtomic(out, stringify([['path', 'class', 'probability', 'lineage', 'top5'], ...rows]));
  say(`${counted(rows.length, 'image')} written to ${out}`);
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
