/**
 * Runs a study: for every seed the images are split, the models of all arms are trained (each only once, even if several arms
 * share it) and predict the test set; then all arms are judged over images and seeds. Finished work is kept in the study's
 * folder, so that the same call resumes an interrupted study.
 */
import { join } from 'node:path';
import { judgeStudy } from '../evaluation/study.js';
import type { Study } from '../evaluation/study-types.js';
import { writeFileAtomic } from '../files.js';
import type { InputPath } from '../outputs/output-path.js';
import { withOutputs } from '../outputs/with-outputs.js';
import { studyFigure } from '../report/figures/study-figure.js';
import { writeFigure } from '../report/figures/write-figure.js';
import { requirePrecision } from '../tensorflow/precision.js';
import { VERSION } from '../version.js';
import type { StudyConfig, StudyConfigInput } from './config.js';
import { openConfigured, openStudyData, type SeedData } from './data.js';
import { type SettingDifference, settingDifferences } from './differences.js';
import { requireSeenErrors } from './error-groups.js';
import { format2PredictionsKey } from './format-2-keys.js';
import type { RunStudyOptions } from './hooks.js';
import { predictionsKey } from './keys.js';
import { seedModels } from './models.js';
import { parseStudy } from './parse.js';
import { type ArmPlan, builtOn, isNetwork, planArm } from './plan.js';
import { asRun, predictTest, readPredictions, type StudyPredictions, writePredictions } from './predictions.js';
import { readStudyTables, type StudyTables, tableFiles } from './tables.js';
import { lineagesOf, readStudyTaxonomies, type StudyTaxonomies, taxonomyFiles } from './taxonomies.js';

/** The content of `study.json`: plain JSON. */
export interface StudyResult {
  /** The version of cladenet that ran the study. */
  readonly cladenet: string;
  readonly config: StudyConfig;
  readonly differences: readonly SettingDifference[];
  readonly arms: readonly StudiedArm[];
  readonly study: Study;
}

/** An arm of a study, with the models and predictions of each seed. */
export interface StudiedArm {
  readonly name: string;
  /** One run for each seed. */
  readonly runs: readonly {
    readonly seed: number;
    /** Folder relative to the study's: a classifier that `loadClassifier` and every command can load. */
    readonly model: string;
    /** Folder relative to the study's. */
    readonly predictions: string;
    /** How the tree decides; null for a flat classifier. */
    readonly routing: string | null;
    /** Seconds of training, including that of the flat classifiers it is built on. */
    readonly trainingSeconds: number;
    readonly predictionSecondsPerImage: number;
  }[];
}

/**
 * Trains and compares all arms of a study over all its seeds, and writes models, predictions, learning curves,
 * `study.json` and `study.png` into `options.out`.
 *
 * An arm's training seconds include those of the flat classifiers that it is built on (as its trunk, or as the source of its
 * error groups). Prediction seconds exclude the compilation of the network. Both are wall-clock times on this machine.
 *
 * @param config  a list of arms, of which the first is the baseline, and their common settings; see `docs/formats.md`
 * @param options see {@link RunStudyOptions}
 * @throws CladenetError USAGE with all problems of the configuration, or of the folder, before anything is trained; OUTPUT when
 *   another run writes it; TAXONOMY, DATASET, CONFIG, RUNTIME, TRAINING, DIVERGED; ABORTED, after which the same call resumes
 */
export async function runStudy(config: StudyConfigInput, options: RunStudyOptions): Promise<StudyResult> {
  const study = parseStudy(config, { needsImages: options.open === undefined });
  const { images } = study;
  const inputs: InputPath[] = Array.from(taxonomyFiles(study), (path) => ({ where: 'taxonomy', path, kind: 'file' }));
  for (const path of tableFiles(study)) inputs.push({ where: 'features', path, kind: 'file' });
  if (images !== undefined) inputs.push({ where: 'images', path: images, kind: 'images' });
  return withOutputs([{ where: 'out', path: options.out, kind: 'study' }], inputs, () => runParsed(study, options));
}

async function runParsed(study: StudyConfig, options: RunStudyOptions): Promise<StudyResult> {
  const arms = study.arms.map((arm) => planArm(study, arm));
  for (const { model } of arms) {
    if (isNetwork(model)) requirePrecision(model.training.precision, options.device);
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
  const seeds: ArmRun[][] = [];
  for (const data of bySeed) seeds.push(await runSeed(arms, data, { taxonomies, tables }, options));
  const runsOf = (arm: number) => seeds.flatMap((runs) => runs[arm] ?? []);
  const judged = judgeStudy(
    arms.map(({ name }, i) => ({ name, runs: runsOf(i).map(({ predictions }) => asRun(predictions)) })),
    { taxonomy: taxonomies.judging, level: study.level },
  );
  const result: StudyResult = {
    cladenet: VERSION,
    config: study,
    differences,
    arms: arms.map(({ name }, i) => ({ name, runs: runsOf(i).map(describe) })),
    study: judged,
  };
  await writeFileAtomic(join(options.out, 'study.json'), `${JSON.stringify(result, null, 2)}\n`);
  if (arms.length > 1) await writeFigure(await studyFigure(judged), join(options.out, 'study.png'));
  return result;
}

interface ArmRun {
  readonly model: string;
  readonly folder: string;
  readonly predictions: StudyPredictions;
}

/** The runs of one seed, in the order of the arms. */
async function runSeed(
  arms: readonly ArmPlan[],
  data: SeedData,
  known: { readonly taxonomies: StudyTaxonomies; readonly tables: StudyTables },
  options: RunStudyOptions,
): Promise<ArmRun[]> {
  const { seed } = data;
  const { judging } = known.taxonomies;
  const armsOf = (model: string) => arms.filter((arm) => models.folderOf(arm.model) === model).map(({ name }) => name);
  const models = seedModels(data, known, options, armsOf);
  const runs: ArmRun[] = [];
  for (const arm of arms) {
    const model = models.folderOf(arm.model);
    const folder = ['predictions', seed, arm.name].join('/');
    const path = join(options.out, folder);
    const purposes = [predictionsKey, format2PredictionsKey].map((keyOf) =>
      keyOf(model, arm, judging && lineagesOf(judging), data.testNames),
    );
    const kept = options.fresh ? undefined : await readPredictions(path, purposes);
    const predictions = kept ?? (await predict(arm, purposes[0] ?? ''));
    if (kept === undefined) await writePredictions(path, predictions);
    const { labels, decisions } = predictions.record;
    const right = labels.filter((label, i) => label === decisions[i]).length;
    const state = kept === undefined ? 'predicted' : 'reused';
    options.onPredictions?.({ seed, arm: arm.name, state, accuracy: right / labels.length });
    runs.push({ model, folder, predictions });
  }
  return runs;

  async function predict(arm: ArmPlan, purpose: string): Promise<StudyPredictions> {
    const { classifier, seconds } = await models.take(arm.model);
    const before = new Map(builtOn(arm.model).map((plan) => [models.folderOf(plan), plan]));
    let trainingSeconds = seconds;
    for (const plan of before.values()) trainingSeconds += (await models.take(plan)).seconds;
    const test = data.testOf(arm.model.preprocessing);
    const given = { purpose, seed, images: [...data.testNames], trainingSeconds };
    return predictTest(classifier, test, arm, judging, given, options.signal);
  }
}

function describe({ model, folder, predictions: { record } }: ArmRun) {
  const { seed, routing, seconds, labels } = record;
  return {
    seed,
    model,
    predictions: folder,
    routing,
    trainingSeconds: seconds.training,
    predictionSecondsPerImage: seconds.prediction / labels.length,
  };
}
