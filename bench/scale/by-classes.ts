/** The cost of a number of classes in a binary tree, in a process of its own: `by-classes.js CLASSES FOLDER`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { prepareData } from '../../src/classifier/data/training-data.js';
import { preprocessingFor } from '../../src/classifier/preprocessing.js';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { trainFlat } from '../../src/classifier/train/train-flat.js';
import { trainTree } from '../../src/classifier/train/train-tree.js';
import { run } from '../../src/cli/run.js';
import { loadImages } from '../../src/dataset/load.js';
import { listImages } from '../../src/dataset/sources/list.js';
import { writeTaxonomy } from '../../src/taxonomy/write.js';
import { classNames, writeImages } from './images.js';
import { stage } from './stage.js';
import { binaryTree } from './tree.js';

const IMAGES = 10_000;

const [count = '', folder = ''] = process.argv.slice(2);
const images = join(folder, 'images');
// Images of an earlier run are the same.
if (!existsSync(images)) writeImages(images, IMAGES, classNames(Number(count)), 1);
const at = (name: string) => join(folder, name);

const { images: all } = await loadImages(await listImages(images), preprocessingFor('compact'), {
  cacheDir: at('cache/images'),
});
const data = prepareData(all, { seed: 1 });
const taxonomy = binaryTree(all.classes);
await writeTaxonomy(taxonomy, at('tree.csv'));
const epoch = { training: { epochs: 1 } };

const flat = await stage('train flat, an epoch', () => trainFlat(data, epoch));
const joint = await stage('train joint, an epoch', () => trainTree(data, { taxonomy, trunk: 'joint', ...epoch }));
await joint.save(at('joint'));
joint.dispose();
await flat.save(at('flat'));
const tree = await stage('train shared', () => trainTree(data, { taxonomy, from: flat }));
await stage('save model', () => tree.save(at('shared')));
const loaded = await stage('load model', () => loadClassifier(at('shared')));
await stage('predict 10,000 images', () => loaded.classify(all));
loaded.dispose();
process.env.CLADENET_CACHE = at('cache');
await stage('evaluate', () => command('evaluate', at('shared'), '--images', images));
await stage('report', () =>
  command('report', at('flat'), at('joint'), at('shared'), '--images', images, '--out', at('report.html')),
);

async function command(...words: string[]): Promise<void> {
  const code = await run(words);
  if (code !== 0) throw new Error(`${words[0]} ended with ${code}`);
}
