import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadImages } from '../../src/dataset/load.js';
import { openImages } from '../../src/dataset/open.js';
import { listImages } from '../../src/dataset/sources/list.js';
import { bytesOf } from '../fixtures/bytes.js';
import { grey, temporaryFolder, uniform, write } from './fixtures.js';

async function sample(): Promise<string> {
  const root = temporaryFolder();
  const png = (value: number) => uniform(8, 8, value).png().toBuffer();
  for (let i = 0; i < 6; i++) write(root, { [`a/${i}.png`]: await png(10 + i), [`b/${i}.png`]: await png(50 + i) });
  write(root, { 'c/0.png': await png(90), 'loose.png': await png(99), 'b/bad.png': 'no image' });
  return root;
}

it('openImages lists and loads, and gives all problems', async () => {
  const root = await sample();
  const listing = await listImages(root);
  const { images, rejected } = await loadImages(listing, grey(4), { cacheDir: false });
  const opened = await openImages(root, grey(4), { cacheDir: false });
  expect(opened).toEqual({ ...images, problems: [...listing.problems, ...rejected] });
  expect(opened.count).toBe(14);
  expect(opened.problems.map(({ where }) => where)).toEqual([join(root, 'loose.png'), join(root, 'b/bad.png')]);
});

it('openImages passes the options of both on', async () => {
  const root = await sample();
  const options = { cacheDir: false, classes: ['a', 'c'], limitPerClass: 2 } as const;
  const { classes, labels, pixels } = await openImages(root, grey(1), options);
  expect(classes).toEqual(['a', 'c']);
  expect([...labels]).toEqual([0, 0, 1]);
  const values = (seed: number) =>
    openImages(root, grey(1), { ...options, seed }).then((images) => bytesOf(images).join(' '));
  expect(await values(1)).toBe((pixels as Uint8Array).join(' '));
  expect(new Set(await Promise.all([1, 2, 3, 4, 5].map(values))).size).toBeGreaterThan(1);
  await expect(openImages(root, grey(1), { cacheDir: false, strict: true })).rejects.toMatchObject({ code: 'DATASET' });
  await expect(openImages(root, grey(1), { classes: ['d'] })).rejects.toMatchObject({
    code: 'USAGE',
    problems: [{ where: root, received: "'d'" }],
  });
});
