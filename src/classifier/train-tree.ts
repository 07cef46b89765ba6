/** Trains a tree: one sub-classifier per node that has something to decide, on the images below that node. */
import { initialise } from '../network/initialise.js';
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
import { fit } from '../training/fit.js';
import type { EpochRecord, FitHooks } from '../training/hooks.js';
import type { Task } from '../training/task.js';
import { createTrainer } from '../training/trainer.js';
import { VERSION } from '../version.js';
import type { FlatClassifier } from './flat.js';
import { decidingNodes, imagesBelow, type NodePlan, nodeTask, ownTrunks } from './node-plan.js';
import { FORMAT, FORMAT_VERSION, type NodeDescription, type TreeDescription } from './schema.js';
import { packSeen } from './seen.js';
import { sharedTrunk } from './shared-trunk.js';
import type { HistoryLine } from './store.js';
import { scoreOnTest } from './test-score.js';
import { DEVICE_MEMORY } from './train-flat.js';
import { describeSplit, requireTrainable, type TrainingData } from './training-data.js';
import { TreeClassifier } from './tree.js';

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
  /** For `shared`: the nodes' MLP block. Default: 96 units. */
  readonly head?: HeadSpec | undefined;
  /** Anything that shall differ from the usual training of a node. */
  readonly training?: TrainingConfigInput | undefined;
  /** For `shared`: augmented views of each training image whose features are cached beside the plain ones. Default 3. */
  readonly views?: number | undefined;
  /** For `own`: bytes of images that may be held on the device; larger sets are streamed. Default 2 GiB. */
  readonly deviceMemory?: number | undefined;
  readonly hooks?: TreeHooks | undefined;
  /** Where to compute. Default: a GPU where the CUDA build is set up, else the CPU. */
  readonly device?: Device | undefined;
  /** @internal How programs are made; by default compiled. */
  readonly make?: MakeProgram | undefined;
}

export interface TreeHooks extends Pick<FitHooks, 'signal' | 'onStep'> {
  /** A node's training begins: its path, which one of how many. */
  readonly onNode?: ((path: string, index: number, nodes: number) => void) | undefined;
  readonly onEpoch?: ((path: string, record: EpochRecord) => void | Promise<void>) | undefined;
}

/** A node with few images still gets as many steps as it takes to learn something. */
const FEWEST_STEPS = 100;

/**
 * Trains a tree and scores it on the split's test part.
 *
 * @throws CladenetError TAXONOMY when the tree does not fit the images' classes; DATASET, CONFIG, USAGE, RUNTIME,
 *         TRAINING, ABORTED
 */
export async function trainTree(data: TrainingData, options: TreeOptions): Promise<TreeClassifier> {
  const { images, split, prints } = data;
  const make = options.make ?? programsOn({ device: options.device });
  const trunk = options.trunk ?? 'shared';
  requireTrainable(data);
  const taxonomy = orThrow(
    'The taxonomy does not fit the classes of the images',
    matchClasses(options.taxonomy, images.classes, { allowMissing: true }),
  );
  const started = performance.now();
  const plan =
    trunk === 'own'
      ? ownTrunks(data, options, options.deviceMemory ?? DEVICE_MEMORY)
      : await sharedTrunk(data, options, make);
  const { nodes, weights, history } = await trainNodes(data, taxonomy, plan, make, options.hooks);
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
    trunk,
    lineages: taxonomy.classes.map((label) => ({ label, lineage: lineageNames(taxonomy, label) })),
    nodes,
    seconds: (performance.now() - started) / 1000,
  };
  const seen = packSeen(prints, split);
  const parts = { trunk: plan.trunk, nodes: weights };
  const unscored = new TreeClassifier(make, description, taxonomy, parts, history, seen);
  const test = await scoreOnTest(unscored, data);
  unscored.dispose();
  return new TreeClassifier(make, { ...description, test }, taxonomy, parts, history, seen);
}

/** One compiled trainer serves all nodes: it has as many outputs as the widest node has children. */
async function trainNodes(
  data: TrainingData,
  taxonomy: Taxonomy,
  plan: NodePlan,
  make: MakeProgram,
  hooks: TreeHooks = {},
) {
  const deciding = decidingNodes(taxonomy);
  const outputs = Math.max(...deciding.map(({ children }) => children.length));
  const trainer = createTrainer(make, plan.model(outputs), plan.source, plan.config);
  const nodes: NodeDescription[] = [];
  const weights = new Map<string, Weights>();
  const history: HistoryLine[] = [];
  try {
    for (const [index, node] of deciding.entries()) {
      hooks.onNode?.(node.path, index, deciding.length);
      const task = nodeTask(data, taxonomy, node, plan);
      // A seed of its own: what a node becomes does not depend on the nodes before it.
      const seed = hash32(plan.config.seed, 'node', node.path) >>> 1;
      const first = initialise(plan.model(node.children.length).parameters, seed);
      const fitted = await fit(
        trainer,
        task,
        withEnoughSteps({ ...plan.config, seed }, task),
        withOutputs(first, outputs),
        {
          signal: hooks.signal,
          onStep: hooks.onStep,
          onEpoch: (record) => hooks.onEpoch?.(node.path, record),
        },
      );
      weights.set(node.path, withOutputs(fitted.weights, node.children.length));
      history.push(...fitted.history.map((record) => ({ node: node.path, ...record })));
      const summary = { seconds: fitted.seconds, epochs: fitted.history.length, best: fitted.best };
      nodes.push({ ...node, images: imagesBelow(data, taxonomy, node.path), summary });
    }
    return { nodes, weights, history };
  } finally {
    trainer.dispose();
  }
}

function withEnoughSteps(config: TrainingConfig, { train }: Task): TrainingConfig {
  const steps = Math.ceil(train.length / config.batch);
  return { ...config, epochs: Math.max(config.epochs, Math.ceil(FEWEST_STEPS / steps)) };
}

/** Names from the top to the leaf, as `Taxonomy.fromLineages` takes them. */
function lineageNames(taxonomy: Taxonomy, label: string): string[] {
  return taxonomy
    .lineage(taxonomy.leafOf(label))
    .filter((path) => path !== '')
    .map((path) => taxonomy.node(path).name);
}
