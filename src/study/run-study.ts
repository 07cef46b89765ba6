/**
 * Runs a study: for every seed the images are split, the models of all arms are trained (each only once, even if several arms
 * share it) and predict the test set; then all arms are judged over images and seeds. Finished work is kept in the study's
 * folder, so that the same call resumes an interrupted study.
 */
import { join } from 'node:path';
import { judgeStudy } from '../evaluation/study.js';
import type { Study } from '../evaluation/study-types.js';
import { writeFileAtomic } from '../files.js';
import { withOutputs } from '../outputs/with-outputs.js';
import { studyFigure } from '../report/figures/study-figure.js';
import { writeFigure } from '../report/figures/write-figure.js';
import { VERSION } from '../version.js';
import type { StudyConfig, StudyConfigInput } from './config.js';
import type { SettingDifference } from './differences.js';
import type { RunStudyOptions } from './hooks.js';
import { joinFolds } from './join-folds.js';
import { parseStudy } from './parse.js';
import { type ArmRun, inputsOf, outputOf, prepareStudy, runSeed } from './run-arms.js';

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
  /** One run for each seed, or for each of its folds. */
  readonly runs: readonly {
    readonly seed: number;
    /** The number of the fold that it tests, from 1; without folds there is none. */
    readonly fold?: number | undefined;
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
 * With `folds`, the predictions of the folds of a seed are joined before they are judged, and measures are those of all images.
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
  return withOutputs([outputOf(options)], inputsOf(study), () => runParsed(study, options));
}

async function runParsed(study: StudyConfig, options: RunStudyOptions): Promise<StudyResult> {
  const { arms, differences, bySeed, known } = await prepareStudy(study, options);
  const seeds: ArmRun[][] = [];
  for (const data of bySeed) seeds.push(await runSeed(arms, data, known, options));
  const runsOf = (arm: number) => seeds.flatMap((runs) => runs[arm] ?? []);
  const judged = judgeStudy(
    arms.map(({ name }, i) => ({ name, runs: joinFolds(runsOf(i)) })),
    { taxonomy: known.taxonomies.judging, level: study.level },
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

function describe({ fold, model, folder, predictions: { record } }: ArmRun) {
  const { seed, routing, seconds, labels } = record;
  return {
    seed,
    ...(fold !== undefined && { fold }),
    model,
    predictions: folder,
    routing,
    trainingSeconds: seconds.training,
    predictionSecondsPerImage: seconds.prediction / labels.length,
  };
}
