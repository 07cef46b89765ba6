/**
 * Whether predicting leaks: the memory of a process that decodes and predicts images in batches, as a service does, after
 * the first 1,000 and after all. The images are taken round and round; nothing is cached.
 *
 *     npx tsx bench/many-predictions.ts MODEL IMAGES [count]     count: 100000
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { listImages, loadClassifier, loadImages } from '../src/index.js';

const [model, folder, count = '100000'] = process.argv.slice(2);
if (model === undefined || folder === undefined) throw new Error('usage: many-predictions.ts MODEL IMAGES [count]');

const BATCH = 250;
/** Images between two measurements. */
const EVERY = 1000;
const MIB = 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const resident = () => {
  collectGarbage();
  return process.memoryUsage.rss() / MIB;
};

const classifier = await loadClassifier(model);
const listing = await listImages(folder);
const measured: number[] = [];
let done = 0;
for (let at = 0; done < Number(count); at = (at + BATCH) % listing.records.length) {
  const records = listing.records.slice(at, at + BATCH);
  const options = { cacheDir: false } as const;
  const { images } = await loadImages({ ...listing, records }, classifier.description.preprocessing, options);
  await classifier.classify(images);
  const before = done;
  done += images.count;
  if (Math.floor(done / EVERY) > Math.floor(before / EVERY)) measured.push(resident());
}
classifier.dispose();
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
console.log(`${done} images predicted; resident memory in MiB`);
console.log(`after ${EVERY}: ${measured[0]?.toFixed(0)}, at the end: ${measured.at(-1)?.toFixed(0)}`);
const tenth = Math.ceil(measured.length / 10);
console.log(`median of the first tenth: ${median(measured.slice(0, tenth)).toFixed(0)}`);
console.log(`median of the last tenth: ${median(measured.slice(-tenth)).toFixed(0)}`);
console.log(`most: ${Math.max(...measured).toFixed(0)}`);
