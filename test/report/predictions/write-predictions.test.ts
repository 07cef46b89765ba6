import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Classification } from '../../../src/classifier/classification.js';
import type { ImageSet } from '../../../src/dataset/images.js';
import { squareOf } from '../../../src/dataset/images.js';
import { PREDICTION_FORMATS } from '../../../src/report/predictions/prediction-formats.js';
import { withWriters, writePredictions } from '../../../src/report/predictions/write-predictions.js';

const COUNT = 10_000;
/** The first byte of the square of image i is i modulo 251. */
const pixels = new Uint8Array(COUNT * 64).map((_, at) => (at % 64 === 0 ? (at / 64) % 251 : 0));
const images: ImageSet = {
  preprocessing: { size: 8, channels: 1, background: 'white' } as ImageSet['preprocessing'],
  count: COUNT,
  pixels,
  widths: new Float32Array(COUNT).fill(8),
  heights: new Float32Array(COUNT).fill(8),
  paths: Array.from({ length: COUNT }, (_, i) => `${i}.png`),
  labels: new Int32Array(COUNT).fill(-1),
  classes: [],
};
const sizes: number[] = [];
const classifier = {
  async classify(set: ImageSet): Promise<Classification> {
    sizes.push(set.count);
    const level = Float32Array.from({ length: set.count }, (_, i) => (squareOf(set, i)[0] ?? 0) / 250);
    return {
      classes: ['a', 'b'],
      probabilities: Float32Array.from({ length: 2 * set.count }, (_, at) =>
        at % 2 === 0 ? (level[at >> 1] ?? 0) : 1 - (level[at >> 1] ?? 0),
      ),
      labels: set.labels,
      decisions: Int32Array.from(level, (p) => (p > 0.5 ? 0 : 1)),
    };
  },
};

it('classifies and writes a large set part by part, from memory or from disk, whole or not at all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'predictions-'));
  try {
    const out = join(folder, 'p.csv');
    const context = { out, model: 'm', classes: ['a', 'b'], taxonomy: undefined, minConfidence: undefined };
    const openers = [() => PREDICTION_FORMATS.table.open(context)];
    const streamed = {
      ...images,
      pixels: { read: (i: number, square: Uint8Array) => square.set(pixels.subarray(i * 64, i * 64 + 64)) },
    };
    for (const set of [images, streamed]) {
      const done: number[] = [];
      const lines = await withWriters(openers, (writers) =>
        writePredictions(classifier, set, writers, { onProgress: (progress) => done.push(progress.done) }),
      );
      expect(lines).toEqual([`10000 images written to ${out}`]);
      const rows = (await readFile(out, 'utf8')).trimEnd().split('\n');
      expect(rows).toHaveLength(COUNT + 1);
      expect(rows[9_001]).toBe(`9000.png,a,${((9000 % 251) / 250).toFixed(6)},a,a=0.8600; b=0.1400`);
    }
    expect(Math.max(...sizes)).toBe(4096);

    await writeFile(out, 'what was there before');
    const failing = withWriters(openers, async (writers) => {
      await writePredictions(classifier, images, writers);
      throw new Error('stopped');
    });
    await expect(failing).rejects.toThrow('stopped');
    expect(await readFile(out, 'utf8')).toBe('what was there before');
    expect(await readdir(folder)).toEqual(['p.csv']);
  } finally {
    await rm(folder, { recursive: true });
  }
});
