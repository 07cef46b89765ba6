/** Some runs of a study, beside other processes that work on others. */
import { CladenetError } from '../errors.js';
import { inParts, withOutputs } from '../outputs/with-outputs.js';
import type { StudyConfig, StudyConfigInput } from './config.js';
import type { RunStudyOptions } from './hooks.js';
import { parseStudy } from './parse.js';
import { inputsOf, outputOf, prepareStudy, runSeed } from './run-arms.js';

/** An arm of a study with one of its seeds. */
export interface StudyRunChoice {
  /** The arm's place in the configuration, from 1. */
  readonly arm: number;
  readonly seed: number;
}

/**
 * Trains and predicts some runs of a study, and keeps them where `runStudy` finds them. Several processes may work on runs
 * of one study: a model that several runs need is trained by one of them, and the others wait for it.
 *
 * @param only the runs, in any order
 * @throws CladenetError USAGE for arms and seeds that the study does not have; as `runStudy`
 */
export async function runStudyParts(
  config: StudyConfigInput,
  options: RunStudyOptions,
  only: readonly StudyRunChoice[],
): Promise<void> {
  const study = parseStudy(config, { needsImages: options.open === undefined });
  requireRuns(study, only);
  await withOutputs(inParts([outputOf(options)]), inputsOf(study), async () => {
    const wanted = study.seeds.filter((seed) => only.some((run) => run.seed === seed));
    const { arms, bySeed, known } = await prepareStudy({ ...study, seeds: wanted }, options);
    for (const data of bySeed) {
      const which = new Set(only.filter(({ seed }) => seed === data.seed).map(({ arm }) => arm - 1));
      await runSeed(arms, data, known, options, which);
    }
  });
}

function requireRuns({ arms, seeds }: StudyConfig, only: readonly StudyRunChoice[]): void {
  const wrong = only.filter(({ arm, seed }) => arms[arm - 1] === undefined || !seeds.includes(seed));
  if (wrong.length === 0) return;
  const numbered = arms.map(({ name }, i) => `${i + 1} (${name})`).join(', ');
  const expected = `ARM:SEED, with an arm of ${numbered} and a seed of ${seeds.join(', ')}`;
  const received = wrong.map(({ arm, seed }) => `${arm}:${seed}`).join(', ');
  throw new CladenetError('USAGE', 'The study has no such runs', [{ where: 'only', expected, received }]);
}
