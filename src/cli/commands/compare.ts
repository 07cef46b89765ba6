/** `cladenet compare`: any number of classifiers on the same images, none of which has seen them. */

import { loadClassifier } from '../../classifier/load.js';
import type { ImageSet } from '../../dataset/images.js';
import { compareClassifiers } from '../../evaluation/compare.js';
import { writeFileAtomic } from '../../files.js';
import { comparisonTable } from '../../report/comparison-table.js';
import { deviceOf } from '../device.js';
import { openImages } from '../images.js';
import { evaluateSchema, resolveOptions } from '../options.js';
import { judgeBy, leaveOut, nameOf, predictNamed, seenMask, tableRow } from '../scoring.js';

export async function compareCommand(models: readonly string[], given: Record<string, unknown>): Promise<void> {
  const command = await resolveOptions(evaluateSchema, given);
  const device = deviceOf(command);
  const classifiers = await Promise.all(models.map((model) => loadClassifier(model, { device })));
  const taxonomy = await judgeBy(command, classifiers);
  // Each classifier gets the images as it was trained to see them; which image is which stays the same.
  const sets: ImageSet[] = [];
  for (const { description } of classifiers)
    sets.push(await openImages(command, description.preprocessing, command.seed));
  const masks = command.seen ? [] : classifiers.map((classifier, i) => seenMask(classifier, sets[i] as ImageSet));
  const names = distinctNames(models);
  const predictions = [];
  for (const [i, classifier] of classifiers.entries()) {
    const images = leaveOut(sets[i] as ImageSet, masks);
    predictions.push(...(await predictNamed(names[i] as string, classifier, images, ['product', 'greedy'])));
    classifier.dispose();
  }
  const comparison = compareClassifiers(predictions, { taxonomy, seed: command.seed });
  const rows = comparison.models.map(({ name, ...evaluation }) => tableRow(name, evaluation));
  console.log(comparisonTable(rows, comparison.differences));
  if (command.json !== undefined) await writeFileAtomic(command.json, `${JSON.stringify(comparison, null, 2)}\n`);
}

/** Folder names, or whole paths where two folders are called alike. */
function distinctNames(models: readonly string[]): string[] {
  const short = models.map(nameOf);
  return models.map((model, i) =>
    short.filter((name) => name === short[i]).length > 1 ? model : (short[i] as string),
  );
}
