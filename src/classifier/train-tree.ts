/** Trains a tree: one sub-classifier per node that has something to decide, on the images below that node. */
import { CladenetError, type Problem } from '../errors.js';
import { initialise } from '../network/initialise.js';
import { createHead, createTrunk, type Trunk } from '../network/network.js';
import { withOutputs } from '../network/outputs.js';
import type { PresetName } from '../network/presets.js';
import type { HeadSpec, NetworkSpec } from '../network/spec.js';
import type { Weights } from '../network/weights.js';
import { hash32 } from '../random.js';
import type { Device } from '../setup/locate.js';
import { orThrow } from '../taxonomy/findings.js';
import { matchClasses } from '../taxonomy/match-classes.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { type MakeProgram, programsOn } from '../tensorflow/device.js';
import type { TrainingConfig, TrainingConfigInput } from '../training/config.js';
import { fit, type Task } from '../training/fit.js';
import type { EpochRecord, FitHooks } from '../training/hooks.js';
import { createInference } from '../training/inference.js';
import { headModel, type Model, trunkModel, wholeModel } from '../training/model.js';
import { headTraining } from '../training/presets.js';
import { imageSource, residentFeatures, type Source } from '../training/source.js';
import { createTrainer } from '../training/trainer.js';
import { VERSION } from '../version.js';
import type { FlatClassifier } from './flat.js';
import { requirePreprocessing } from './preprocessing.js';
import { FORMAT, FORMAT_VERSION, type NodeDescription, type TreeDescription } from './schema.js';
import { packSeen, unpackSeen } from './seen.js';
import type { HistoryLine } from './store.js';
import { scoreOnTest } from './test-score.js';
import { DEVICE_MEMORY, parseTraining, resolveNetwork } from './train-flat.js';
import { describeSplit, requireTrainable, type TrainingData } from './training-data.js';
import { decidingNodes, TreeClassifier } from './tree.js';

export interface TreeOptions {
  /** The tree over (at least) the classes of the images. */
  readonly taxonomy: Taxonomy;
  /**
   * `shared`: the MLP blocks are trained on the cached features of the flat classifier's CNN block, which stays as it is.
   * `own`: each node trains a CNN block of its own. Default `shared`.
   */
  readonly trunk?: 'shared' | 'own' | undefined;
  /** The flat classifier whose CNN block is shared. Needed for `shared`. */
  readonly from?: FlatClassifier | undefined;
  /** For `own`: a preset's name or a network of one's own. Default `compact`. */
  readonly network?: PresetName | NetworkSpec | undefined;
  /** For `shared`: the nodes' MLP block. */
  readonly head?: HeadSpec | undefined;
  /** Anything that shall differ from the usual training of a node. */
  readonly training?: TrainingConfigInput | undefined;
  /** For `shared`: augmented views of each training image whose features are cached beside the plain ones. Default 3. */
  readonly views?: number | undefined;
  readonly deviceMemory?: number | undefined;
  readonly hooks?: TreeHooks | undefined;
  /** Where to compute. Default: a GPU where the CUDA build is set up, else the CPU. */
  readonly device?: Device | undefined;
  /** @internal How programs are made; by default compiled. */
  readonly make?: MakeProgram | undefined;
}

export interface TreeHooks extends Pick<FitHooks, 'signal'> {
  /** A node's training begins: its path, which one of how many. */
  readonly onNode?: ((path: string, index: number, nodes: number) => void) | undefined;
  readonly onStep?: FitHooks['onStep'];
  readonly onEpoch?: ((path: string, record: EpochRecord) => void | Promise<void>) | undefined;
}

/** Small: it reads features that already tell the classes apart, and there is one for each node. */
export const NODE_HEAD: HeadSpec = {
  layers: [
    { type: 'dense', units: 96, activation: { kind: 'relu' } },
    { type: 'dropout', rate: 0.3 },
  ],
};

const VIEWS = 3;

/** A node with few images still gets as many steps as it takes to learn something. */
const FEWEST_STEPS = 100;

/** What the nodes have in common: where their examples come from, and how a classifier for some children looks. */
interface NodeTraining {
  readonly source: Source;
  /** Rows of the source that belong to an image of the set. */
  readonly trainRows: (image: number) => readonly number[];
  readonly validationRow: (image: number) => number;
  readonly rowLabels: (labels: Int32Array) => Int32Array;
  readonly model: (outputs: number) => Model;
}

/**
 * @throws CladenetError TAXONOMY when the tree does not fit the images' classes; DATASET, CONFIG, USAGE, RUNTIME,
 *         TRAINING, ABORTED
 */
export async function trainTree(data: TrainingData, options: TreeOptions): Promise<TreeClassifier> {
  const { images, split, prints } = data;
  const make = options.make ?? programsOn({ device: options.device });
  requireTrainable(data);
  const taxonomy = orThrow(
    'The taxonomy does not fit the classes of the images',
    matchClasses(options.taxonomy, images.classes, { allowMissing: true }),
  );
  const mode = options.trunk ?? 'shared';
  const started = performance.now();
  const plan = mode === 'own' ? ownPlan(data, options) : await sharedPlan(data, options, make);
  const nodes = decidingNodes(taxonomy);
  const outputs = Math.max(...nodes.map(({ children }) => children.length));
  const trainer = createTrainer(make, plan.nodes.model(outputs), plan.nodes.source, plan.config);
  const history: HistoryLine[] = [];
  const weights = new Map<string, Weights>();
  const described: NodeDescription[] = [];
  try {
    for (const [index, node] of nodes.entries()) {
      options.hooks?.onNode?.(node.path, index, nodes.length);
      const task = nodeTask(data, taxonomy, node, plan.nodes);
      const seed = hash32(plan.config.seed, 'node', node.path) >>> 1;
      const config = withEnoughSteps({ ...plan.config, seed }, task);
      const first = initialise(plan.nodes.model(node.children.length).parameters, seed);
      const fitted = await fit(trainer, task, config, withOutputs(first, outputs), {
        signal: options.hooks?.signal,
        onStep: options.hooks?.onStep,
        onEpoch: (record) => options.hooks?.onEpoch?.(node.path, record),
      });
      weights.set(node.path, withOutputs(fitted.weights, node.children.length));
      history.push(...fitted.history.map((record) => ({ node: node.path, ...record })));
      const summary = { seconds: fitted.seconds, epochs: fitted.history.length, best: fitted.best };
      described.push({ ...node, images: imagesBelow(data, taxonomy, node.path), summary });
    }
  } finally {
    trainer.dispose();
  }
  const description: TreeDescription = {
    format: FORMAT,
    version: FORMAT_VERSION,
    cladenet: VERSION,
    kind: 'tree',
    classes: [...images.classes],
    preprocessing: images.preprocessing,
    network: plan.network,
    training: plan.config,
    split: describeSplit(data),
    test: null,
    trunk: mode,
    lineages: taxonomy.classes.map((label) => ({ label, lineage: lineageNames(taxonomy, label) })),
    nodes: described,
    seconds: (performance.now() - started) / 1000,
  };
  const seen = packSeen(prints, split);
  const parts = { trunk: plan.trunkWeights, nodes: weights };
  const classifier = new TreeClassifier(make, description, taxonomy, parts, history, seen);
  const test = await scoreOnTest(classifier, data);
  classifier.dispose();
  return new TreeClassifier(make, { ...description, test }, taxonomy, parts, history, seen);
}

interface Plan {
  readonly network: NetworkSpec;
  readonly config: TrainingConfig;
  readonly trunkWeights: Weights | undefined;
  readonly nodes: NodeTraining;
}

/** Every node trains its whole network on images. */
function ownPlan({ images }: TrainingData, options: TreeOptions): Plan {
  const { spec, config } = resolveNetwork(options.network, options.training);
  const trunk = createTrunk(spec.trunk);
  const { size, channels } = spec.trunk.input;
  requirePreprocessing(images, { ...images.preprocessing, size, channels });
  return {
    network: spec,
    config,
    trunkWeights: undefined,
    nodes: {
      source: imageSource(images, options.deviceMemory ?? DEVICE_MEMORY),
      trainRows: (image) => [image],
      validationRow: (image) => image,
      rowLabels: (labels) => labels,
      model: (outputs) => wholeModel(trunk, createHead(spec.head, trunk.features, outputs)),
    },
  };
}

/** The flat classifier's CNN block gives features once; every node trains an MLP block on them. */
async function sharedPlan(data: TrainingData, options: TreeOptions, make: MakeProgram): Promise<Plan> {
  const { images, split } = data;
  const { from } = options;
  if (from === undefined) {
    throw new CladenetError('USAGE', 'A shared trunk needs the flat classifier that it is taken from', [
      { where: 'from', expected: 'a flat classifier', received: 'nothing', remedy: 'Pass one, or use trunk: "own".' },
    ]);
  }
  requirePreprocessing(images, from.description.preprocessing);
  requireUnseen(data, from);
  const spec = from.description.network;
  const head = options.head ?? NODE_HEAD;
  const config = parseTraining({ ...headTraining, seed: from.description.training.seed, ...options.training });
  const trunk = createTrunk(spec.trunk);
  const trunkWeights = Object.fromEntries(trunk.parameters.map(({ name }) => [name, from.weights[name]])) as Weights;
  const views = options.views ?? VIEWS;
  const features = await cacheFeatures(
    make,
    data,
    from,
    trunk,
    trunkWeights,
    views,
    config.seed,
    options.hooks?.signal,
  );
  const position = new Map(Array.from(split.train, (image, i) => [image, i]));
  return {
    network: { trunk: spec.trunk, head },
    config: { ...config, augmentation: from.description.training.augmentation },
    trunkWeights,
    nodes: {
      source: residentFeatures(features, trunk.features),
      trainRows: (image) => [
        image,
        ...Array.from({ length: views }, (_, v) => images.count + v * split.train.length + (position.get(image) ?? 0)),
      ],
      validationRow: (image) => image,
      rowLabels(labels) {
        const rows = new Int32Array(images.count + views * split.train.length);
        rows.set(labels);
        for (let v = 0; v < views; v++) {
          split.train.forEach((image, i) => {
            rows[images.count + v * split.train.length + i] = labels[image] ?? -1;
          });
        }
        return rows;
      },
      model: (outputs) => headModel(createHead(head, trunk.features, outputs)),
    },
  };
}

/** Features of every image as it is, then of every training image in `views` random views. */
async function cacheFeatures(
  make: MakeProgram,
  { images, split }: TrainingData,
  from: FlatClassifier,
  trunk: Trunk,
  weights: Weights,
  views: number,
  seed: number,
  signal: AbortSignal | undefined,
): Promise<Float32Array> {
  const model = trunkModel(trunk);
  const inference = createInference(make, images.preprocessing, weights, trunk.features, model.forward);
  try {
    const blocks = [await inference.run(images, undefined, { signal })];
    const config = from.description.training.augmentation;
    for (let view = 0; view < views; view++) {
      const augmentation = config === null ? undefined : { config, seed: hash32(seed, 'view', view) };
      blocks.push(await inference.run(images, split.train, { signal, augmentation }));
    }
    const all = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
    let offset = 0;
    for (const block of blocks) {
      all.set(block, offset);
      offset += block.length;
    }
    return all;
  } finally {
    inference.dispose();
  }
}

/** A trunk that learned from an image must not be validated or tested on it. */
function requireUnseen({ split, prints }: TrainingData, from: FlatClassifier): void {
  const learned = unpackSeen(from.seen.train);
  const chosen = unpackSeen(from.seen.validation);
  const leaks = (indices: Int32Array, seen: readonly Set<string>[]) =>
    indices.reduce((sum, image) => sum + (seen.some((set) => set.has(prints[image] ?? '')) ? 1 : 0), 0);
  const problems: Problem[] = [];
  const report = (where: string, count: number) => {
    if (count === 0) return;
    const { seed, fractions } = from.description.split;
    const shares = [fractions.train, fractions.validation, fractions.test].join('/');
    problems.push({
      where,
      expected: 'images that the flat classifier has not learned from',
      received: `${count} that it has`,
      remedy: `Split as the flat classifier was: the same images, --split ${shares} and --split-seed ${seed}.`,
    });
  };
  report('validation part', leaks(split.validation, [learned]));
  report('test part', leaks(split.test, [learned, chosen]));
  if (problems.length > 0) throw new CladenetError('DATASET', 'The split would leak into validation or test', problems);
}

/** The node's own problem: which child each image below it belongs to. */
function nodeTask(
  { images, split }: TrainingData,
  taxonomy: Taxonomy,
  node: Pick<NodeDescription, 'path' | 'children'>,
  { trainRows, validationRow, rowLabels }: NodeTraining,
): Task {
  const childOf = new Map(node.children.flatMap((child, k) => taxonomy.classesBelow(child).map((name) => [name, k])));
  const labels = images.labels.map((label) => childOf.get(images.classes[label] ?? '') ?? -1);
  const below = (indices: Int32Array) => Array.from(indices).filter((image) => (labels[image] ?? -1) >= 0);
  return {
    labels: rowLabels(labels),
    classes: node.children.length,
    train: Int32Array.from(below(split.train).flatMap(trainRows)),
    validation: Int32Array.from(below(split.validation), validationRow),
  };
}

function withEnoughSteps(config: TrainingConfig, { train }: Task): TrainingConfig {
  const steps = Math.ceil(train.length / config.batch);
  return { ...config, epochs: Math.max(config.epochs, Math.ceil(FEWEST_STEPS / steps)) };
}

function imagesBelow({ images, split }: TrainingData, taxonomy: Taxonomy, path: string): number {
  const names = new Set(taxonomy.classesBelow(path));
  return split.train.reduce(
    (sum, image) => sum + (names.has(images.classes[images.labels[image] ?? -1] ?? '') ? 1 : 0),
    0,
  );
}

/** Names from the top to the leaf, as `Taxonomy.fromLineages` takes them. */
export function lineageNames(taxonomy: Taxonomy, label: string): string[] {
  return taxonomy
    .lineage(taxonomy.leafOf(label))
    .filter((path) => path !== '')
    .map((path) => taxonomy.node(path).name);
}
