/** `cladenet compare`: any number of classifiers on the same images, none of which has seen them. */

import { resolve } from 'node:path';
import { z } from 'zod';
import { loadClassifier } from '../../classifier/store/load.js';
import type { ImageSet } from '../../dataset/images.js';
import { CladenetError } from '../../errors.js';
import { compareClassifiers } from '../../evaluation/compare.js';
import { writeFileAtomic } from '../../files.js';
import { json, modelFolders } from '../../options/common.js';
import { judging } from '../../options/judging.js';
import { print } from '../../progress.js';
import { trainedOverSeeds } from '../../report/over-seeds.js';
import { comparisonTable } from '../../report/tables/comparison-table.js';
import { routingsShown } from '../../report/variants.js';
import { deviceOf } from '../device.js';
import { imagesOfModels, unseenByModels, withoutInnerLabels } from '../images-of-models.js';
import { interruptible } from '../interrupt.js';
import { requireWritable } from '../output.js';
import { judgeBy, nameOf, predictVariants } from '../scoring.js';
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
    await requireWritable('--json', options.json);
    await interruptible('nothing is written', (signal) => compareModels(models, options, signal));
  },
});

async function compareModels(
  models: readonly string[],
  command: z.output<typeof options>,
  signal: AbortSignal,
): Promise<void> {
  const device = deviceOf(command);
  const classifiers = await Promise.all(models.map((model) => loadClassifier(model, { device })));
  const taxonomy = await judgeBy(command, classifiers);
  const all = await imagesOfModels(classifiers, command, signal);
  const sets = withoutInnerLabels(unseenByModels(classifiers, all, command), taxonomy);
  const names = distinctNames(models);
  const show = routingsShown(classifiers);
  const predictions = [];
  for (const [i, classifier] of classifiers.entries()) {
    const [name, images] = [names[i] as string, sets[i] as ImageSet];
    predictions.push(...(await predictVariants(name, classifier, images, { ...command, taxonomy, show }, signal)));
    classifier.dispose();
  }
  const comparison = compareClassifiers(predictions, { taxonomy, seed: command.seed });
  const severalSeeds = trainedOverSeeds(classifiers.map(({ description }) => description));
  print(comparisonTable(comparison, { width: process.stdout.columns, severalSeeds }));
  if (command.json !== undefined) await writeFileAtomic(command.json, `${JSON.stringify(comparison, null, 2)}\n`);
}

/** A classifier beside itself shows nothing. */
export function requireDistinct(models: readonly string[]): void {
  const folders = models.map((model) => resolve(model));
  const twice = models.filter((_, i) => folders.indexOf(folders[i] as string) < i);
  if (twice.length === 0) return;
  const problems = twice.map((model) => ({ where: 'models', expected: 'different ones', received: `${model} again` }));
  throw new CladenetError('USAGE', 'These classifiers cannot be compared', problems);
}

/** Folder names, or whole paths where two folders are called alike. */
export function distinctNames(models: readonly string[]): string[] {
  const short = models.map(nameOf);
  return models.map((model, i) =>
    short.filter((name) => name === short[i]).length > 1 ? model : (short[i] as string),
  );
}
