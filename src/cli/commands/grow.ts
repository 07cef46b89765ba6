/**
 * `cladenet grow`: a tree with classes added, nodes moved or merged, of which only the nodes that decide otherwise are trained, or none,
 * where new classes join by prototypes.
 */
import { z } from 'zod';
import type { TrainingData } from '../../classifier/data/training-data.js';
import { FlatClassifier } from '../../classifier/flat.js';
import { loadClassifier } from '../../classifier/store/load.js';
import { writeJson } from '../../files.js';
import { addFlatPrototypesInto, addPrototypesInto, growTreeInto } from '../../growing/grow-into.js';
import type { GrowthPlan } from '../../growing/growth-plan.js';
import type { Grown } from '../../growing/options.js';
import { requireTree } from '../../growing/problems.js';
import { json, modelFolder, outModel, seed } from '../../options/common.js';
import { changeOptions, editsOf, prototypeOptions } from '../../options/growing.js';
import { option } from '../../options/option.js';
import { headTrainingOf } from '../../options/training-config.js';
import { headDefault, partTraining, running, splitAs, trainedOn } from '../../options/training-run.js';
import { refuseOptions, unusedOptions } from '../../options/unused.js';
import { log, print } from '../../progress.js';
import { decisionLines } from '../../report/tables/decision-text.js';
import { growthJson, growthLines, knownLine, prototypeLines, prototypesJson } from '../../report/tables/growth-text.js';
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
import { workProgress } from '../work-progress.js';

const options = z.strictObject({
  ...trainedOn,
  ...splitAs("the tree's, for new images"),
  out: outModel,
  ...changeOptions,
  ...prototypeOptions,
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
  arguments: z.object({
    tree: option(modelFolder, { description: 'folder of the tree, or with --prototypes of a flat classifier' }),
  }),
  options,
  run: ({ tree }, command, { given }) => run(tree, command, given),
});

/** Of trainings. */
const OF_TRAINING = [...Object.keys(partTraining(headDefault)), 'checkpointMinutes', 'fresh', 'deviceMemory', 'seed'];

async function run(model: string, command: GrowCommand, given: ReadonlySet<string>): Promise<void> {
  const { out, json, prototypes, maxLoss } = command;
  const ofTraining = OF_TRAINING.filter((name) => given.has(name)) as (keyof GrowCommand & string)[];
  refuseOptions(
    prototypes
      ? unusedOptions(command, ofTraining, 'none with `prototypes`, which trains nothing')
      : unusedOptions(command, ['maxLoss'], 'none without `prototypes`'),
  );
  const changes = Object.keys(changeOptions).some((name) => name !== 'singleChild' && given.has(name));
  const edits = changes ? editsOf(command) : [];
  const classifier = await loadClassifier(model, { device: deviceOf(command) });
  if (prototypes && classifier instanceof FlatClassifier) return joinFlat(model, classifier, command, given);
  const tree = requireTree(classifier);
  // Without changes, classes that joined by prototypes are trained.
  if (!changes && (prototypes || tree.description.nodes.every((node) => node.prototypes === undefined)))
    editsOf(command);
  const taxonomy = (await readIfGiven(command)) ?? editTaxonomy(tree.taxonomy, edits);
  const { preprocessing, split, training } = tree.description;
  await interruptible(nodesHint(out), async (signal) => {
    const onClasses = (classes: readonly string[]) => {
      orThrow('The new taxonomy does not fit the classes of the images', matchClasses(taxonomy, classes));
    };
    const choice = { ...command, seed: split.seed };
    const from = { preprocessing, usual: split, known: tree.seen };
    const data = await openTrainingData(choice, { ...from, taxonomy, onClasses, signal });
    if (prototypes) return joinByPrototypes(data, signal);
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

  async function joinByPrototypes(data: TrainingData, signal: AbortSignal): Promise<void> {
    const { stop, onProgress } = workProgress();
    const hooks = { signal, onProgress };
    const options = { taxonomy, maxLoss, origin: model, ...computing(command), hooks };
    const grown = await addPrototypesInto(out, tree, data, options).finally(stop);
    await writeJson(json, prototypesJson(grown));
    for (const line of prototypeLines(grown)) log(line);
    log(`saved to ${out}, sharing what is unchanged with ${model}`);
    for (const line of decisionLines(grown.tree.description.decision)) log(line);
    print(testLine('tree', grown.tree.description.test));
    if (grown.known !== undefined) print(knownLine(grown.known, grown.plan));
  }
}

/** All classes of the images that a flat classifier does not know join it by prototypes. */
async function joinFlat(
  model: string,
  flat: FlatClassifier,
  command: GrowCommand,
  given: ReadonlySet<string>,
): Promise<void> {
  const { out, json, maxLoss } = command;
  const changes = (['add', 'move', 'merge', 'taxonomy'] as const).filter((name) => given.has(name));
  refuseOptions(
    unusedOptions(command, changes, 'none for a flat classifier, which takes all new classes of the images'),
  );
  const { preprocessing, split } = flat.description;
  await interruptible(nodesHint(out), async (signal) => {
    const choice = { ...command, seed: split.seed };
    const data = await openTrainingData(choice, { preprocessing, usual: split, known: flat.seen, signal });
    const { stop, onProgress } = workProgress();
    const options = { maxLoss, origin: model, ...computing(command), hooks: { signal, onProgress } };
    const grown = await addFlatPrototypesInto(out, flat, data, options).finally(stop);
    const { test } = grown.flat.description;
    await writeJson(json, { prototypes: grown.prototypes, test, known: grown.known ?? null });
    for (const line of prototypeLines(grown)) log(line);
    log(`saved to ${out}`);
    print(testLine('flat', test));
    if (grown.known !== undefined) print(knownLine(grown.known, { added: grown.prototypes.map(({ name }) => name) }));
  });
}
