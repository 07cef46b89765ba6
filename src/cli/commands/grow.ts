/** `cladenet grow`: a tree with classes added, nodes moved or merged, of which only the nodes that decide otherwise are trained. */

import { z } from 'zod';
import { loadClassifier } from '../../classifier/store/load.js';
import { identify, requireReplaceable } from '../../classifier/store/store.js';
import type { TreeClassifier } from '../../classifier/tree.js';
import { CladenetError, type Problem } from '../../errors.js';
import { writeFileAtomic } from '../../files.js';
import { growTree } from '../../growing/grow.js';
import type { Grown } from '../../growing/options.js';
import { requireTree } from '../../growing/problems.js';
import { json, modelFolder, outModel, seed } from '../../options/common.js';
import { grouped, option } from '../../options/option.js';
import { singleChild, taxonomyFile } from '../../options/taxonomy.js';
import { partTraining, running, splitAs, trainedOn } from '../../options/training-run.js';
import { log, print } from '../../progress.js';
import { decisionLines } from '../../report/tables/decision-text.js';
import { growthLines, knownLine } from '../../report/tables/growth-text.js';
import { editTaxonomy, type TaxonomyEdit } from '../../taxonomy/edit.js';
import { orThrow } from '../../taxonomy/findings.js';
import { matchClasses } from '../../taxonomy/match-classes.js';
import { readTaxonomy } from '../../taxonomy/read.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { counted, duration } from '../../units.js';
import { deviceOf } from '../device.js';
import { requireOtherFolder, requireWritable } from '../output.js';
import { trainParts } from '../parts-training.js';
import { command } from '../toolkit/command.js';
import { headTrainingOf, lineagesOf, openTrainingData, settingsOf, testLine } from '../training.js';

const changes = z.array(z.string('changes to the tree'), 'changes to the tree').min(1).optional();

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
  await trainParts(
    command,
    'training nodes',
    async (signal) => {
      const onClasses = (classes: readonly string[]) => {
        orThrow('The new taxonomy does not fit the classes of the images', matchClasses(taxonomy, classes));
      };
      const choice = { ...command, seed: split.seed };
      const from = { preprocessing, usual: split, known: tree.seen };
      const data = await openTrainingData(choice, { ...from, taxonomy, onClasses, signal });
      const { sha256 } = await identify(model);
      return {
        data,
        purpose: { kind: 'grow', tree: sha256, lineages: lineagesOf(taxonomy), settings: settingsOf(command) },
        train: (hooks) =>
          growTree(tree, data, {
            taxonomy,
            views: command.augment ? command.views : 0,
            training: headTrainingOf({ ...command, seed: command.seed ?? training.seed }),
            origin: model,
            deviceMemory: command.deviceMemory * 2 ** 20,
            device,
            hooks: {
              ...hooks,
              onPlan(plan) {
                for (const line of growthLines(plan)) log(line);
              },
            },
          }),
        treeOf: (grown) => grown.tree,
        origin: model,
        summary: ({ plan, tree: { description } }) => {
          const took = duration(description.seconds - tree.description.seconds);
          return `${counted(plan.changed.length, 'node')} trained in ${took}`;
        },
      };
    },
    async (grown) => {
      const { description } = grown.tree;
      if (json !== undefined) await writeFileAtomic(json, `${JSON.stringify(jsonOf(grown), null, 2)}\n`);
      for (const line of decisionLines(description.decision)) log(line);
      print(testLine('tree', description.test));
      if (grown.known !== undefined) print(knownLine(grown.known, grown.plan));
    },
  );
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
      expected: 'changes to the tree, or the new taxonomy',
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
