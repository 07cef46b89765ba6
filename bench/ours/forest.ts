/** A random forest on a table of features: training, with all that it reports, and prediction. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FeatureTable } from '../../src/features/feature-table.js';
import { fitForest } from '../../src/forest/fit.js';
import type { Task } from '../protocol.js';
import { timed } from './repeated.js';

export interface ForestBenchOptions {
  /** Has `values.f64` and `labels.i32`. */
  readonly folder: string;
  readonly trees: number;
  readonly threads: number;
}

async function read({ folder }: ForestBenchOptions) {
  const bytes = async (name: string) => Uint8Array.from(await readFile(join(folder, name))).buffer;
  const labels = new Int32Array(await bytes('labels.i32'));
  const values = new Float64Array(await bytes('values.f64'));
  const table: FeatureTable = {
    names: Array.from({ length: values.length / labels.length }, (_, i) => `feature ${i}`),
    rows: Array.from(labels, (_, i) => `image ${i}`),
    values,
  };
  const classes = Array.from({ length: labels.reduce((most, k) => Math.max(most, k), 0) + 1 }, (_, k) => `class ${k}`);
  return { table, labels, classes };
}

export async function forestTask(options: ForestBenchOptions): Promise<Task> {
  const { table, labels, classes } = await read(options);
  const { trees, threads } = options;
  return {
    facts: {},
    async round() {
      const { seconds } = await timed(1, async () => {
        await fitForest(table, labels, classes, { trees, threads, seed: 1 });
        return undefined;
      });
      return { images: labels.length, seconds };
    },
    dispose: () => undefined,
  };
}

export async function forestPredictTask(options: ForestBenchOptions): Promise<Task> {
  const { table, labels, classes } = await read(options);
  const forest = await fitForest(table, labels, classes, { trees: options.trees, seed: 1 });
  return {
    facts: {},
    async round() {
      const { seconds } = await timed(1, async () => {
        forest.predict(table);
        return undefined;
      });
      return { images: labels.length, seconds };
    },
    dispose: () => undefined,
  };
}
