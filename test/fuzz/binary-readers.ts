/** Readers of binary files: saved classifiers, checkpoints, decoded images on disk, and images. */
import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { loadClassifier } from '../../src/classifier/store/load.js';
import { openCache, readSquares } from '../../src/dataset/cache.js';
import { selectImages } from '../../src/dataset/images.js';
import { loadImages } from '../../src/dataset/load.js';
import { CladenetError } from '../../src/errors.js';
import { decodeForest } from '../../src/forest/decode.js';
import { encodeForest } from '../../src/forest/encode.js';
import { fitForest } from '../../src/forest/fit.js';
import { sha256, sha256OfJson } from '../../src/hash.js';
import type { MakeProgram } from '../../src/tensorflow/device.js';
import { checkpointFolder } from '../../src/training/checkpoint.js';
import { readWeightsFile } from '../../src/weights/read.js';
import { FORMAT_2, format2Images, format2Models } from '../fixtures/format-2.js';
import { blobs, CLASSES } from '../forest/fixtures.js';
import type { Reader } from './harness.js';

type Json = Record<string, unknown>;

/** The content of a file that can be read at once; nothing for anything else. */
function contentOf(path: string): Buffer | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() && stats.size < 2 ** 26 ? readFileSync(path) : undefined;
}

/** Changes a JSON file, if it is one. */
function changeJson(path: string, change: (content: Json) => void): void {
  const content = JSON.parse(contentOf(path)?.toString() ?? '') as Json;
  change(content);
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
}

let eager: MakeProgram | undefined;
function unloaded(): never {
  throw new Error('loading computes nothing');
}

const model: Reader = {
  name: 'model',
  async seeds(folder) {
    for (const name of format2Models) cpSync(join(FORMAT_2, 'models', name), join(folder, name), { recursive: true });
    return format2Models;
  },
  /** What is loaded also gives probabilities. */
  async read(path) {
    // Most inputs are refused before TensorFlow is needed.
    const make: MakeProgram = (definition) => eager?.(definition) ?? unloaded();
    const classifier = await loadClassifier(path, { make });
    eager ??= (await import('../fixtures/device.js')).eager;
    try {
      const probabilities = await classifier.predict(selectImages(format2Images(), [0, 5]));
      const k = classifier.classes.length;
      for (const row of [0, 1]) {
        const sum = probabilities.subarray(row * k, (row + 1) * k).reduce((a, b) => a + b, 0);
        if (!(Math.abs(sum - 1) < 1e-3)) throw new Error(`probabilities that add up to ${sum}`);
      }
    } finally {
      classifier.dispose();
    }
  },
  async mend(path) {
    changeJson(join(path, 'classifier.json'), (content) => {
      for (const one of content.parts as Json[]) {
        const bytes = contentOf(join(path, String(one.file)));
        if (bytes) one.sha256 = sha256(bytes);
      }
      const { sha256: _, ...described } = content;
      const hashOf = (name: string) => sha256(contentOf(join(path, name)) ?? '');
      const hashes = { history: hashOf('history.jsonl'), images: hashOf('images.json') };
      content.sha256 = { ...hashes, description: sha256OfJson(described) };
    });
  },
};

const PURPOSE = 'fuzzing';

const checkpoint: Reader = {
  name: 'checkpoint',
  async seeds(folder) {
    const store = checkpointFolder(join(folder, 'x.partial'), PURPOSE);
    const array = (value: number) => ({ shape: [3, 2], data: new Float32Array(6).fill(value) });
    const record = (epoch: number) => ({
      ...{ epoch, loss: 1, accuracy: 0.5, validationLoss: 1, validationAccuracy: 0.5, rate: 0.1, seconds: 1 },
    });
    for (const epoch of [1, 2]) {
      const state = { kernel: array(epoch), 'kernel/slot': array(0) };
      const best = { weights: { kernel: array(epoch) }, record: record(epoch) };
      await store.save({
        step: 10 * epoch,
        state,
        history: Array.from({ length: epoch }, (_, i) => record(i + 1)),
        best,
      });
    }
    return ['x.partial'];
  },
  read: (path) => checkpointFolder(path, PURPOSE).load(),
  async mend(path) {
    for (const at of [path, join(path, 'previous')]) {
      changeJson(join(at, 'checkpoint.json'), (content) => {
        const bytes = contentOf(join(at, 'checkpoint.bin')) ?? Buffer.alloc(0);
        const [state, weights] = [content.state, content.weights] as { bytes: number; sha256: string }[];
        if (!state || !weights) return;
        state.sha256 = sha256(bytes.subarray(0, state.bytes));
        weights.sha256 = sha256(bytes.subarray(state.bytes));
        content.history = sha256(contentOf(join(at, 'history.jsonl')) ?? '');
      });
    }
  },
};

const GREY = { size: 16, channels: 1, background: 'white', fit: 'longer-side' } as const;
const SOURCE = 'images';
const COUNT = 5;

const cache: Reader = {
  name: 'cache',
  async seeds(folder) {
    const images = join(folder, 'images');
    mkdirSync(images);
    const paths = Array.from({ length: COUNT }, (_, i) => join(images, `${i}.png`));
    for (const [i, path] of paths.entries())
      await greyImage(8, i * 40)
        .png()
        .toFile(path);
    writeFileSync(join(images, 'no-image.png'), 'no image');
    // The files have to be settled for the cache to remember them.
    await new Promise((resolve) => setTimeout(resolve, 60));
    const records = [...paths, join(images, 'no-image.png')].map((path) => ({ path, label: undefined }));
    const listing = { source: SOURCE, records, classes: [], problems: [] };
    await loadImages(listing, GREY, { cacheDir: join(folder, 'cache') });
    return ['cache'];
  },
  async read(path) {
    const opened = await openCache(path, SOURCE, GREY);
    const wanted = Int32Array.from({ length: opened.metadata.paths.length }, (_, i) => i);
    const good = await readSquares(opened, wanted, new Uint8Array(wanted.length * opened.bytes));
    // A damaged cache is as good as none, and no error says so.
    if (good.reduce((sum, one) => sum + one, 0) < COUNT) throw new CladenetError('DATASET', 'decoded again');
  },
  async mend(path) {
    for (const name of readdirSync(path)) {
      const index = contentOf(join(path, name, 'index'));
      if (!index || index.length < 8) continue;
      index.writeUInt32LE(crc32(index.subarray(4)), 0);
      writeFileSync(join(path, name, 'index'), index);
    }
  },
};

const greyImage = (side: number, value: number) =>
  sharp({ create: { width: side, height: side, channels: 3, background: { r: value, g: value, b: value } } });

const images: Reader = {
  name: 'images',
  async seeds(folder) {
    const noise = sharp(
      Uint8Array.from({ length: 40 * 30 * 3 }, (_, i) => (i * 7919) % 251),
      { raw: { width: 40, height: 30, channels: 3 } },
    );
    const frames = await Promise.all([40, 200].map((value) => greyImage(8, value).png().toBuffer()));
    const animated = () => sharp(frames, { join: { animated: true } });
    const files = {
      'grey.jpg': noise.clone().greyscale().jpeg(),
      'colour.jpg': noise.clone().jpeg(),
      'progressive.jpg': noise.clone().jpeg({ progressive: true }),
      'rotated.jpg': noise.clone().withMetadata({ orientation: 6 }).jpeg(),
      'cmyk.jpg': noise.clone().toColourspace('cmyk').jpeg(),
      'colour.png': noise.clone().png(),
      'interlaced.png': noise.clone().png({ progressive: true }),
      'palette.png': noise.clone().png({ palette: true }),
      'deep.png': noise.clone().toColourspace('rgb16').png(),
      'plain.tif': noise.clone().tiff({ compression: 'none' }),
      'lzw.tif': noise.clone().tiff({ compression: 'lzw' }),
      'tiled.tif': noise.clone().tiff({ tile: true, pyramid: true, tileWidth: 16, tileHeight: 16 }),
      'big.tif': noise.clone().tiff({ bigtiff: true }),
      'one.gif': noise.clone().gif(),
      'frames.gif': animated().gif(),
      'one.webp': noise.clone().webp(),
      'frames.webp': animated().webp(),
      'one.avif': noise.clone().avif({ effort: 0 }),
    };
    for (const [name, image] of Object.entries(files)) await image.toFile(join(folder, name));
    return Object.keys(files);
  },
  read: (path) => {
    const listing = { source: path, records: [{ path, label: undefined }], classes: [], problems: [] };
    return loadImages(listing, GREY, { cacheDir: false });
  },
};

const WEIGHTS = new URL('../weights/fixtures/', import.meta.url).pathname;

const weights: Reader = {
  name: 'weights',
  async seeds(folder) {
    const names = ['arrays.safetensors', 'arrays.pth', 'arrays-legacy.pth', 'nested.pth', 'nested-legacy.pth'];
    for (const name of names) cpSync(join(WEIGHTS, name), join(folder, name));
    return names;
  },
  async read(path) {
    for (const array of (await readWeightsFile(path)).values()) array.values();
  },
  /** The checksums in a zip file. */
  async mend(path) {
    const bytes = contentOf(path);
    if (bytes === undefined) return;
    for (let at = bytes.indexOf('PK\x01\x02'); at >= 0; at = bytes.indexOf('PK\x01\x02', at + 4)) {
      const [size, local] = [bytes.readUInt32LE(at + 20), bytes.readUInt32LE(at + 42)];
      const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
      bytes.writeUInt32LE(crc32(bytes.subarray(start, start + size)), at + 16);
    }
    writeFileSync(path, bytes);
  },
};

const forest: Reader = {
  name: 'forest',
  async seeds(folder) {
    const { table, labels } = blobs(60);
    for (const missing of ['median', 'refuse'] as const) {
      const { bytes, description } = encodeForest(
        await fitForest(table, labels, CLASSES, { trees: 3, seed: 1, missing, bootstrap: missing === 'median' }),
      );
      mkdirSync(join(folder, missing));
      writeFileSync(join(folder, missing, 'forest.bin'), bytes);
      writeFileSync(join(folder, missing, 'forest.json'), JSON.stringify(description, null, 1));
    }
    return ['median', 'refuse'];
  },
  /** What is decoded also predicts. */
  async read(path) {
    const [bytes, description] = ['forest.bin', 'forest.json'].map((name) => contentOf(join(path, name)));
    const decoded = decodeForest(bytes ?? Buffer.alloc(0), parsed(description));
    if (typeof decoded === 'string') throw new CladenetError('MODEL', decoded);
    const names = [...decoded.names];
    decoded.predict({ names, rows: ['a', 'b'], values: new Float64Array(2 * names.length).fill(1) });
  },
};

/** The JSON in a file; undefined if there is none. */
function parsed(content: Buffer | undefined): unknown {
  try {
    return JSON.parse(content?.toString() ?? '');
  } catch {
    return undefined;
  }
}

export const binaryReaders: readonly Reader[] = [model, checkpoint, cache, images, weights, forest];
