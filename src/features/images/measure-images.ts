/** Measures image files on all cores. */
import { availableParallelism } from 'node:os';
import { throwIfAborted } from '../../abort.js';
import { type ImageFile, imageFilesOf } from '../../dataset/stored-image.js';
import { CladenetError } from '../../errors.js';
import { withThreads } from '../../threads.js';
import { type FeatureTable, requireFeatureTable } from '../feature-table.js';
import type { SegmentationOptions } from '../segmentation/options.js';
import { FEATURE_SETS, type FeatureSetName } from '../sets/registry.js';
import { startMeasuring } from './measure-batch.js';

/** Images that a thread takes at once: a few hundredths of a second's work. */
const BATCH = 16;
/** With fewer images, a thread takes longer to start than to measure them. */
const WORTH_THREADS = 64;

/** Options of {@link measureImages}. */
export interface MeasureOptions {
  /** Which features are measured. */
  readonly set: FeatureSetName;
  /** How the organism is found, where it differs from `FEATURE_SETS[set].segmentation`. */
  readonly segmentation?: SegmentationOptions | undefined;
  /** Threads that work at once; the results are the same for any number. Default: as many as there are cores. */
  readonly threads?: number | undefined;
  /** Called with the number of images that are measured so far, and of all images. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Measures the organism in each image file, at the image's own size.
 *
 * @param images paths of image files, or images as a listing has them, each once
 * @returns a row for each image, in their order, named by its path, and a column for each feature of the set. Images without an object,
 *   and files that cannot be decoded, have NaN and a note; so has an image whose object touches the border a note.
 * @throws CladenetError USAGE for a path twice, or a number of threads below 1; RUNTIME when a thread fails or sharp cannot
 *   be loaded; ABORTED after `signal`
 */
export async function measureImages(
  images: readonly (string | ImageFile)[],
  options: MeasureOptions,
): Promise<FeatureTable> {
  const { set, threads = availableParallelism(), onProgress, signal } = options;
  const segmentation = { ...FEATURE_SETS[set].segmentation, ...options.segmentation };
  throwIfAborted(signal, 'Measuring images');
  if (!(threads >= 1)) {
    const problem = { where: 'threads', expected: 'a number from 1 on', received: `${threads}` };
    throw new CladenetError('USAGE', 'The images cannot be measured.', [problem]);
  }
  const files = imageFilesOf(images);
  const paths = files.map(({ path }) => path);
  const names = FEATURE_SETS[set].features.map(({ name }) => name);
  const values = new Float64Array(paths.length * names.length).fill(Number.NaN);
  const table = { names, rows: paths, values };
  requireFeatureTable(table);
  const starts = Array.from({ length: Math.ceil(paths.length / BATCH) }, (_, i) => i * BATCH);
  const notes: [number, string][] = [];
  let done = 0;
  await withThreads(
    {
      work: 'Measuring images',
      script: new URL('./measure-worker.js', import.meta.url),
      data: { set, segmentation },
      start: startMeasuring,
      threads: paths.length < WORTH_THREADS ? 1 : Math.min(threads, starts.length),
      signal,
    },
    (run) =>
      run(
        starts.map((start) => files.slice(start, start + BATCH)),
        (batch, task) => {
          const start = task * BATCH;
          values.set(batch.values, start * names.length);
          for (const [i, note] of batch.notes) notes.push([start + i, note]);
          done += batch.values.length / names.length;
          onProgress?.(done, paths.length);
        },
      ),
  );
  return { ...table, notes: new Map(notes.sort(([a], [b]) => a - b)) };
}
