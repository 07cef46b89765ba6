import { join } from 'node:path';
import { expect, it } from 'vitest';
import { squareOf } from '../../src/dataset/images.js';
import { loadImages } from '../../src/dataset/load.js';
import { listImages } from '../../src/dataset/sources/list.js';
import { grey, painted, settle, temporaryFolder, uniform, write } from './fixtures.js';

it('cuts rows off at the bottom before anything else, whatever decodes the image', async () => {
  const root = temporaryFolder();
  const withBar = painted(16, 24, (_, y) => (y >= 16 ? 0 : 200));
  write(join(root, 'images'), {
    'a.jpg': await withBar.clone().jpeg({ quality: 100 }).toBuffer(),
    'b.png': await withBar.clone().png().toBuffer(),
    'c.png': await uniform(16, 8, 200).png().toBuffer(),
    'd.jpg': await uniform(16, 8, 200).jpeg().toBuffer(),
  });
  await settle();
  const listing = await listImages(join(root, 'images'));
  const options = { cacheDir: join(root, 'cache') };
  const whole = await loadImages(listing, grey(4), options);
  const { images, rejected } = await loadImages(listing, { ...grey(4), cropBottom: 8 }, options);
  expect([whole.images.count, whole.images.heights[0], Math.min(...squareOf(whole.images, 0)) < 50]).toEqual([
    4,
    24,
    true,
  ]);
  expect([images.count, ...images.heights]).toEqual([2, 16, 16]);
  for (const i of [0, 1]) expect([...new Set(squareOf(images, i))]).toEqual([200]);
  expect(rejected.map(({ received }) => received)).toEqual(
    Array.from({ length: 2 }, () => '8 rows, of which none is left without the lowest 8'),
  );
  await expect(loadImages(listing, { ...grey(4), cropBottom: -1 })).rejects.toMatchObject({ code: 'CONFIG' });
});
