import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { measureCached } from '../../src/features/images/measure-cached.js';
import { measureImages } from '../../src/features/images/measure-images.js';

let folder: string;
let paths: string[];
const cacheDir = () => join(folder, 'cache');

/** White, with a dark square of this side; none for 0. */
const draw = (path: string, side: number) =>
  sharp({ create: { width: 30, height: 30, channels: 3, background: 'white' } })
    .composite(
      side === 0 ? [] : [{ input: { create: { width: side, height: side, channels: 3, background: '#333' } } }],
    )
    .png()
    .toFile(path);

/** How many images were measured anew, and the table. */
async function measured(images: readonly string[], set: 'zooprocess' | 'uvp6' = 'zooprocess') {
  const known: number[] = [];
  const table = await measureCached(images, { set, cacheDir: cacheDir(), onProgress: (done) => known.push(done) });
  return { anew: images.length - (known[0] ?? 0), table };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-measured-'));
  paths = ['a.png', 'b.png', 'c.png'].map((name) => join(folder, name));
  for (const [i, path] of paths.entries()) await draw(path, [5, 9, 0][i] ?? 0);
  // Files that have just changed are not remembered.
  await setTimeout(100);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('measures each version of a file once, by set', async () => {
  const first = await measured(paths);
  expect(first.anew).toBe(3);
  expect(first.table).toEqual(await measureImages(paths, { set: 'zooprocess' }));
  expect(first.table.notes?.get(2)).toMatch(/no object/);
  const again = await measured([...paths].reverse());
  expect(again.anew).toBe(0);
  const area = (table: typeof first.table) =>
    table.rows.map((_, row) => table.values[row * table.names.length + table.names.indexOf('area')]);
  expect([area(first.table), area(again.table)]).toEqual([
    [25, 81, Number.NaN],
    [Number.NaN, 81, 25],
  ]);
  expect(again.table.notes?.get(0)).toBe(first.table.notes?.get(2));
  expect((await measured(paths, 'uvp6')).anew).toBe(3);
  await draw(paths[1] ?? '', 7);
  await setTimeout(100);
  const changed = await measured(paths);
  expect([changed.anew, area(changed.table)]).toEqual([1, [25, 49, Number.NaN]]);
  expect((await measured(paths.slice(1))).anew).toBe(0);
  expect((await measured(paths)).anew).toBe(0);
});

it('measures again where the cache is damaged or cannot be written, and refuses images without files', async () => {
  const [name = ''] = await readdir(cacheDir());
  const file = join(cacheDir(), name);
  const bytes = await readFile(file);
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  for (const other of await readdir(cacheDir())) await writeFile(join(cacheDir(), other), bytes);
  const { anew, table } = await measured(paths);
  expect([anew, table.rows.length]).toEqual([3, 3]);
  expect((await stat(file)).isFile()).toBe(true);
  const blocked = await measureCached(paths, { set: 'zooprocess', cacheDir: paths[0] });
  expect(blocked.values).toEqual(table.values);
  await expect(measured([...paths, join(folder, 'd.png')])).rejects.toThrow(
    /What has no file cannot be measured\n.*d\.png: expected an image file.*received no file/,
  );
});
