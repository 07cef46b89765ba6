/** Measures image files, each version of a file once. */
import { join, resolve } from 'node:path';
import { newMetadata, readFileVersions } from '../../dataset/metadata.js';
import { type ImageFile, imageFilesOf, storedOf } from '../../dataset/stored-image.js';
import { CladenetError } from '../../errors.js';
import { cacheFolder } from '../../setup/layout.js';
import type { FeatureTable } from '../feature-table.js';
import { FEATURE_SETS } from '../sets/registry.js';
import { type MeasureOptions, measureImages } from './measure-images.js';
import { isCurrent, openMeasured, writeMeasured } from './measured-cache.js';

/** Options of {@link measureCached}. */
export interface MeasureCachedOptions extends MeasureOptions {
  /** The folder of the caches of measured features. Default: `features` in cladenet's cache folder. */
  readonly cacheDir?: string | undefined;
}

/**
 * As `measureImages`, but what was measured before is taken from a cache on disk, as long as the files are unchanged.
 *
 * @throws CladenetError DATASET naming every image without a file; as `measureImages`
 */
export async function measureCached(
  images: readonly (string | ImageFile)[],
  options: MeasureCachedOptions,
): Promise<FeatureTable> {
  const files = imageFilesOf(images);
  const paths = files.map(({ path }) => path);
  const { set, onProgress, cacheDir = join(cacheFolder(), 'features') } = options;
  const segmentation = { ...FEATURE_SETS[set].segmentation, ...options.segmentation };
  const metadata = newMetadata(
    paths.map((path) => resolve(path)),
    storedOf(files),
  );
  const now = Date.now();
  await readFileVersions(metadata);
  if (metadata.problems.size > 0) {
    const problems = [...metadata.problems].map(([i, problem]) => ({ ...problem, where: paths[i] ?? '' }));
    throw new CladenetError('DATASET', 'What has no file cannot be measured', problems);
  }
  const names = FEATURE_SETS[set].features.map(({ name }) => name);
  const width = names.length;
  const cache = await openMeasured(cacheDir, metadata.paths, { set, segmentation }, width);
  const values = new Float64Array(paths.length * width);
  const notes = new Map<number, string>();
  const take = (from: Pick<FeatureTable, 'values' | 'notes'>, j: number, i: number) => {
    values.set(from.values.subarray(j * width, (j + 1) * width), i * width);
    const note = from.notes?.get(j);
    if (note !== undefined) notes.set(i, note);
  };
  const missing = metadata.paths.flatMap((path, i) => {
    const j = cache.numbers.get(path);
    if (j === undefined || !isCurrent(metadata, i, cache, j)) return [i];
    take(cache, j, i);
    return [];
  });
  const known = paths.length - missing.length;
  onProgress?.(known, paths.length);
  if (missing.length > 0) {
    const measured = await measureImages(
      missing.map((i) => ({ path: metadata.paths[i] ?? '', stored: files[i]?.stored })),
      { ...options, onProgress: (done) => onProgress?.(known + done, paths.length) },
    );
    missing.forEach((i, j) => {
      take(measured, j, i);
    });
    // A cache that cannot be written costs time, not results.
    await writeMeasured(cache, { metadata, values, notes }, now).catch(() => undefined);
  }
  return { names, rows: paths, values, notes };
}
