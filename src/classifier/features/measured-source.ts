/** What biologists measure on the segmented organism, from the files of the images. */
import { type ImageSet, imageFiles } from '../../dataset/images.js';
import { measureCached } from '../../features/images/measure-cached.js';
import { measureImages } from '../../features/images/measure-images.js';
import { FEATURE_SETS, type FeatureSetName } from '../../features/sets/registry.js';
import type { FeatureSource } from '../feature-schema.js';
import { columnsOf } from './columns.js';
import type { Source, SourceOptions } from './source.js';

type Biologists = Extract<FeatureSource, { kind: 'biologists' }>;

export function measuredSource(source: Biologists): Source {
  const { names } = source;
  return {
    names,
    async values(images, options) {
      const { values, notes } = await measuredFeatures(source, images, options);
      if (notes.size > 0) options.onNotes?.(notes);
      return values;
    },
  };
}

/**
 * A row for each image, also for one that is there several times, and what is odd about images, by their paths.
 *
 * @throws CladenetError DATASET for images without files
 */
export async function measuredFeatures(
  { set, segmentation, names }: Pick<Biologists, 'set' | 'segmentation' | 'names'>,
  { paths, stored }: Pick<ImageSet, 'paths' | 'stored'>,
  { signal, onProgress }: SourceOptions,
): Promise<{ readonly values: Float64Array; readonly notes: ReadonlyMap<string, string> }> {
  const rows = new Map<string, number>();
  const once = imageFiles({ paths, stored }).filter(({ path }) => {
    if (rows.has(path)) return false;
    rows.set(path, rows.size);
    return true;
  });
  const how = {
    set: set as FeatureSetName,
    segmentation,
    signal,
    onProgress: onProgress && ((done: number, total: number) => onProgress({ done, total })),
  };
  const isTemporary = stored?.some((one) => one?.kind === 'raw' && one.isTemporary) ?? false;
  const table = await (isTemporary ? measureImages(once, how) : measureCached(once, how));
  const all = FEATURE_SETS[set as FeatureSetName].features.map(({ name }) => name);
  const chosen = columnsOf(
    table.values,
    all.length,
    names.map((name) => all.indexOf(name)),
  );
  const notes = new Map([...(table.notes ?? [])].map(([row, note]) => [once[row]?.path ?? '', note]));
  if (once.length === paths.length) return { values: chosen, notes };
  const width = names.length;
  const values = new Float64Array(paths.length * width);
  paths.forEach((path, i) => {
    const row = rows.get(path) ?? 0;
    values.set(chosen.subarray(row * width, (row + 1) * width), i * width);
  });
  return { values, notes };
}
