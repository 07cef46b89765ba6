/** From the files of the plankton images to squares of bytes: decoded, and from cladenet's cache, against Pillow. */
import { join } from 'node:path';
import type { Context } from '../context.js';
import { planktonImages } from '../plankton.js';
import { type Comparison, compare, takeTurns } from '../turns.js';

/** Of `compact`. */
const SIDE = 64;

/** Returns nothing if the images are not on this machine. */
export async function benchDecoding(context: Context): Promise<readonly Comparison[]> {
  const folder = await planktonImages(context, 'decode');
  if (folder === undefined) return [];
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
