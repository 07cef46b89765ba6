/** The runs of a study: each arm with each seed, kept in the study's folder. */

import { join } from 'node:path';
import { rememberFeatures } from '../classifier/train/feature-memo.js';
import { startingWeights } from '../classifier/train/starting-weights.js';
import { exclusively } from '../outputs/exclusively.js';
import type { InputPath, OutputPath } from '../outputs/output-path.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { requirePrecision } from '../tensorflow/precision.js';
import type { StudyConfig } from './config.js';
import { openConfigured, openStudyData, type SeedData } from './data.js';
import { settingDifferences } from './differences.js';
import { requireSeenErrors } from './error-groups.js';
import { format2PredictionsKey } from './format-2-keys.js';
import type { RunStudyOptions } from './hooks.js';
import { predictionsKey } from './keys.js';
import { type StudyParts, seedModels } from './models.js';
import { type ArmPlan, builtOn, isNetwork, planArm } from './plan.js';
import { predictTest, readPredictions, type StudyPredictions, writePredictions } from './predictions.js';
import { readStudyTables, tableFiles } from './tables.js';
import { lineagesOf, readStudyTaxonomies, taxonomyFiles } from './taxonomies.js';

export const outputOf = ({ out }: RunStudyOptions): OutputPath => ({ where: 'out', path: out, kind: 'study' });

export function inputsOf(study: StudyConfig): InputPath[] {
  const { images } = study;
  const inputs: InputPath[] = Array.from(taxonomyFiles(study), (path) => ({ where: 'taxonomy', path, kind: 'file' }));
  for (const path of tableFiles(study)) inputs.push({ where: 'features', path, kind: 'file' });
  if (images !== undefined) inputs.push({ where: 'images', path: images, kind: 'images' });
  return inputs;
}

/** What the runs of a study share. */
export async function prepareStudy(study: StudyConfig, options: RunStudyOptions) {
  const arms = study.arms.map((arm) => planArm(study, arm));
  for (const { model } of arms) {
    if (!isNetwork(model)) continue;
    requirePrecision(model.training.precision, options.device);
    // Fetched, and checked, before anything is decoded.
    const startsAnew = 'network' in model && !('from' in model && model.from !== undefined);
    if (startsAnew) await startingWeights(model.training, model.network.trunk, { signal: options.signal });
  }
  const differences = settingDifferences(arms);
  options.onPlan?.(differences);
  const { own, fit } = await readStudyTaxonomies(study);
  const tables = await readStudyTables(arms);
  const preprocessings = arms.map(({ model }) => model.preprocessing);
  const { classes, bySeed } = await openStudyData(
    study,
    preprocessings,
    options.open ?? openConfigured(study, options.signal),
    own,
  );
  const taxonomies = fit(classes);
  requireSeenErrors(arms, bySeed);
  return { arms, differences, bySeed, known: { taxonomies, tables, memo: rememberFeatures() } };
}

export interface ArmRun {
  /** The number of the fold that it tests; undefined without folds. */
  readonly fold: number | undefined;
  readonly model: string;
  readonly folder: string;
  readonly predictions: StudyPredictions;
}

/** The runs of one seed, or of one of its folds, in the order of the arms. @param only indices of the arms that run; default all */
export async function runSeed(
  arms: readonly ArmPlan[],
  data: SeedData,
  known: StudyParts,
  options: RunStudyOptions,
  only?: ReadonlySet<number>,
): Promise<ArmRun[]> {
  const { seed, fold } = data;
  const { judging } = known.taxonomies;
  const armsOf = (model: string) => arms.filter((arm) => models.folderOf(arm.model) === model).map(({ name }) => name);
  const models = seedModels(data, known, options, armsOf);
  const runs: ArmRun[] = [];
  for (const [index, arm] of arms.entries()) {
    if (only !== undefined && !only.has(index)) continue;
    const folder = ['predictions', seed, ...(fold === undefined ? [] : [`fold-${fold}`]), arm.name].join('/');
    runs.push(await exclusively(join(options.out, folder), options, () => runArm(arm, folder)));
  }
  return runs;

  async function runArm(arm: ArmPlan, folder: string): Promise<ArmRun> {
    const model = models.folderOf(arm.model);
    const path = join(options.out, folder);
    const tree = treeOf(arm);
    const purposes = [predictionsKey, format2PredictionsKey].map((keyOf) =>
      keyOf(model, arm, tree && lineagesOf(tree), data.testNames),
    );
    const kept = options.fresh ? undefined : await readPredictions(path, purposes);
    const predictions = kept ?? (await predict(arm, purposes[0] ?? ''));
    if (kept === undefined) await writePredictions(path, predictions);
    const { labels, decisions } = predictions.record;
    const right = labels.filter((label, i) => label === decisions[i]).length;
    const state = kept === undefined ? 'predicted' : 'reused';
    options.onPredictions?.({ seed, fold, arm: arm.name, state, accuracy: right / labels.length });
    return { fold, model, folder, predictions };
  }

  /** By which an arm decides on the lowest expected height. */
  function treeOf({ decideIn }: ArmPlan): Taxonomy | undefined {
    return decideIn === undefined ? judging : known.taxonomies.of(decideIn, seed);
  }

  async function predict(arm: ArmPlan, purpose: string): Promise<StudyPredictions> {
    const { classifier, seconds } = await models.take(arm.model);
    const before = new Map(builtOn(arm.model).map((plan) => [models.folderOf(plan), plan]));
    let trainingSeconds = seconds;
    for (const plan of before.values()) trainingSeconds += (await models.take(plan)).seconds;
    const test = data.testOf(arm.model.preprocessing);
    const given = { purpose, seed, images: [...data.testNames], trainingSeconds };
    return predictTest(classifier, test, arm, treeOf(arm), given, options.signal);
  }
}
