/** What biologists measure on the segmented organism, from the files of the images. */
import { measureCached } from '../../features/images/measure-cached.js';
import { FEATURE_SETS, type FeatureSetName } from '../../features/sets/registry.js';
import type { FeatureSource } from '../feature-schema.js';
import { columnsOf } from './columns.js';
import type { Source, SourceOptions } from './source.js';

type Biologists = Extract<FeatureSource, { kind: 'biologists' }>;

export function measuredSource(source: Biologists): Source {
  const { names } = source;
  return {
    names,
    values: async ({ paths }, options) => (await measuredFeatures(source, paths, options)).values,
  };
}

/**
 * A row for each path, also for one that is there several times, and what is odd about images, by their paths.
 *
 * @throws CladenetError DATASET for images without files
 */
export async function measuredFeatures(
  { set, segmentation, names }: Pick<Biologists, 'set' | 'segmentation' | 'names'>,
  paths: readonly string[],
  { signal, onProgress }: SourceOptions,
): Promise<{ readonly values: Float64Array; readonly notes: ReadonlyMap<string, string> }> {
  const unique = [...new Set(paths)];
  const table = await measureCached(unique, {
    set: set as FeatureSetName,
    segmentation,
    signal,
    onProgress: onProgress && ((done, total) => onProgress({ done, total })),
  });
  const all = FEATURE_SETS[set as FeatureSetName].features.map(({ name }) => name);
  const chosen = columnsOf(
    table.values,
    all.length,
    names.map((name) => all.indexOf(name)),
  );
  const notes = new Map([...(table.notes ?? [])].map(([row, note]) => [unique[row] ?? '', note]));
  if (unique.length === paths.length) return { values: chosen, notes };
  const width = names.length;
  const rows = new Map(unique.map((path, row) => [path, row]));
  const values = new Float64Array(paths.length * width);
  paths.forEach((path, i) => {
    const row = rows.get(path) ?? 0;
    values.set(chosen.subarray(row * width, (row + 1) * width), i * width);
  });
  return { values, notes };
}
