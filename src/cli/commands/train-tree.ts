/** `cladenet train tree`: a sub-classifier at every node of a taxonomy. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { parseTraining } from '../../classifier/configuration.js';
import { acceptedClasses } from '../../classifier/data/accepted-labels.js';
import type { TrainingData } from '../../classifier/data/training-data.js';
import { truthOf } from '../../classifier/data/truth.js';
import type { FlatClassifier } from '../../classifier/flat.js';
import { preprocessingFor } from '../../classifier/preprocessing.js';
import type { Trunks } from '../../classifier/schema.js';
import { loadBaseClassifier } from '../../classifier/store/load-flat.js';
import type { FlatOptions } from '../../classifier/train/train-flat.js';
import { sameFlatIn } from '../../classifier/train/train-into.js';
import { requireForm, requireOwnNetworks, usualTrunk } from '../../classifier/train/train-tree.js';
import type { NodeForestOptions, TreeOptions } from '../../classifier/train/tree-options.js';
import { trainTreeInto, trainTreeNodesInto } from '../../classifier/train/trees-into.js';
import type { TreeClassifier } from '../../classifier/tree.js';
import { imagesOfClasses, nodeUnits, USUAL_TRAIN_SHARE } from '../../cluster/node-units.js';
import { CladenetError } from '../../errors.js';
import { lonelyProblems } from '../../evaluation/novelty/held-out.js';
import { outModel } from '../../options/common.js';
import {
  nodeForestOptions,
  nodeMeasuringOptions,
  nodeSourceOptions,
  sourcesNamed,
} from '../../options/feature-sources.js';
import { pseudoOptions } from '../../options/labels.js';
import { factsOf, grouped, option } from '../../options/option.js';
import { onlyNodes } from '../../options/parts.js';
import { decideBy, lossOptions, singleChild, taxonomyFile, treeOptions, trunk } from '../../options/taxonomy.js';
import { fineTuningOptions, trainingOptions } from '../../options/training.js';
import { headTrainingOf, networkOf, presetTrainingOf } from '../../options/training-config.js';
import { headDefault, networkOptions, running, trainedOn } from '../../options/training-run.js';
import { refuseOptions, unusedOptions } from '../../options/unused.js';
import { flatFolder } from '../../outputs/unfinished.js';
import { trainingOutputs } from '../../outputs/with-outputs.js';
import { log, print } from '../../progress.js';
import { decisionLines } from '../../report/tables/decision-text.js';
import { missingClassesLine, testLine } from '../../report/tables/training-text.js';
import { orThrow } from '../../taxonomy/findings.js';
import { matchClasses } from '../../taxonomy/match-classes.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import { requirePrecision } from '../../tensorflow/precision.js';
import { takenOver } from '../../training/config.js';
import { counted, duration } from '../../units.js';
import { text } from '../../value-schemas.js';
import { deviceOf } from '../device.js';
import { sourcesOf } from '../feature-training.js';
import { flatOptions, trainFlatWithProgress } from '../flat-training.js';
import { chooseImages } from '../images.js';
import { interruptible } from '../interrupt.js';
import { labelledBy, openLabeller } from '../pseudo-labels.js';
import { openTaxonomy, requireInTaxonomy } from '../taxonomy.js';
import { command } from '../toolkit/command.js';
import { flag } from '../toolkit/flags.js';
import { computing, knownSubsets, nodesHint, openTrainingData, trainNodesInto, trainSomeNodes } from '../training.js';
import { checkTrunkWeights } from '../trunk-weights.js';

/** A preset's value for whole networks, the usual one for heads on the CNN block of a given classifier. */
const orHead = (name: 'epochs' | 'batch' | 'rate') =>
  `${factsOf(trainingOptions[name]).default}; with --from that of its training, ${headDefault[name]} with --trunk shared`;

const options = z.strictObject({
  ...trainedOn,
  out: outModel,
  ...grouped('Tree', {
    taxonomy: taxonomyFile,
    singleChild,
    decideBy,
    ...treeOptions,
    trunk: option(trunk.optional(), {
      default: 'shared; own with --decide-by forest, without --from and deep features',
    }),
    from: option(text('the folder of a classifier').optional(), {
      description: 'flat classifier whose CNN block is shared, or which the nodes start from with another --trunk',
      value: 'flat_model',
      reads: 'classifier',
      default: 'with --trunk shared one is trained first, into OUT-flat',
    }),
  }),
  ...lossOptions,
  ...nodeSourceOptions,
  ...nodeForestOptions,
  ...nodeMeasuringOptions,
  ...networkOptions,
  ...trainingOptions,
  ...fineTuningOptions,
  epochs: option(trainingOptions.epochs, { default: orHead('epochs') }),
  batch: option(trainingOptions.batch, { default: orHead('batch') }),
  rate: option(trainingOptions.rate, { default: orHead('rate') }),
  ...pseudoOptions,
  onlyNodes,
  ...running,
});

type TreeCommand = z.output<typeof options>;

export const trainTreeCommand = command({
  arguments: z.object({}),
  options,
  outputs(_, command) {
    const flatOut = flatOutOf(command);
    return flatOut === undefined ? [] : trainingOutputs('out', flatOut);
  },
  inParts: ({ onlyNodes }) => onlyNodes !== undefined,
  async divide(_, command) {
    const images = await chooseImages({ ...command, seed: command.splitSeed ?? command.seed });
    if (trunkOf(command) !== 'own' || command.decideBy !== 'head') return { units: [], images, files: [] };
    const taxonomy = await openTaxonomy(command.taxonomy, command.singleChild);
    const { classes } = truthOf(
      { classes: acceptedClasses(images.classes, taxonomy), labels: new Int32Array() },
      taxonomy,
    );
    reportMissing(taxonomy, classes);
    const fitted = orThrow(
      'The taxonomy does not fit the images',
      matchClasses(taxonomy, classes, { allowMissing: true }),
    );
    const training = parseTraining(presetTrainingOf(command));
    const share = command.split?.train ?? USUAL_TRAIN_SHARE;
    const units = nodeUnits(fitted, fitted.decidingNodes(), imagesOfClasses(images), { ...training, share });
    return { option: '--only-nodes', units, images, files: [] };
  },
  run: (_, command, { given }) => run(command, given),
});

async function run(command: TreeCommand, given: ReadonlySet<string>): Promise<void> {
  const { out, headKind, decideBy, taxonomy: file, singleChild, onlyNodes } = command;
  const trunk = trunkOf(command);
  refuseForestOptions(command, given);
  const features = decideBy === 'forest' ? sourcesNamed(command.features) : undefined;
  requireForm({ trunk, headKind, decideBy, features, loss: command.loss });
  if (onlyNodes !== undefined) requireOwnNetworks({ trunk, decideBy });
  const flatOut = flatOutOf(command);
  if (flatOut !== undefined) (await flatIn(flatOut, flatOptions(command)))?.dispose();
  const device = deviceOf(command);
  if (trunk !== 'shared' || flatOut !== undefined) requirePrecision(command.precision, device);
  const taxonomy = await openTaxonomy(file, singleChild);
  const opened = command.from === undefined ? undefined : await loadBaseClassifier(command.from, { device });
  const labeller = await openLabeller(command);
  const owner = opened ?? labeller;
  const fixed = opened?.description.preprocessing;
  if (fixed !== undefined) reportUnused(given, command);
  const forests = await forestsOf(command);
  await interruptible(nodesHint(out), async (signal) => {
    if (flatOut !== undefined || (opened === undefined && decideBy === 'head'))
      await checkTrunkWeights(command, signal);
    const split = await openTrainingData(command, {
      preprocessing: fixed ?? preprocessingFor(networkOf(command), command.background, command.cropBottom),
      usual: owner?.description.split,
      known: owner && knownSubsets(command, owner),
      taxonomy,
      onClasses(classes) {
        reportMissing(taxonomy, classes);
        requireRelatives(taxonomy, classes, command.holdOut ?? []);
        if (trunk === 'shared' && opened !== undefined) reportOtherClasses(opened, classes);
      },
      signal,
    });
    const data = await labelledBy(labeller, split, command, signal);
    const start = await startFor(data, signal);
    const summary = ({ description: { nodes, seconds } }: TreeClassifier) =>
      `${counted(nodes.length, 'node')} trained in ${duration(seconds)}`;
    if (onlyNodes !== undefined) {
      const form = { taxonomy, trunk, headKind, decideBy, ...start, ...computing(command) };
      await trainSomeNodes(command, 'training nodes', signal, (run) =>
        trainTreeNodesInto(out, data, { ...form, ...run }, onlyNodes),
      );
      return;
    }
    const { description } = await trainNodesInto(command, { title: 'training nodes', signal, summary }, (run) => {
      const form = { taxonomy, trunk, headKind, decideBy, ...forests };
      return trainTreeInto(out, data, { ...form, ...start, ...computing(command), ...run });
    });
    for (const line of decisionLines(description.decision)) log(line);
    print(testLine('tree', description.test));
  });

  /** The options of the command are those of the training that comes first: the heads', or else the flat classifier's. */
  async function startFor(data: TrainingData, signal: AbortSignal): Promise<Pick<TreeOptions, Start>> {
    const network = opened === undefined ? networkOf(command) : undefined;
    const { loss, lossStrength } = command;
    const ofTree = { ...(loss !== undefined && { loss }), ...(lossStrength !== undefined && { lossStrength }) };
    if (trunk !== 'shared') {
      const before = opened && takenOver(opened.description.training);
      return { from: opened, network, training: { ...presetTrainingOf(command, before), ...ofTree } };
    }
    if (flatOut === undefined) return { from: opened, training: { ...headTrainingOf(command), ...ofTree } };
    return { from: await flatFirst(flatOut, data, signal), training: { seed: command.seed, ...ofTree } };
  }

  async function flatFirst(folder: string, data: TrainingData, signal: AbortSignal): Promise<FlatClassifier> {
    const before = await flatIn(folder, flatOptions(command), data);
    if (before === undefined || command.fresh) {
      before?.dispose();
      log(`no --from: first training the flat classifier whose CNN block is shared, into ${folder}`);
      return trainFlatWithProgress(folder, command, data, signal);
    }
    log(`no --from: ${folder} is what this command would train first, and is used as it is (--fresh trains it again)`);
    print(testLine('flat', before.description.test));
    return before;
  }
}

type Start = 'from' | 'network' | 'training';

/** Where the flat classifier is trained whose CNN block is shared, unless one is given or nothing is shared. */
const flatOutOf = (command: TreeCommand): string | undefined =>
  trunkOf(command) === 'shared' && command.from === undefined ? flatFolder(command.out) : undefined;

const trunkOf = (command: TreeCommand): Trunks =>
  command.trunk ?? usualTrunk({ ...command, features: sourcesNamed(command.features) });

const OF_FORESTS = Object.keys({ ...nodeSourceOptions, ...nodeForestOptions, ...nodeMeasuringOptions }).filter(
  // Networks have it too.
  (name) => name !== 'cropBottom',
);

/** @throws CladenetError USAGE for options of forests where heads decide */
function refuseForestOptions(command: TreeCommand, given: ReadonlySet<string>): void {
  if (command.decideBy === 'forest') return;
  const names = OF_FORESTS.filter((name) => given.has(name)) as (keyof TreeCommand & string)[];
  refuseOptions(unusedOptions(command, names, "none, only with `decideBy: 'forest'`"));
}

/** Class weights are those of the training that comes first, as other options are. */
async function forestsOf(command: TreeCommand): Promise<NodeForestOptions> {
  if (command.decideBy !== 'forest') return {};
  const { trees, minLeaf, mtry } = command;
  const classWeights = flatOutOf(command) === undefined ? command.classWeights : undefined;
  const sources = await sourcesOf({ ...command, background: undefined });
  return { ...sources, trees, forest: { minLeaf, mtry, classWeights } };
}

/**
 * The flat classifier that this call would train first, if it is there already.
 *
 * @param data without it, only the settings are compared
 * @throws CladenetError USAGE for any other classifier: nobody named its folder
 */
async function flatIn(folder: string, options: FlatOptions, data?: TrainingData): Promise<FlatClassifier | undefined> {
  const same = await sameFlatIn(folder, data, options);
  if (same !== undefined || !existsSync(join(folder, 'classifier.json'))) return same;
  throw new CladenetError('USAGE', 'The flat classifier that comes first cannot be trained', [
    {
      where: folder,
      expected: 'nothing yet, or the flat classifier of these images and options',
      received: 'another classifier',
      remedy: `To build on it, give \`from: '${folder}'\`. To keep it, choose another \`out\`. Else remove it first.`,
    },
  ]);
}

/** Classes of the images that the taxonomy lacks stop the training; classes without images are left out of the tree. */
function reportMissing(taxonomy: Taxonomy, classes: readonly string[]): void {
  requireInTaxonomy(taxonomy, classes);
  const line = missingClassesLine(taxonomy, classes);
  if (line !== undefined) log(line);
}

/** @throws CladenetError USAGE for held-out classes that no tree of these classes could place */
function requireRelatives(taxonomy: Taxonomy, classes: readonly string[], heldOut: readonly string[]): void {
  const placed = heldOut.filter((label) => taxonomy.classes.includes(label));
  if (placed.length === 0) return;
  const problems = lonelyProblems('holdOut', taxonomy.restrictTo([...classes, ...placed]), placed);
  if (problems.length > 0) throw new CladenetError('USAGE', 'These held-out classes could not be placed', problems);
}

function reportOtherClasses({ classes }: FlatClassifier, wanted: readonly string[]): void {
  if (isDeepStrictEqual(classes, wanted)) return;
  log('the flat classifier knows other classes: its CNN block is shared, its head (for combined routing) is not');
}

/** Options that a shared CNN block leaves no choice in are not passed over in silence. */
function reportUnused(given: ReadonlySet<string>, command: TreeCommand): void {
  const ofNetworks =
    trunkOf(command) === 'shared'
      ? ['unaugmentedShare', 'precision', ...Object.keys(fineTuningOptions)]
      : ['trunkWeights'];
  const isMeasured = command.decideBy === 'forest' && sourcesNamed(command.features).includes('biologists');
  const ofImages = isMeasured ? [] : ['cropBottom'];
  const names = ['preset', 'size', 'colour', 'background', ...ofImages, ...ofNetworks];
  const fixed = names.filter((name) => given.has(name));
  if (fixed.length > 0) log(`not used: ${fixed.map(flag).join(', ')} (a shared CNN block keeps the flat classifier's)`);
}
