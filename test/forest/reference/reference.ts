/** The data sets of reference.json, and what scikit-learn's forests say about them. */
import { readFileSync } from 'node:fs';
import type { ForestOptions } from '../../../src/forest/options.js';
import { table } from '../fixtures.js';

interface SklearnOptions {
  readonly min_samples_leaf?: number;
  readonly max_depth?: number;
  readonly max_features?: number;
  readonly bootstrap?: boolean;
  readonly power?: number;
}

export interface Study {
  readonly options: SklearnOptions;
  /** On the last third of the rows, by seed. */
  readonly accuracy: readonly number[];
  readonly outOfBag: readonly number[];
  /** Parts of 1,000, the mean over seeds: rows of the last third x classes. */
  readonly probabilities: readonly number[];
  readonly impurityImportance: readonly number[] | null;
  readonly permutationImportance: readonly number[] | null;
}

interface Reference {
  readonly trees: number;
  readonly sets: Readonly<
    Record<string, { features: number; values: string; labels: readonly number[]; studies: readonly Study[] }>
  >;
}

const { trees, sets }: Reference = JSON.parse(readFileSync(new URL('reference.json', import.meta.url), 'utf8'));
export const TREES = trees;
export const SEEDS = Array.from({ length: 10 }, (_, seed) => seed);

/** A data set, its first two thirds for training. */
export function referenceSet(name: string) {
  const set = sets[name];
  if (set === undefined) throw new Error(`no data set ${name}`);
  const { features, labels, studies } = set;
  const bytes = Uint8Array.from(Buffer.from(set.values, 'base64'));
  const isBytes = bytes.length === labels.length * features;
  const values = isBytes ? bytes : new Float32Array(bytes.buffer);
  const rows = labels.map((_, row) => Array.from(values.subarray(row * features, (row + 1) * features)));
  const names = Array.from({ length: features }, (_, i) => `f${i}`);
  const third = Math.floor((labels.length * 2) / 3);
  return {
    train: table(names, rows.slice(0, third)),
    test: table(names, rows.slice(third)),
    trainLabels: labels.slice(0, third),
    testLabels: labels.slice(third),
    classes: [...new Set(labels)].map((_, k) => `class ${k}`),
    studies,
  };
}

/** scikit-learn's options in this library's terms. */
export function forestOptions(options: SklearnOptions, seed: number): ForestOptions {
  const {
    min_samples_leaf: minLeaf,
    max_depth: maxDepth,
    max_features: mtry,
    bootstrap,
    power: classWeights,
  } = options;
  return { trees: TREES, seed, threads: 1, minLeaf, maxDepth, mtry, bootstrap, classWeights };
}
