/** `cladenet tune`: new versions of a few nodes of a tree, kept where the whole tree gains by them. */

import { z } from 'zod';
import { loadClassifier } from '../../classifier/store/load.js';
import { identify, requireReplaceable } from '../../classifier/store/store.js';
import { CladenetError, type Problem } from '../../errors.js';
import { writeFileAtomic } from '../../files.js';
import { json, modelFolder, outModel, seed } from '../../options/common.js';
import { grouped, option } from '../../options/option.js';
import { partTraining, running, splitAs, trainedOn } from '../../options/training-run.js';
import { log, print } from '../../progress.js';
import { changeLines, tuneTable } from '../../report/tables/tune-table.js';
import { printPath } from '../../taxonomy/names.js';
import { fineTune } from '../../tuning/fine-tune.js';
import type { NodesToTune, Tuned } from '../../tuning/options.js';
import { requireTunable } from '../../tuning/problems.js';
import type { Weakest } from '../../tuning/weakest.js';
import { counted } from '../../units.js';
import { oneOf, positive, toggle, whole } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { requireOtherFolder, requireWritable } from '../output.js';
import { trainParts } from '../parts-training.js';
import { command } from '../toolkit/command.js';
import { keptParts, openTrainingData, trainingOf } from '../training.js';
import { unusedOptions } from '../unused-options.js';

/** Of training that a search may take. */
const MINUTES = 30;

const options = z.strictObject({
  ...trainedOn,
  ...splitAs("the tree's"),
  out: outModel,
  ...grouped('Tuning', {
    node: option(z.array(z.string()).min(1).optional(), {
      description: 'a node to tune, by its path or its name; nodes are tried in the order given',
      value: 'path',
      repeatable: true,
    }),
    weakest: option(whole(1).optional(), {
      description:
        'in place of --node: tune this many nodes, those that could win back most mistakes on the validation images',
      value: 'n',
    }),
    as: option(oneOf('head', 'network').optional(), {
      description: 'what is trained',
      value: 'kind',
      choices: { head: 'the MLP block', network: 'a CNN block of its own as well' },
      default: 'what the node has',
    }),
    start: option(oneOf('current', 'new').optional(), {
      description: 'weights that the MLP block starts from',
      value: 'kind',
      default: 'current, if the node has some',
    }),
    measure: option(oneOf('accuracy', 'log-loss', 'ahd').default('log-loss'), {
      description: 'what the whole tree has to gain in on the validation images',
      value: 'kind',
    }),
    search: option(toggle().default(false), {
      description:
        'try several versions of each node: all of --as, --start, --rate and --class-weights that is not given',
    }),
    budget: option(positive().optional(), {
      description: 'training time that --search may take for all nodes',
      unit: 'minutes',
      default: String(MINUTES),
    }),
  }),
  ...partTraining({
    epochs: "the tree's; half as many for a network",
    batch: "the tree's",
    rate: "a quarter of the tree's",
    labelSmoothing: "the tree's",
    classWeights: "the tree's",
  }),
  ...running,
  seed: option(seed.unwrap().optional(), { description: 'seed of the trainings', value: 'n', default: "the tree's" }),
  json,
});

type TuneCommand = z.output<typeof options>;

export const tune = command({
  arguments: z.object({ tree: option(modelFolder, { description: 'folder of the tree' }) }),
  options,
  details: 'A new version of a node is kept if the whole tree gains by it; all else stays as it is, bit for bit.',
  run: ({ tree }, command) => run(tree, command),
});

async function run(model: string, command: TuneCommand): Promise<void> {
  const { out, json } = command;
  const nodes = nodesOf(command);
  requireOtherFolder(model, out);
  await requireReplaceable(out);
  await requireWritable('--json', json);
  const device = deviceOf(command);
  const classifier = requireTunable(await loadClassifier(model, { device }));
  const { description, taxonomy } = classifier;
  let weakest: Weakest | undefined;
  await trainParts(
    command,
    'tuning nodes',
    async (signal) => {
      const choice = { ...command, seed: description.split.seed };
      const { preprocessing, split: usual } = description;
      const known = keptParts(command, classifier);
      const data = await openTrainingData(choice, { preprocessing, usual, known, taxonomy, signal });
      const { as, start, views, rate } = command;
      return {
        data,
        purpose: { kind: 'tune', tree: (await identify(model)).sha256 },
        train: (hooks) =>
          fineTune(classifier, data, nodes, {
            as,
            start,
            views,
            rate,
            training: trainingOf({ ...command, seed: command.seed ?? description.training.seed }),
            search: command.search ? { budget: 60 * (command.budget ?? MINUTES) } : undefined,
            measure: command.measure === 'log-loss' ? 'logLoss' : command.measure,
            origin: model,
            deviceMemory: command.deviceMemory * 2 ** 20,
            device,
            hooks: {
              ...hooks,
              onWeakest(found) {
                weakest = found;
                for (const line of weakestLines(found)) log(line);
              },
            },
          }),
        treeOf: ({ tree }) => tree,
        origin: model,
        summary: (tuned) => `${counted(tuned.attempts.length, 'node')} tried, ${acceptedOf(tuned)} accepted`,
      };
    },
    async (tuned) => {
      if (json !== undefined) await writeFileAtomic(json, `${JSON.stringify(jsonOf(tuned, weakest), null, 2)}\n`);
      print(tuneTable(tuned.attempts));
      print(`\n${testLines(tuned, acceptedOf(tuned)).join('\n')}`);
    },
  );
}

const acceptedOf = ({ attempts }: Tuned) => attempts.filter(({ accepted }) => accepted).length;

function nodesOf(command: TuneCommand): NodesToTune {
  const { node, weakest, search } = command;
  const problems: Problem[] = search ? [] : unusedOptions(command, ['budget'], 'none, only with --search');
  const nodes = node ?? (weakest === undefined ? undefined : { weakest });
  if (nodes === undefined || (node !== undefined && weakest !== undefined)) {
    problems.push({
      where: '--node, --weakest',
      expected: 'the nodes to tune, or how many of the weakest nodes',
      received: node === undefined ? 'neither' : 'both',
      remedy: '`cladenet weak` ranks the nodes.',
    });
  }
  if (nodes === undefined || problems.length > 0) {
    throw new CladenetError('USAGE', 'These options cannot be used', problems);
  }
  return nodes;
}

function weakestLines({ chosen, skipped }: Weakest): string[] {
  return [
    ...skipped.map(({ path, arrived, needed }) => {
      const images = counted(arrived, 'validation image');
      return `skipped ${printPath(path)}: ${images} arrive, but judging it takes ${needed}`;
    }),
    ...chosen.map(({ path, recoverable }) => {
      return `to tune: ${printPath(path)}, which could win back ${counted(recoverable, 'mistake')}`;
    }),
  ];
}

function testLines({ test }: Tuned, accepted: number): string[] {
  if (accepted === 0) return ['no version was accepted: the tree decides as before'];
  return test === undefined ? ['tree: the split has no test images'] : changeLines(test);
}

function jsonOf({ tree, attempts, test }: Tuned, weakest: Weakest | undefined) {
  const { tunedFrom, decision } = tree.description;
  return {
    tunedFrom,
    weakest: weakest?.chosen.map(({ path, recoverable }) => ({ path, recoverable })) ?? null,
    skipped: weakest?.skipped.map(({ path, arrived, needed }) => ({ path, arrived, needed })) ?? null,
    attempts,
    decision,
    test: test ?? null,
  };
}
