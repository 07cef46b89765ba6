/** `cladenet tune`: new versions of a few nodes of a tree, kept where the whole tree gains by them. */
import { z } from 'zod';
import { loadClassifier } from '../../classifier/store/load.js';
import { writeJson } from '../../files.js';
import { json, modelFolder, outModel, seed } from '../../options/common.js';
import { option } from '../../options/option.js';
import { partTraining, running, splitAs, trainedOn } from '../../options/training-run.js';
import { nodesToTune, tuneOptionsOf, tuningOptions } from '../../options/tuning.js';
import { log, print } from '../../progress.js';
import { outcomeLines, tuneTable, tuningJson, weakestLines } from '../../report/tables/tune-table.js';
import { fineTuneInto } from '../../tuning/fine-tune-into.js';
import type { Tuned } from '../../tuning/options.js';
import { requireTunable } from '../../tuning/problems.js';
import type { Weakest } from '../../tuning/weakest.js';
import { counted } from '../../units.js';
import { deviceOf } from '../device.js';
import { interruptible } from '../interrupt.js';
import { command } from '../toolkit/command.js';
import { computing, knownSubsets, nodesHint, openTrainingData, trainNodesInto } from '../training.js';

const options = z.strictObject({
  ...trainedOn,
  ...splitAs("the tree's"),
  out: outModel,
  ...tuningOptions,
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
  const nodes = nodesToTune(command);
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
    const options = { ...tuneOptionsOf(command, description.training.seed), ...computing(command) };
    const summary = ({ attempts }: Tuned) => {
      const accepted = attempts.filter((attempt) => attempt.accepted).length;
      return `${counted(attempts.length, 'node')} tried, ${accepted} accepted`;
    };
    const frame = { title: 'tuning nodes', signal, summary, origin: model };
    const tuned = await trainNodesInto(command, frame, ({ hooks, ...run }) =>
      fineTuneInto(out, tree, data, nodes, { ...options, ...run, origin: model, hooks: { ...hooks, onWeakest } }),
    );
    await writeJson(json, tuningJson(tuned, weakest));
    print(tuneTable(tuned.attempts));
    print(`\n${outcomeLines(tuned).join('\n')}`);
  });
}
