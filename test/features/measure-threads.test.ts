/** The threads run compiled code: this test compares what the compiled library measures with what the sources do here. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { measureImages } from '../../src/features/images/measure-images.js';
import { disc } from './masks.js';

it('threads measure the same numbers as this thread, bit for bit', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cladenet-measuring-'));
  try {
    const kinds = await Promise.all(
      [3, 5, 8].map((radius) => {
        const { pixels, width, height } = disc(radius);
        const mottled = pixels.map((grey, i) => (grey === 255 ? 255 : 40 + ((i * 37) % 150)));
        return sharp(mottled, { raw: { width, height, channels: 1 } })
          .jpeg()
          .toBuffer();
      }),
    );
    // A few more than are worth threads, and one that is none.
    const paths = Array.from({ length: 70 }, (_, i) => join(folder, `${i}.jpg`));
    for (const [i, path] of paths.entries()) await writeFile(path, i === 33 ? 'text' : (kinds[i % 3] ?? ''));
    const here = await measureImages(paths, { set: 'all', threads: 1 });
    const script = `
      import { writeFileSync } from 'node:fs';
      import { measureImages } from '${new URL('../../dist/features/index.js', import.meta.url).href}';
      let threads = 0;
      process.on('worker', () => threads++);
      const paths = Array.from({ length: 70 }, (_, i) => process.argv[1] + '/' + i + '.jpg');
      const { values, notes } = await measureImages(paths, { set: 'all', threads: 3 });
      writeFileSync(process.argv[1] + '/values', Buffer.from(values.buffer));
      console.log(JSON.stringify({ threads, notes: [...notes] }));
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script, folder], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ threads: 3, notes: [...(here.notes ?? [])] });
    expect(here.notes?.size).toBe(1);
    expect(Buffer.compare(await readFile(join(folder, 'values')), Buffer.from(here.values.buffer))).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});
