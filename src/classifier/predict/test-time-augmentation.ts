/** Test-time augmentation: averages the predictions for rotated and mirrored views of the same images. */
import type { ImageSet } from '../../dataset/images.js';
import { rotateAndMirror, type View } from '../../dataset/rotate-and-mirror.js';
import { CladenetError } from '../../errors.js';

/** The views: unchanged, a half turn, the two quarter turns, and all of these mirrored. The first 1, 2, 4 or 8 are averaged. */
const VIEWS: readonly View[] = [
  { quarterTurns: 0, mirrored: false },
  { quarterTurns: 2, mirrored: false },
  { quarterTurns: 1, mirrored: false },
  { quarterTurns: 3, mirrored: false },
  { quarterTurns: 0, mirrored: true },
  { quarterTurns: 2, mirrored: true },
  { quarterTurns: 1, mirrored: true },
  { quarterTurns: 3, mirrored: true },
];

/**
 * @param predict matrices for one view of the images, of which each is averaged over all views
 * @throws CladenetError USAGE for another number of views
 */
export async function averageOverViews(
  images: ImageSet,
  views: number,
  predict: (images: ImageSet, view: number) => Promise<readonly Float32Array[]>,
): Promise<readonly Float32Array[]> {
  if (![1, 2, 4, 8].includes(views)) {
    throw new CladenetError('USAGE', 'This number of views is not supported', [
      { where: 'tta', expected: '1, 2, 4 or 8 views', received: String(views) },
    ]);
  }
  if (views === 1) return predict(images, 0);
  const sums: Float64Array[] = [];
  for (const [number, view] of VIEWS.slice(0, views).entries()) {
    for (const [k, matrix] of (await predict(rotateAndMirror(images, view), number)).entries()) {
      sums[k] ??= new Float64Array(matrix.length);
      const sum = sums[k];
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (matrix[i] as number);
    }
  }
  return sums.map((sum) => Float32Array.from(sum, (value) => value / views));
}
