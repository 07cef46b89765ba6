/** The organisms in the plankton images measured, by cladenet and by scikit-image. */
import type { Context } from '../context.js';
import { planktonImages } from '../plankton.js';
import { type Comparison, compare, takeTurns } from '../turns.js';

/** Every so many of the images, so that a round stays short. */
const EVERY = 8;

/** Returns nothing if the images are not on this machine. */
export async function benchFeatures(context: Context): Promise<readonly Comparison[]> {
  const folder = await planktonImages(context, 'features');
  if (folder === undefined) return [];
  const options = { folder, every: EVERY };
  const series = await takeTurns(
    context.field,
    [
      { name: 'ours', task: 'features', options: { ...options, threads: 1 } },
      { name: 'skimage', task: 'features', options },
      { name: 'ours', task: 'features-all-cores', options },
    ],
    context.rounds,
  );
  const [one, peer, all] = ['features', 'features', 'features-all-cores'].map((task, i) =>
    series.filter((one) => one.task === task && (i === 1) === (one.name === 'skimage')),
  );
  return [
    compare('Measuring organisms, one thread', [...(one ?? []), ...(peer ?? [])], { skimage: 1 }),
    compare('Measuring organisms, cladenet on all cores', [...(all ?? []), ...(peer ?? [])], { skimage: 1 }),
  ];
}
