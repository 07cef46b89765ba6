/** What the commands share that train on features: their images, their sources, and their progress. */
import type { z } from 'zod';
import type { Classifier } from '../classifier/classifier.js';
import type { TrainingData } from '../classifier/data/training-data.js';
import type { FeatureClassifier } from '../classifier/feature-classifier.js';
import { preprocessingFor } from '../classifier/preprocessing.js';
import { loadClassifier } from '../classifier/store/load.js';
import type { FeatureOptions, TableChoice } from '../classifier/train/feature-options.js';
import { readNamedTable } from '../classifier/train/named-table.js';
import { measuringOf, type sourceOptions, sourcesNamed } from '../options/feature-sources.js';
import type { measuringOptions } from '../options/measuring.js';
import type { measuredOn } from '../options/training-run.js';
import { log, print } from '../progress.js';
import { testLine } from '../report/tables/training-text.js';
import { counted, duration } from '../units.js';
import { deviceOf } from './device.js';
import { readIfGiven } from './taxonomy.js';
import { knownSubsets, openTrainingData } from './training.js';

type SourceCommand = z.output<z.ZodObject<typeof sourceOptions & typeof measuringOptions & typeof measuredOn>>;

/** The classifier of `--from`, and the images, split as it was. */
export async function openFeatureData(
  command: SourceCommand,
  signal: AbortSignal,
): Promise<{ readonly from: Classifier | undefined; readonly data: TrainingData }> {
  const device = deviceOf(command);
  const from = command.from === undefined ? undefined : await loadClassifier(command.from, { device });
  const data = await openTrainingData(command, {
    preprocessing: from?.description.preprocessing ?? preprocessingFor(),
    usual: from?.description.split,
    known: from && knownSubsets(command, from),
    taxonomy: await readIfGiven(command),
    signal,
  });
  return { from, data };
}

/** The sources that the command names. */
export async function sourcesOf(
  command: Pick<SourceCommand, 'features' | 'without' | 'pca' | 'tableColumn' | 'set'> &
    Partial<Pick<SourceCommand, keyof typeof measuringOptions>>,
): Promise<Pick<FeatureOptions, 'features' | 'pca' | 'measuring'>> {
  const { pca } = command;
  const features: ('biologists' | 'deep' | TableChoice)[] = [];
  for (const source of sourcesNamed(command.features)) {
    features.push(typeof source === 'string' ? source : await tableOf(source.file, command));
  }
  return { features, pca: pca === 'none' ? null : pca, measuring: measuringOf(command) };
}

async function tableOf(file: string, { tableColumn }: Pick<SourceCommand, 'tableColumn'>): Promise<TableChoice> {
  const table = await readNamedTable(file, tableColumn);
  const left = table.leftOut.length === 0 ? '' : `; left out: ${table.leftOut.join(', ')}`;
  const by = table.tableColumn === undefined ? '' : ` by column '${table.tableColumn}'`;
  log(`${file}: ${counted(table.rows.length, 'row')} of ${counted(table.names.length, 'feature')}${by}${left}`);
  return { table, file, tableColumn };
}

/** Saves what was trained, and says how good it is. */
export async function saveOnFeatures(out: string, name: string, trained: FeatureClassifier): Promise<void> {
  await trained.save(out);
  const { decider, seconds, test } = trained.description;
  if (decider.kind === 'forest' && decider.outOfBagAccuracy !== null) {
    log(
      `${counted(decider.settings.trees, 'tree')}; out-of-bag accuracy ${(100 * decider.outOfBagAccuracy).toFixed(1)} %`,
    );
  }
  if (decider.kind === 'mixture') {
    const share = (100 * decider.share).toFixed(1);
    log(`the first classifier has a share of ${share} %, chosen by log-loss on the validation images`);
  }
  log(`trained in ${duration(seconds)}; saved to ${out}`);
  print(testLine(name, test));
}
