/** A forest as bytes and a description, for files. */
import type { Forest } from './forest.js';
import type { ForestSettings } from './options.js';
import { sizesOf, type TreeSizes, type Trees } from './trees.js';

/** What a forest's bytes mean; plain values, for a JSON file. */
export interface ForestDescription {
  /** The version of this format. */
  readonly format: 1;
  readonly names: readonly string[];
  readonly classes: readonly string[];
  readonly settings: ForestSettings;
  /** How many trees, nodes, leaves and entries of leaves the bytes hold. */
  readonly sizes: TreeSizes;
  /** By feature; absent if NaN is refused. */
  readonly medians?: readonly number[] | undefined;
  /** By feature. */
  readonly impurityImportance: readonly number[];
  /** Absent without bootstrap, and if every row was in every tree's bag. */
  readonly outOfBagAccuracy?: number | undefined;
}

/** A forest as `encodeForest` gives it and `decodeForest` takes it. */
export interface EncodedForest {
  /** The arrays of {@link Trees} one after the other, little-endian, each from a multiple of 8 bytes on. */
  readonly bytes: Uint8Array;
  readonly description: ForestDescription;
}

/** The arrays in the order of the file. */
export const ARRAYS = [
  'thresholds',
  'roots',
  'left',
  'right',
  'leafStarts',
  'leafShares',
  'features',
  'leafClasses',
] as const satisfies readonly (keyof Trees)[];

export const aligned = (bytes: number) => Math.ceil(bytes / 8) * 8;

/** Without the out-of-bag probabilities, which belong to the training rows. */
export function encodeForest(forest: Forest): EncodedForest {
  const { names, classes, settings, trees, medians, impurityImportance, outOfBagAccuracy } = forest;
  const arrays = ARRAYS.map((name) => trees[name]);
  const bytes = new Uint8Array(arrays.reduce((sum, { byteLength }) => sum + aligned(byteLength), 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += aligned(byteLength);
  }
  return {
    bytes,
    description: {
      format: 1,
      names,
      classes,
      settings,
      sizes: sizesOf(trees),
      ...(medians && { medians: [...medians] }),
      impurityImportance: [...impurityImportance],
      ...(Number.isFinite(outOfBagAccuracy) && { outOfBagAccuracy }),
    },
  };
}
