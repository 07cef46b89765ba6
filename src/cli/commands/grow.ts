/** `cladenet grow`: a tree with classes added, nodes moved or merged, of which only the nodes that decide otherwise are trained. */
import { z } from 'zod';
import { loadClassifier } from '../../classifier/store/load.js';
import { writeJson } from '../../files.js';
import { growTreeInto } from '../../growing/grow-into.js';
import type { GrowthPlan } from '../../growing/growth-plan.js';
import type { Grown } from '../../growing/options.js';
import { requireTree } from '../../growing/problems.js';
import { json, modelFolder, outModel, seed } from '../../options/common.js';
import { changeOptions, editsOf } from '../../options/growing.js';
import { option } from '../../options/option.js';
import { headTrainingOf } from '../../options/training-config.js';
import { partTraining, running, splitAs, trainedOn } from '../../options/training-run.js';
import { log, print } from '../../progress.js';
import { decisionLines } from '../../report/tables/decision-text.js';
import { growthJson, growthLines, knownLine } from '../../report/tables/growth-text.js';
import { testLine } from '../../report/tables/training-text.js';
import { editTaxonomy } from '../../taxonomy/edit.js';
import { orThrow } from '../../taxonomy/findings.js';
import { matchClasses } from '../../taxonomy/match-classes.js';
import { counted, duration } from '../../units.js';
import { deviceOf } from '../device.js';
import { interruptible } from '../interrupt.js';
import { readIfGiven } from '../taxonomy.js';
import { command } from '../toolkit/command.js';
import { computing, nodesHint, openTrainingData, trainNodesInto } from '../training.js';

const options = z.strictObject({
  ...trainedOn,
  ...splitAs("the tree's, for new images"),
  out: outModel,
  ...changeOptions,
  ...partTraining({
    epochs: "the tree's",
    batch: "the tree's",
    rate: "the tree's",
    labelSmoothing: "the tree's",
    classWeights: "the tree's",
  }),
  ...running,
  seed: option(seed.unwrap().optional(), { description: 'seed of the trainings', value: 'n', default: "the tree's" }),
  json,
});

type GrowCommand = z.output<typeof options>;

export const grow = command({
  arguments: z.object({ tree: option(modelFolder, { description: 'folder of the tree' }) }),
  options,
  run: ({ tree }, command) => run(tree, command),
});

async function run(model: string, command: GrowCommand): Promise<void> {
  const { out, json } = command;
  const edits = editsOf(command);
  const tree = requireTree(await loadClassifier(model, { device: deviceOf(command) }));
  const taxonomy = (await readIfGiven(command)) ?? editTaxonomy(tree.taxonomy, edits);
  const { preprocessing, split, training } = tree.description;
  await interruptible(nodesHint(out), async (signal) => {
    const onClasses = (classes: readonly string[]) => {
      orThrow('The new taxonomy does not fit the classes of the images', matchClasses(taxonomy, classes));
    };
    const choice = { ...command, seed: split.seed };
    const from = { preprocessing, usual: split, known: tree.seen };
    const data = await openTrainingData(choice, { ...from, taxonomy, onClasses, signal });
    const views = command.augment ? command.views : 0;
    const heads = headTrainingOf({ ...command, seed: command.seed ?? training.seed });
    const onPlan = (plan: GrowthPlan) => {
      for (const line of growthLines(plan)) log(line);
    };
    const summary = ({ plan, tree: { description } }: Grown) => {
      const took = duration(description.seconds - tree.description.seconds);
      return `${counted(plan.changed.length, 'node')} trained in ${took}`;
    };
    const frame = { title: 'training nodes', signal, summary, origin: model };
    const grown = await trainNodesInto(command, frame, ({ hooks, ...run }) => {
      const options = { taxonomy, views, training: heads, origin: model, ...computing(command), ...run };
      return growTreeInto(out, tree, data, { ...options, hooks: { ...hooks, onPlan } });
    });
    const { decision, test } = grown.tree.description;
    await writeJson(json, growthJson(grown));
    for (const line of decisionLines(decision)) log(line);
    print(testLine('tree', test));
    if (grown.known !== undefined) print(knownLine(grown.known, grown.plan));
  });
}
