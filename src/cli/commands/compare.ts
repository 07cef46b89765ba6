/** `cladenet compare`: any number of classifiers on the same images, none of which has seen them. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { CladenetError } from '../../errors.js';
import { writeJson } from '../../files.js';
import { json, modelFolders } from '../../options/common.js';
import { judging } from '../../options/judging.js';
import { log, print } from '../../progress.js';
import { compareModels } from '../../report/compare-models.js';
import { comparisonTable } from '../../report/tables/comparison-table.js';
import { leftOutLines } from '../../report/tables/image-text.js';
import { interruptible } from '../interrupt.js';
import { openImagesOf, openModels, predicting } from '../models.js';
import { readIfGiven } from '../taxonomy.js';
import { command } from '../toolkit/command.js';

const options = z.strictObject({
  ...judging,
  json,
});

export const compare = command({
  arguments: z.object({ models: modelFolders }),
  options,
  details:
    'Several trees are compared each by the routing that it chose on its validation images, a single tree by all of its routings.',
  async run({ models }, options) {
    requireDistinct(models);
    await interruptible(null, (signal) => run(models, options, signal));
  },
});

async function run(folders: readonly string[], command: z.output<typeof options>, signal: AbortSignal): Promise<void> {
  const models = await openModels(folders, command);
  const taxonomy = await readIfGiven(command);
  const images = await openImagesOf(models, command, taxonomy, signal);
  const { comparison, severalSeeds, leftOut } = await predicting('predicting', (onProgress) =>
    compareModels(models, images, { ...command, taxonomy, signal, onProgress }),
  );
  for (const line of leftOutLines(leftOut, { keep: '--seen' })) log(line);
  print(comparisonTable(comparison, { width: process.stdout.columns, severalSeeds }));
  await writeJson(command.json, comparison);
}

/** A classifier beside itself shows nothing. */
export function requireDistinct(models: readonly string[]): void {
  const folders = models.map((model) => resolve(model));
  const twice = models.filter((_, i) => folders.indexOf(folders[i] as string) < i);
  if (twice.length === 0) return;
  const problems = twice.map((model) => ({ where: 'models', expected: 'different ones', received: `${model} again` }));
  throw new CladenetError('USAGE', 'These classifiers cannot be compared', problems);
}
