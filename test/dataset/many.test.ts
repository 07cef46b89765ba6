/** Work that grows with the square of the number of images would take an hour for these, and a spread array would not fit. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { prepareData } from '../../src/classifier/data/training-data.js';
import { packSeen, unpackSeen } from '../../src/classifier/store/seen.js';
import { listImages } from '../../src/dataset/sources/list.js';
import { kFolds, splitImages } from '../../src/dataset/split.js';
import { stepsPerEpoch } from '../../src/training/sampler.js';

const MANY = 200_000;
const fractions = { train: 0.8, validation: 0.1, test: 0.1 };
const LIMIT_MS = 120_000;

it('splits 200,000 images of one class, and 100,000 pictures of two copies each', { timeout: LIMIT_MS }, () => {
  const labels = new Int32Array(MANY);
  const { train, validation, test } = splitImages(labels, 1, { seed: 1, fractions });
  expect([train.length, validation.length, test.length]).toEqual([160_000, 20_000, 20_000]);
  const pictures = Int32Array.from(labels, (_, i) => i >> 1);
  const paired = splitImages(labels, 1, { seed: 1, fractions, pictures });
  expect([paired.train.length, paired.validation.length, paired.test.length]).toEqual([160_000, 20_000, 20_000]);
  expect(new Set(paired.test.map((i) => i >> 1)).size).toBe(10_000);
  expect(kFolds(labels, 1, { k: 4, seed: 1 }).map((fold) => fold.length)).toEqual([50_000, 50_000, 50_000, 50_000]);
});

it('prepares 200,000 images of 1,000 classes, of which every tenth is a copy', { timeout: LIMIT_MS }, () => {
  const classes = Array.from({ length: 1000 }, (_, i) => `c${String(i).padStart(4, '0')}`);
  const data = prepareData(
    {
      preprocessing: { size: 1, channels: 1, background: 'white', fit: 'longer-side' },
      count: MANY,
      pixels: new Uint8Array(MANY),
      // Images differ by their sizes.
      widths: Float32Array.from({ length: MANY }, (_, i) => (i % 10 === 0 && i > 0 ? i : i + 1)),
      heights: new Float32Array(MANY).fill(1),
      paths: Array.from({ length: MANY }, (_, i) => `${i}.png`),
      labels: Int32Array.from({ length: MANY }, (_, i) => i % 1000),
      classes,
    },
    { seed: 1, fractions },
  );
  const { train, validation, test, notes } = data.split;
  expect(train.length + validation.length + test.length).toBe(MANY);
  expect(notes[0]).toMatch(/^19999 pictures have copies \(39998 images\)/);
  expect(unpackSeen(packSeen(data.prints, data.split).test).size).toBeGreaterThan(15_000);
  expect(stepsPerEpoch({ train, labels: data.truth.labels, balance: 0, batch: 100 })).toBe(
    Math.ceil(train.length / 100),
  );
});

it('lists a table of 100,000 images', { timeout: LIMIT_MS }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cladenet-many-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const rows = Array.from({ length: MANY / 2 }, (_, i) => `${i % 100}/${i}.png,c${i % 100}`);
  const table = join(folder, 'images.csv');
  writeFileSync(table, ['path,label', ...rows].join('\n'));
  const { records, classes, problems } = await listImages(table, { limitPerClass: 990 });
  expect([records.length, classes.length, problems]).toEqual([99_000, 100, []]);
});
