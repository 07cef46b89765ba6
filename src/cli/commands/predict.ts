/** `cladenet predict`: what is on these images? One row an image. */
import { stringify } from 'csv-stringify/sync';
import { loadClassifier } from '../../classifier/load.js';
import { listImages } from '../../dataset/list.js';
import { topK } from '../../decision/top-k.js';
import { writeFileAtomic } from '../../files.js';
import { printPath } from '../../taxonomy/names.js';
import { deviceOf } from '../device.js';
import { decodeImages, tell } from '../images.js';
import { predictSchema, resolveOptions } from '../options.js';
import { say, startProgress } from '../progress.js';

const TOP = 5;

export async function predictCommand(
  model: string,
  paths: readonly string[],
  given: Record<string, unknown>,
): Promise<void> {
  const command = await resolveOptions(predictSchema, given);
  const classifier = await loadClassifier(model, { device: deviceOf(command) });
  const { classes, taxonomy, description } = classifier;
  const rows: string[][] = [];
  for (const path of paths) {
    const listing = await listImages(path, { strict: command.strict });
    tell(
      'odd about the images',
      listing.problems.filter(({ expected }) => !expected.includes('class')),
    );
    const images = await decodeImages(listing, description.preprocessing, command.strict);
    const progress = startProgress('predicting', images.count);
    const probabilities = await classifier.predict(images, { onProgress: ({ done }) => progress.update(done) });
    progress.stop();
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
  await writeFileAtomic(command.out, stringify([['path', 'class', 'probability', 'lineage', 'top5'], ...rows]));
  say(`${rows.length} images written to ${command.out}`);
}
