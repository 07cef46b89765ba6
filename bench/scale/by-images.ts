/**
 * The cost of a number of images, in a process of its own: `by-images.js IMAGES FOLDER`. All but small sets are streamed, since
 * the images may take {@link MEMORY}.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describeSplit, prepareData } from '../../src/classifier/data/training-data.js';
import { FlatClassifier } from '../../src/classifier/flat.js';
import { preprocessingFor } from '../../src/classifier/preprocessing.js';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { packSeen } from '../../src/classifier/store/seen.js';
import { trainFlat } from '../../src/classifier/train/train-flat.js';
import { selectImages } from '../../src/dataset/images.js';
import { loadImages } from '../../src/dataset/load.js';
import { listImages } from '../../src/dataset/sources/list.js';
import { programsOn } from '../../src/tensorflow/device.js';
import { classNames, writeImages } from './images.js';
import { stage } from './stage.js';

/** Bytes that images may take in memory and on the device. */
const MEMORY = 2 ** 29;
const STEPS = 100;
const CLASSES = 10;

const [count = '', folder = ''] = process.argv.slice(2);
const images = join(folder, 'images');
// Images of an earlier run are the same.
if (!existsSync(images)) writeImages(images, Number(count), classNames(CLASSES), 1);

const preprocessing = preprocessingFor('compact');
const options = { cacheDir: join(folder, 'cache'), memory: MEMORY };
const listing = await stage('list', () => listImages(images));
await stage('decode', () => loadImages(listing, preprocessing, options));
const { images: all } = await stage('load decoded', () => loadImages(listing, preprocessing, options));
const data = await stage('split', () => prepareData(all, { seed: 1 }));

/** Stops a training after some steps. */
const stopped = new AbortController();
let steps = 0;
const onStep = () => {
  steps += 1;
  if (steps === STEPS) stopped.abort();
};
const training = { training: { epochs: STEPS }, deviceMemory: MEMORY, hooks: { signal: stopped.signal, onStep } };
await stage(`${STEPS} steps`, () => trainFlat(data, training).catch(() => undefined));

// What a classifier of all these images is, but for the training.
const few = Array.from({ length: 1000 }, (_, i) => Math.floor((i * all.count) / 1000));
const small = await trainFlat(prepareData(selectImages(all, few), { seed: 1 }), { training: { epochs: 1 } });
const described = { ...small.description, split: describeSplit(data) };
const seen = packSeen(data.prints, data.split);
const make = programsOn();
const flat = new FlatClassifier(make, described, small.weights, small.history, seen);
await stage('save model', () => flat.save(join(folder, 'model')));
const loaded = await stage('load model', () => loadClassifier(join(folder, 'model')));
await stage('predict 1,000 images', () => loaded.classify(selectImages(all, few)));
