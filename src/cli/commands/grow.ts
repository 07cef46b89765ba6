/** `cladenet grow`: a tree with classes added, nodes moved or merged, of which only the nodes that decide otherwise are trained. */

import { rm } from 'node:fs/promises';
import { z } from 'zod';
import type { TrainingData } from '../../classifier/data/training-data.js';
import { loadClassifier } from '../../classifier/store/load.js';
import { identify, requireReplaceable } from '../../classifier/store/store.js';
import type { TreeClassifier } from '../../classifier/tree.js';
import { CladenetError, type Problem } from '../../errors.js';
import { writeFileAtomic } from '../../files.js';
import { growTree } from '../../growing/grow.js';
import type { Grown } from '../../growing/options.js';
import { requireTree } from '../../growing/problems.js';
import { grouped, option } from '../../options/option.js';
import { singleChild, taxonomyFile } from '../../options/taxonomy.js';
import { lazyProgress, print, say } from '../../progress.js';
import { decisionLines } from '../../report/tables/decision-text.js';
import { growthLines, knownLine } from '../../report/tables/growth-text.js';
import { editTaxonomy, type TaxonomyEdit } from '../../taxonomy/edit.js';
import { orThrow } from '../../taxonomy/findings.js';
import { matchClasses } from '../../taxonomy/match-classes.js';
import { readTaxonomy } from '../../taxonomy/read.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { counted, duration } from '../../units.js';
import { json, modelFolder, outModel, seed } from '../common-options.js';
import { deviceOf } from '../device.js';
import { partialFolder } from '../flat-training.js';
import { interruptible } from '../interrupt.js';
import { nodeProgress } from '../node-progress.js';
import { requireOtherFolder, requireWritable } from '../output.js';
import { partCheckpoints } from '../part-checkpoints.js';
import { command } from '../toolkit/command.js';
import { headTrainingOf, openTrainingData, purposeOf, testLine } from '../training.js';
import { partTraining, running, splitAs, trainedOn } from '../training-options.js';

const changes = z.array(z.string('changes of the tree'), 'changes of the tree').min(1).optional();

const options = z.strictObject({
  ...trainedOn,
  ...splitAs("the tree's, for new images"),
  out: outModel,
  ...grouped('Changes', {
    add: option(changes, {
      description: 'a new class below a node; its images are among --images',
      value: 'class=parent',
      repeatable: true,
    }),
    move: option(changes, {
      description: 'move a node, with all below it, below another one',
      value: 'node=parent',
      repeatable: true,
    }),
    merge: option(changes, {
      description: 'merge inner nodes into one of this name',
      value: 'name=node,node',
      repeatable: true,
    }),
    taxonomy: option(taxonomyFile.optional(), {
      description: 'in place of these: the new taxonomy, with all classes of the tree',
      value: 'file',
    }),
    singleChild,
  }),
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
  requireOtherFolder(model, out);
  await requireReplaceable(out);
  await requireWritable('--json', json);
  const device = deviceOf(command);
  const tree = requireTree(await loadClassifier(model, { device }));
  const taxonomy = await newTaxonomy(tree, command, edits);
  const { preprocessing, split, training } = tree.description;
  const progress = lazyProgress('training nodes');
  const hint = `no tree is saved; the same command goes on with what is in ${partialFolder(out)}`;
  await interruptible(hint, async (signal) => {
    try {
      const onClasses = (classes: readonly string[]) => {
        orThrow('The new taxonomy does not fit the classes of the images', matchClasses(taxonomy, classes));
      };
      const choice = { ...command, seed: split.seed };
      const data = await openTrainingData(choice, {
        preprocessing,
        usual: split,
        known: tree.seen,
        taxonomy,
        onClasses,
        signal,
      });
      const grown = await growTree(tree, data, {
        taxonomy,
        views: command.augment ? command.views : 0,
        training: headTrainingOf({ ...command, seed: command.seed ?? training.seed }),
        origin: model,
        deviceMemory: command.deviceMemory * 2 ** 20,
        device,
        hooks: {
          signal,
          ...nodeProgress(progress),
          checkpoint: await partCheckpoints(command, await purposes(model, taxonomy, command, data)),
          onPlan(plan) {
            for (const line of growthLines(plan)) say(line);
          },
        },
      });
      const { description } = grown.tree;
      const took = duration(description.seconds - tree.description.seconds);
      progress.stop(`${counted(grown.plan.changed.length, 'node')} trained in ${took}`);
      await grown.tree.save(out, { origin: model });
      await rm(partialFolder(out), { recursive: true, force: true });
      say(`saved to ${out}, sharing what is unchanged with ${model}`);
      if (json !== undefined) await writeFileAtomic(json, `${JSON.stringify(jsonOf(grown), null, 2)}\n`);
      for (const line of decisionLines(description.decision)) say(line);
      print(testLine('tree', description.test));
      if (grown.known !== undefined) print(knownLine(grown.known, grown.plan));
    } finally {
      progress.stop();
    }
  });
}

/** Nodes are merged first and moved then, so that what comes after can name what is there by then. */
function editsOf({ merge = [], move = [], add = [], taxonomy }: GrowCommand): TaxonomyEdit[] {
  const problems: Problem[] = [];
  const edits: TaxonomyEdit[] = [];
  const read = (option: string, form: string, typed: string, edit: (left: string, right: string) => TaxonomyEdit) => {
    const at = typed.indexOf('=');
    if (at > 0 && at < typed.length - 1) edits.push(edit(typed.slice(0, at).trim(), typed.slice(at + 1).trim()));
    else problems.push({ where: option, expected: form, received: typed });
  };
  for (const typed of merge) {
    read('--merge', 'NAME=NODE,NODE', typed, (name, nodes) => {
      return { kind: 'merge', name, nodes: nodes.split(',').map((node) => node.trim()) };
    });
  }
  for (const typed of move)
    read('--move', 'NODE=NEW PARENT', typed, (node, parent) => ({ kind: 'move', node, parent }));
  for (const typed of add) read('--add', 'CLASS=PARENT', typed, (label, parent) => ({ kind: 'add', label, parent }));
  const given = merge.length + move.length + add.length;
  if (given > 0 === (taxonomy !== undefined)) {
    problems.push({
      where: '--add, --move, --merge, --taxonomy',
      expected: 'changes of the tree, or the taxonomy to be',
      received: given > 0 ? 'both' : 'neither',
    });
  }
  if (problems.length > 0) throw new CladenetError('USAGE', 'These options cannot be used', problems);
  return edits;
}

async function newTaxonomy(
  tree: TreeClassifier,
  { taxonomy: file, singleChild }: GrowCommand,
  edits: readonly TaxonomyEdit[],
): Promise<Taxonomy> {
  return file === undefined ? editTaxonomy(tree.taxonomy, edits) : readTaxonomy(file, { singleChild });
}

/** What the training of a node depends on. */
async function purposes(
  model: string,
  taxonomy: Taxonomy,
  { out: _, json: __, fresh: ___, deviceMemory: ____, ...settings }: GrowCommand,
  data: TrainingData,
): Promise<(part: string) => unknown> {
  const { sha256 } = await identify(model);
  const lineages = taxonomy.classes.map((name) => taxonomy.leafOf(name));
  return (part) => purposeOf('grow', data, { part, sha256, lineages, settings });
}

function jsonOf({ tree, plan, known }: Grown) {
  const { grownFrom, decision, test } = tree.description;
  const trained = plan.changed.map(({ path, gained, lost, before }) => ({
    path,
    isNew: before === undefined,
    gained,
    lost,
  }));
  return { grownFrom, trained, decision, test, known: known ?? null };
}
