/** `cladenet train specialists`: a classifier for each group of classes, below a flat one that decides on the group. */

import { rm } from 'node:fs/promises';
import { z } from 'zod';
import type { TrainingData } from '../../classifier/data/training-data.js';
import type { FlatClassifier } from '../../classifier/flat.js';
import { fitGroups, requireClassesOf } from '../../classifier/specialists/specialist-groups.js';
import { trainSpecialists } from '../../classifier/specialists/train-specialists.js';
import { requireReplaceable } from '../../classifier/store/store.js';
import { CladenetError } from '../../errors.js';
import { encodeWeights } from '../../network/weights-file.js';
import { grouped, option } from '../../options/option.js';
import { singleChild, taxonomyFile } from '../../options/taxonomy.js';
import { lazyProgress, print, say } from '../../progress.js';
import { decisionLines } from '../../report/tables/decision-text.js';
import { specialistsLine, specialistsTable } from '../../report/tables/specialists-table.js';
import { readTaxonomy } from '../../taxonomy/read.js';
import type { TrainingConfigInput } from '../../training/config.js';
import { counted, duration } from '../../units.js';
import { oneOf, text } from '../../value-schemas.js';
import { outModel } from '../common-options.js';
import { deviceOf } from '../device.js';
import { partialFolder } from '../flat-training.js';
import { interruptible } from '../interrupt.js';
import { nodeProgress } from '../node-progress.js';
import { openFlat } from '../open-flat.js';
import { partCheckpoints } from '../part-checkpoints.js';
import { command } from '../toolkit/command.js';
import { headTrainingOf, keptParts, openTrainingData, purposeOf, testLine, trainingOf } from '../training.js';
import { headDefault, partTraining, running, splitAs, trainedOn } from '../training-options.js';
import { unusedOptions } from '../unused-options.js';

const options = z.strictObject({
  ...trainedOn,
  ...splitAs("the flat classifier's"),
  out: outModel,
  ...grouped('Specialists', {
    from: option(text('the folder of a flat classifier'), {
      description: 'the flat classifier that decides on the group',
      value: 'flat_model',
    }),
    groups: option(taxonomyFile, {
      description: 'taxonomy whose nodes below the root are the groups: what group --out writes',
      value: 'taxonomy',
    }),
    trunk: option(oneOf('shared', 'own').default('shared'), {
      description: 'CNN block of a specialist',
      value: 'kind',
      choices: {
        shared: "the flat classifier's, with an MLP block of its own",
        own: "a network of its own that starts from the flat classifier's",
      },
    }),
    singleChild,
    taxonomy: option(taxonomyFile.optional(), {
      description: 'taxonomy, where images are labelled at its inner nodes: any class below the node is then right',
      value: 'file',
    }),
  }),
  ...partTraining({
    epochs: `${headDefault.epochs}; with --trunk own the flat classifier's`,
    batch: `${headDefault.batch}; with --trunk own the flat classifier's`,
    rate: `${headDefault.rate}; with --trunk own a quarter of the flat classifier's`,
    labelSmoothing: `${headDefault.labelSmoothing}; with --trunk own the flat classifier's`,
    classWeights: `${headDefault.classWeights}; with --trunk own the flat classifier's`,
  }),
  ...running,
});

type SpecialistsCommand = z.output<typeof options>;

export const trainSpecialistsCommand = command({
  arguments: z.object({}),
  options,
  run: (_, command) => run(command),
});

async function run(command: SpecialistsCommand): Promise<void> {
  const { out, trunk, singleChild, taxonomy: labels } = command;
  refuseIdle(command);
  await requireReplaceable(out);
  const device = deviceOf(command);
  const read = (file: string) => readTaxonomy(file, { singleChild });
  const groups = await read(command.groups);
  const taxonomy = labels === undefined ? undefined : await read(labels);
  const from = await openFlat(command.from, device);
  fitGroups(groups, from.classes);
  const { preprocessing, split } = from.description;
  const progress = lazyProgress('training specialists');
  const hint = `no tree is saved; the same command goes on with what is in ${partialFolder(out)}`;
  await interruptible(hint, async (signal) => {
    try {
      const onClasses = (classes: readonly string[]) => requireClassesOf(from, classes);
      const known = keptParts(command, from);
      const data = await openTrainingData(command, { preprocessing, usual: split, known, taxonomy, onClasses, signal });
      const tree = await trainSpecialists(data, {
        from,
        groups,
        trunk,
        // Without augmentation the views of an image would all be the same.
        views: command.augment ? command.views : 0,
        training: trainingFor(command, from),
        deviceMemory: command.deviceMemory * 2 ** 20,
        device,
        hooks: { signal, ...nodeProgress(progress), checkpoint: await partCheckpoints(command, purpose(data)) },
      });
      const { description } = tree;
      const trained = description.specialists?.filter(({ images }) => images > 0).length ?? 0;
      progress.stop(`${counted(trained, 'specialist')} trained in ${duration(description.seconds)}`);
      await tree.save(out);
      await rm(partialFolder(out), { recursive: true, force: true });
      say(`saved to ${out}`);
      print(`${specialistsTable(description.specialists ?? [], tree.taxonomy)}\n`);
      print(specialistsLine(description));
      for (const line of decisionLines(description.decision)) say(line);
      print(testLine('specialists', description.test));
    } finally {
      progress.stop();
    }
  });

  function purpose(data: TrainingData): (part: string) => unknown {
    const { groups: _, out: __, fresh: ___, deviceMemory: ____, ...settings } = command;
    const lineages = groups.classes.map((name) => groups.leafOf(name));
    const flat = encodeWeights(from.weights).description.sha256;
    return (part) => purposeOf('specialists', data, { settings, lineages, part, flat });
  }
}

function refuseIdle(command: SpecialistsCommand): void {
  if (command.trunk === 'shared') return;
  const problems = unusedOptions(command, ['views'], 'none: only a shared CNN block is seen through views');
  if (problems.length > 0) throw new CladenetError('USAGE', 'These options cannot be used', problems);
}

function trainingFor(command: SpecialistsCommand, { description }: FlatClassifier): TrainingConfigInput {
  if (command.trunk === 'shared') return headTrainingOf(command);
  const { rate } = command;
  const optimiser = rate === undefined ? undefined : { ...description.training.optimiser, rate };
  return { ...trainingOf(command), ...(optimiser && { optimiser }) };
}
