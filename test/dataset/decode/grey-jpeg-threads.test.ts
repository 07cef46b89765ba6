/** The threads run compiled code: this test compares what the compiled library decodes with what the sources do here. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadImages } from '../../../src/dataset/load.js';
import { listImages } from '../../../src/dataset/sources/list.js';
import { bytesOf } from '../../fixtures/bytes.js';
import { grey, painted, temporaryFolder, write } from '../fixtures.js';

describe('threads that decode grey JPEGs', () => {
  it('give the same squares as this thread, and leave the same files to sharp', async () => {
    const folder = temporaryFolder();
    const images = join(folder, 'images');
    mkdirSync(images);
    const jpegs = await Promise.all(
      Array.from({ length: 24 }, (_, i) =>
        painted(20 + i, 40 - i, (x, y) => (x * y * (i + 3)) % 256)
          .jpeg({ progressive: i % 5 === 0 })
          .toBuffer(),
      ),
    );
    // A few more than are worth threads.
    for (let i = 0; i < 520; i++) writeFileSync(join(images, `${i}.jpg`), jpegs[i % 24] ?? '');
    write(images, { 'empty.jpg': '', 'text.jpg': 'text', 'cut.jpg': jpegs[1]?.subarray(0, 300) ?? '' });

    const dist = new URL('../../../dist/dataset/', import.meta.url).href;
    const script = `
      import { writeFileSync } from 'node:fs';
      import { Worker } from 'node:worker_threads';
      import { listImages } from '${dist}sources/list.js';
      import { loadImages } from '${dist}load.js';
      let batches = 0;
      process.on('worker', (worker) => worker.on('message', () => batches++));
      const preprocessing = ${JSON.stringify(grey(24))};
      const { images, rejected } = await loadImages(await listImages(process.argv[1]), preprocessing, { cacheDir: false });
      writeFileSync('pixels', images.pixels);
      console.log(JSON.stringify({ batches, count: images.count, rejected }));
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script, images], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    const here = await loadImages(await listImages(images), grey(24), { cacheDir: false });
    const { batches, ...there } = JSON.parse(stdout);
    // 520 images in batches of 64: no thread failed and left its work to this one.
    expect(batches).toBe(9);
    expect(there).toEqual({ count: 520, rejected: here.rejected });
    expect(readFileSync(join(folder, 'pixels')).equals(bytesOf(here.images))).toBe(true);
  });
});
