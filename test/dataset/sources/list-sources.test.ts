import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listSources } from '../../../src/dataset/sources/list-sources.js';

let folder: string;
const at = (...names: string[]) => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-sources-'));
  await mkdir(at('images', 'ring'), { recursive: true });
  await writeFile(at('images', 'ring', '1.png'), '');
  await writeFile(at('images', '2.png'), '');
  for (const name of ['3.png', '4.png']) await writeFile(at(name), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('images given one by one are one source, without a cache; a missing class is no problem', async () => {
  const { sources, problems } = await listSources([at('3.png'), at('images'), at('4.png')], { strict: true });
  const found = sources.map(({ listing, cacheDir }) => [listing.source, cacheDir, listing.records.length]);
  expect(found).toEqual([
    [at('images'), undefined, 2],
    ['the 2 images given one by one', false, 2],
  ]);
  expect(problems).toEqual([]);
  const [one, ...more] = (await listSources([at('4.png')])).sources;
  expect([one?.listing.source, one?.cacheDir, more]).toEqual([at('4.png'), false, []]);
});

test('each image is listed once, and a source without images is a problem that strict refuses', async () => {
  await mkdir(at('empty'));
  const { sources, problems, repeated } = await listSources([
    at('images', 'ring'),
    at('images'),
    at('empty'),
    at('3.png'),
  ]);
  expect(sources.map(({ listing }) => listing.records.map(({ path, label }) => [path, label]))).toEqual([
    [[at('images', 'ring', '1.png'), undefined]],
    [[at('images', '2.png'), undefined]],
    [[at('3.png'), undefined]],
  ]);
  expect([problems, repeated]).toEqual([[{ where: at('empty'), expected: 'images', received: 'no images' }], 1]);
  await expect(listSources([at('empty'), at('3.png')], { strict: true })).rejects.toMatchObject({ code: 'DATASET' });
  await expect(listSources([at('empty')])).rejects.toMatchObject({ code: 'DATASET', problems });
});
