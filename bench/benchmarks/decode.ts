/** From the files of the plankton images to squares of bytes: decoded, and from cladenet's cache, against Pillow. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../src/setup/run.js';
import { lastLines } from '../../src/setup/setup-error.js';
import type { Context } from '../context.js';
import { type Comparison, compare, takeTurns } from '../turns.js';

/** Of `compact`. */
const SIDE = 64;
const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

/** Returns nothing if the images are not on this machine. */
export async function benchDecoding(context: Context): Promise<readonly Comparison[]> {
  const archive = join(process.env.CLADENET_DATA ?? resolve(ROOT, '..', 'shared', 'data'), 'ndsb-train.tar');
  if (!existsSync(archive)) {
    context.say(`Skipping decode: ${archive} does not exist (CLADENET_DATA names its folder)`);
    return [];
  }
  const folder = join(context.scratch, 'images');
  await mkdir(folder);
  const { status, stderr } = await run('tar', ['-xf', archive, '-C', folder], { env: process.env });
  if (status !== 0) throw new Error(`tar ended with status ${status}: ${lastLines(stderr)}`);
  const options = { folder, size: SIDE };
  const series = await takeTurns(
    context.field,
    [
      { name: 'ours', task: 'decode', options: { ...options, cacheDir: false } },
      { name: 'ours', task: 'decode-cached', options: { ...options, cacheDir: join(context.scratch, 'cache') } },
      { name: 'pillow', task: 'decode', options },
    ],
    context.rounds,
  );
  const pillow = series.filter(({ name }) => name === 'pillow');
  const ours = (wanted: string) => series.filter(({ name, task }) => name === 'ours' && task === wanted);
  return [
    compare('Decoding to 64x64', [...ours('decode'), ...pillow], { pillow: 1.5 }),
    compare("Decoding to 64x64, cladenet's cache against Pillow", [...ours('decode-cached'), ...pillow], {
      pillow: 50,
    }),
  ];
}
