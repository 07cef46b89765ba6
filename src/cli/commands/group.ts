/** `cladenet group`: which classes a classifier confuses with each other, and a taxonomy made of them. */

import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { z } from 'zod';
import { append } from '../../arrays.js';
import { FlatClassifier } from '../../classifier/flat.js';
import type { SpecialistsScores } from '../../classifier/specialists/score-specialists.js';
import { scoreThresholds } from '../../classifier/specialists/score-thresholds.js';
import type { Problem } from '../../errors.js';
import { currentFolder, writeJson } from '../../files.js';
import { analyseConfusion } from '../../grouping/analyse-confusion.js';
import { readConfusion } from '../../grouping/confusion-csv.js';
import { groupTaxonomy } from '../../grouping/group-taxonomy.js';
import type { Sweep } from '../../grouping/sweep.js';
import { config, json, seed } from '../../options/common.js';
import { groupingOptionProblems, groupingOptions } from '../../options/grouping.js';
import { classifierOptionNames, classifierProblems, mistakeOptions } from '../../options/mistakes.js';
import { grouped, option } from '../../options/option.js';
import { refuseOptions, unusedOptions } from '../../options/unused.js';
import { log, print } from '../../progress.js';
import { groupingJson } from '../../report/tables/grouping-json.js';
import { groupingText } from '../../report/tables/grouping-text.js';
import { writeTaxonomy } from '../../taxonomy/write.js';
import { duration } from '../../units.js';
import { text, toggle } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { interruptible } from '../interrupt.js';
import { type OpenedConfusion, openConfusion } from '../open-confusion.js';
import { clearFolds, foldHint, foldOutputs } from '../out-of-fold.js';
import { command } from '../toolkit/command.js';
import { nodeProgress } from '../training.js';

const options = z.strictObject({
  ...groupingOptions,
  ...grouped('Output', {
    sweep: option(toggle().default(false), { description: 'print what the groups are worth at many thresholds' }),
    specialists: option(toggle().default(false), {
      description:
        'with --sweep and a flat classifier: train specialists (heads on its CNN block) on the groups of each threshold; ' +
        'the validation images that choose and drop them score them too',
    }),
    compare: option(toggle().default(false), { description: 'print how far the methods agree' }),
    out: option(text('a file').optional(), {
      description: 'write the groups as a taxonomy: .csv or .json',
      value: 'file',
      writes: 'file',
    }),
    json: option(json, { description: 'write classes, groups, merges and all numbers to this file' }),
    figures: option(text('a folder').optional(), {
      description: 'draw confusion.png, dendrogram.png and sweep.png into this folder',
      value: 'dir',
      writes: 'folder',
    }),
  }),
  ...mistakeOptions,
  seed,
  config,
});

type GroupOptions = z.output<typeof options>;

export const group = command({
  arguments: z.object({
    source: option(text('a file or a folder'), {
      description:
        'confusion matrix as a CSV file, or the folder of a classifier, whose mistakes are counted on its validation images',
      reads: 'file',
    }),
  }),
  options,
  outputs(_, options) {
    const [where, path] = targetOf(options);
    return path === '' ? [] : foldOutputs(where, options, path);
  },
  run: ({ source }, options) => groupFrom(source, options),
});

async function groupFrom(source: string, command: GroupOptions): Promise<void> {
  const { out, json, figures } = command;
  const isModel = (await stat(await currentFolder(source)).catch(() => undefined))?.isDirectory() ?? false;
  refuseOptions(problemsOf(isModel, command));
  const [, path] = targetOf(command);
  const opened = isModel ? await openSource(source, command) : { confusion: await readConfusion(source) };
  const { confusion } = opened;
  const made = analyseConfusion(confusion, { ...command, sweep: command.sweep || figures !== undefined });
  const specialists = 'classifier' in opened ? await specialistsOn(made.sweep, opened, command) : undefined;
  const result = { ...made, specialists };
  print(
    groupingText(confusion, result, {
      method: command.method,
      symmetrize: command.symmetrize,
      showSweep: command.sweep,
      outOfFold: command.outOfFold !== undefined,
      width: process.stdout.columns,
    }),
  );
  await writeJson(json, groupingJson(confusion, command, result));
  if (out !== undefined) {
    await writeTaxonomy(groupTaxonomy(result.grouping, { form: command.nested ? 'nested' : 'flat' }), out);
    log(`taxonomy written to ${out}`);
  }
  if (figures !== undefined) {
    const { writeGroupingFigures } = await import('../../report/figures/grouping-figures.js');
    const { symmetrize } = command;
    const files = await writeGroupingFigures(figures, confusion, result.grouping, { symmetrize, ...made });
    log(`drawn in ${figures}: ${files.join(', ')}`);
  }
  await clearFolds(command, path);
}

/** The option whose file unfinished folds are kept beside, and that file; empty where nothing is written. */
function targetOf({
  out,
  json,
  figures,
}: Pick<GroupOptions, 'out' | 'json' | 'figures'>): [option: string, path: string] {
  if (out !== undefined) return ['out', out];
  return json !== undefined ? ['json', json] : ['figures', figures ?? ''];
}

function openSource(model: string, { images = '', ...command }: GroupOptions): Promise<OpenedConfusion> {
  const [, path] = targetOf(command);
  return interruptible(foldHint(command, path), (signal) => openConfusion(model, { ...command, images }, path, signal));
}

async function specialistsOn(
  sweep: Sweep | undefined,
  { confusion, classifier, images, taxonomy }: OpenedConfusion,
  command: GroupOptions,
): Promise<SpecialistsScores | undefined> {
  if (sweep === undefined || !command.specialists || !(classifier instanceof FlatClassifier)) return undefined;
  const { symmetrize, alpha, seed } = command;
  const options = { from: classifier, taxonomy, symmetrize, alpha, training: { seed }, device: deviceOf(command) };
  const [, path] = targetOf(command);
  const progress = nodeProgress('training specialists');
  const started = performance.now();
  return interruptible(foldHint(command, path), async (signal) => {
    const hooks = { signal, ...progress.hooks };
    const scores = await scoreThresholds(sweep, confusion, images, { ...options, hooks });
    const took = duration((performance.now() - started) / 1000);
    progress.stop(`specialists of ${sweep.points.length} thresholds trained in ${took}`);
    return scores;
  }).finally(() => progress.stop());
}

function problemsOf(isModel: boolean, command: GroupOptions): Problem[] {
  const { out, sweep, outOfFold } = command;
  const problems = isModel ? classifierProblems(command) : matrixProblems(command);
  if (isModel && !sweep) append(problems, unusedOptions(command, ['specialists'], 'none, only with `sweep`'));
  if (isModel && outOfFold !== undefined && targetOf(command)[1] === '') {
    const expected = '`out`, `json` or `figures` as well: finished folds are kept beside that file until all are done';
    problems.push({ where: 'outOfFold', expected, received: 'none of them' });
  }
  append(problems, groupingOptionProblems(command, command));
  if (out !== undefined && !['.csv', '.json'].includes(extname(out).toLowerCase())) {
    problems.push({ where: 'out', expected: 'a name that ends in .csv or .json', received: out });
  }
  return problems;
}

function matrixProblems(command: GroupOptions): Problem[] {
  const ofModel = [...classifierOptionNames, 'soft', 'specialists'] as const;
  return unusedOptions(command, ofModel, 'none beside a confusion matrix, only with a classifier');
}
