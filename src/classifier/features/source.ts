/** Sources of features: each gives columns of numbers about images, and several stand side by side. */
import type { ImageSet } from '../../dataset/images.js';
import type { FeatureTable } from '../../features/feature-table.js';
import type { PredictOptions } from '../classification.js';

export interface SourceOptions extends Pick<PredictOptions, 'signal' | 'onProgress' | 'onNotes'> {
  /** The output of the CNN block for these images, where it was computed already: images x features. */
  readonly embedded?: Float32Array | undefined;
}

/** Gives numbers about images. */
export interface Source {
  /** Names of its columns, each once. */
  readonly names: readonly string[];
  /** Images x `names.length`, row-major. NaN is a number that could not be measured. */
  values(images: ImageSet, options: SourceOptions): Promise<Float64Array>;
  /** Frees its memory on the device. */
  dispose?(): void;
}

/** The columns of all sources side by side: images x columns, row-major. */
export async function joinedValues(
  sources: readonly Source[],
  images: ImageSet,
  { onProgress, ...options }: SourceOptions,
): Promise<Float64Array> {
  const blocks: Float64Array[] = [];
  for (const [k, source] of sources.entries()) {
    const onOwn = ({ done, total }: { readonly done: number; readonly total: number }) =>
      onProgress?.({ done: k * total + done, total: sources.length * total });
    blocks.push(await source.values(images, { ...options, onProgress: onOwn }));
  }
  const widths = sources.map(({ names }) => names.length);
  return sideBySide(blocks, widths, images.count);
}

/** Matrices of `count` rows, as one. */
export function sideBySide(blocks: readonly Float64Array[], widths: readonly number[], count: number): Float64Array {
  const [only] = blocks;
  if (only !== undefined && blocks.length === 1) return only;
  const width = widths.reduce((sum, own) => sum + own, 0);
  const all = new Float64Array(count * width);
  let start = 0;
  for (const [k, block] of blocks.entries()) {
    const own = widths[k] ?? 0;
    for (let i = 0; i < count; i++) all.set(block.subarray(i * own, (i + 1) * own), i * width + start);
    start += own;
  }
  return all;
}

/** Rows of numbers as a table, whose rows have their numbers for names. */
export function asTable(names: readonly string[], values: Float64Array): FeatureTable {
  return { names, rows: Array.from({ length: values.length / names.length }, (_, i) => `${i}`), values };
}
