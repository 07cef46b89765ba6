/** `cladenet train specialists`: a classifier for each group of classes, below a flat one that decides on the group. */
import { z } from 'zod';
import { parseTraining } from '../../classifier/configuration.js';
import type { FlatClassifier } from '../../classifier/flat.js';
import { fitGroups, requireClassesOf } from '../../classifier/specialists/specialist-groups.js';
import { loadBaseClassifier } from '../../classifier/store/load-flat.js';
import { trainSomeSpecialistsInto, trainSpecialistsInto } from '../../classifier/train/trees-into.js';
import type { TreeClassifier } from '../../classifier/tree.js';
import { imagesOfClasses, nodeUnits, USUAL_TRAIN_SHARE } from '../../cluster/node-units.js';
import { outModel } from '../../options/common.js';
import { grouped, option } from '../../options/option.js';
import { onlyGroups } from '../../options/parts.js';
import { singleChild, taxonomyFile } from '../../options/taxonomy.js';
import { specialistTrunk } from '../../options/training.js';
import { headTrainingOf, trainingOf } from '../../options/training-config.js';
import { headDefault, partTraining, running, splitAs, trainedOn } from '../../options/training-run.js';
import { refuseOptions, unusedOptions } from '../../options/unused.js';
import { log, print } from '../../progress.js';
import { decisionLines } from '../../report/tables/decision-text.js';
import { specialistsLine, specialistsTable } from '../../report/tables/specialists-table.js';
import { testLine } from '../../report/tables/training-text.js';
import type { TrainingConfigInput } from '../../training/config.js';
import { counted, duration } from '../../units.js';
import { text } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { chooseImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { openTaxonomy, readIfGiven } from '../taxonomy.js';
import { command } from '../toolkit/command.js';
import { computing, knownSubsets, nodesHint, openTrainingData, trainNodesInto, trainSomeNodes } from '../training.js';

const options = z.strictObject({
  ...trainedOn,
  ...splitAs("the flat classifier's"),
  out: outModel,
  ...grouped('Specialists', {
    from: option(text('the folder of a flat classifier'), {
      description: 'the flat classifier that decides on the group',
      value: 'flat_model',
      reads: 'classifier',
    }),
    groups: option(taxonomyFile, {
      description: 'taxonomy whose nodes below the root are the groups: what group --out writes',
      value: 'taxonomy',
    }),
    trunk: specialistTrunk,
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
  onlyGroups,
  ...running,
});

type SpecialistsCommand = z.output<typeof options>;

export const trainSpecialistsCommand = command({
  arguments: z.object({}),
  options,
  inParts: ({ onlyGroups }) => onlyGroups !== undefined,
  async divide(_, command) {
    const images = await chooseImages({ ...command, seed: command.splitSeed ?? command.seed });
    if (command.trunk === 'shared') return { units: [], images, files: [] };
    const from = await loadBaseClassifier(command.from);
    const { taxonomy, groups } = fitGroups(await openTaxonomy(command.groups, command.singleChild), from.classes);
    const training = parseTraining({ ...from.description.training, ...trainingFor(command, from) });
    const share = command.split?.train ?? from.description.split.fractions?.train ?? USUAL_TRAIN_SHARE;
    const units = nodeUnits(taxonomy, groups, imagesOfClasses(images), { ...training, share });
    from.dispose();
    return { option: '--only-groups', units, images, files: [] };
  },
  run: (_, command) => run(command),
});

async function run(command: SpecialistsCommand): Promise<void> {
  const { out, trunk, singleChild, onlyGroups } = command;
  const onlyShared = 'none: only a shared CNN block is seen through views';
  if (trunk !== 'shared') refuseOptions(unusedOptions(command, ['views'], onlyShared));
  const device = deviceOf(command);
  const groups = await openTaxonomy(command.groups, singleChild);
  const taxonomy = await readIfGiven(command);
  const from = await loadBaseClassifier(command.from, { device });
  fitGroups(groups, from.classes);
  const { preprocessing, split } = from.description;
  await interruptible(nodesHint(out), async (signal) => {
    const onClasses = (classes: readonly string[]) => requireClassesOf(from, classes);
    const known = knownSubsets(command, from);
    const data = await openTrainingData(command, { preprocessing, usual: split, known, taxonomy, onClasses, signal });
    const summary = ({ description: { specialists = [], seconds } }: TreeClassifier) => {
      const trained = specialists.filter(({ images }) => images > 0).length;
      return `${counted(trained, 'specialist')} trained in ${duration(seconds)}`;
    };
    // Without augmentation the views of an image would all be the same.
    const views = command.augment ? command.views : 0;
    const training = trainingFor(command, from);
    const form = { from, groups, trunk, views, training, ...computing(command) };
    if (onlyGroups !== undefined) {
      await trainSomeNodes(command, 'training specialists', signal, (run) =>
        trainSomeSpecialistsInto(out, data, { ...form, ...run }, onlyGroups),
      );
      return;
    }
    const tree = await trainNodesInto(command, { title: 'training specialists', signal, summary }, (run) =>
      trainSpecialistsInto(out, data, { ...form, ...run }),
    );
    const { description } = tree;
    print(`${specialistsTable(description.specialists ?? [], tree.taxonomy)}\n`);
    print(specialistsLine(description));
    for (const line of decisionLines(description.decision)) log(line);
    print(testLine('specialists', description.test));
  });
}

function trainingFor(command: SpecialistsCommand, { description }: FlatClassifier): TrainingConfigInput {
  if (command.trunk === 'shared') return headTrainingOf(command);
  const { rate } = command;
  const optimiser = rate === undefined ? undefined : { ...description.training.optimiser, rate };
  return { ...trainingOf(command), ...(optimiser && { optimiser }) };
}
