/** `cladenet tune`: new versions of a few nodes of a tree, kept where the whole tree gains by them. */

import { z } from 'zod';
import { loadClassifier } from '../../classifier/store/load.js';
import { requireReplaceable } from '../../classifier/store/store.js';
import { CladenetError, type Problem } from '../../errors.js';
import { writeFileAtomic } from '../../files.js';
import { json, modelFolder, outModel, seed } from '../../options/common.js';
import { grouped, option } from '../../options/option.js';
import { trainingOf } from '../../options/training-config.js';
import { partTraining, running, splitAs, trainedOn } from '../../options/training-run.js';
import { log, print } from '../../progress.js';
import { outcomeLines, tuneTable, tuningJson, weakestLines } from '../../report/tables/tune-table.js';
import { fineTuneInto } from '../../tuning/fine-tune-into.js';
import type { NodesToTune, Tuned, TuneOptions } from '../../tuning/options.js';
import { requireTunable } from '../../tuning/problems.js';
import type { Weakest } from '../../tuning/weakest.js';
import { counted } from '../../units.js';
import { oneOf, positive, toggle, whole } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { interruptible } from '../interrupt.js';
import { requireOtherFolder, requireWritable } from '../output.js';
import { command } from '../toolkit/command.js';
import { computing, knownSubsets, nodesHint, openTrainingData, trainNodesInto } from '../training.js';
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
  const tree = requireTunable(await loadClassifier(model, { device: deviceOf(command) }));
  const { description, taxonomy } = tree;
  let weakest: Weakest | undefined;
  const onWeakest = (found: Weakest) => {
    weakest = found;
    for (const line of weakestLines(found)) log(line);
  };
  await interruptible(nodesHint(out), async (signal) => {
    const choice = { ...command, seed: description.split.seed };
    const { preprocessing, split: usual } = description;
    const known = knownSubsets(command, tree);
    const data = await openTrainingData(choice, { preprocessing, usual, known, taxonomy, signal });
    const { as, start, views, rate, measure } = command;
    const options: TuneOptions = {
      as,
      start,
      views,
      rate,
      training: trainingOf({ ...command, seed: command.seed ?? description.training.seed }),
      search: command.search ? { budget: 60 * (command.budget ?? MINUTES) } : undefined,
      measure: measure === 'log-loss' ? 'logLoss' : measure,
      ...computing(command),
    };
    const summary = ({ attempts }: Tuned) => {
      const accepted = attempts.filter((attempt) => attempt.accepted).length;
      return `${counted(attempts.length, 'node')} tried, ${accepted} accepted`;
    };
    const frame = { title: 'tuning nodes', signal, summary, origin: model };
    const tuned = await trainNodesInto(command, frame, ({ hooks, ...run }) =>
      fineTuneInto(out, tree, data, nodes, { ...options, ...run, origin: model, hooks: { ...hooks, onWeakest } }),
    );
    if (json !== undefined) await writeFileAtomic(json, `${JSON.stringify(tuningJson(tuned, weakest), null, 2)}\n`);
    print(tuneTable(tuned.attempts));
    print(`\n${outcomeLines(tuned).join('\n')}`);
  });
}

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
