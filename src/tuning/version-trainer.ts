/** Trains versions of nodes. What they share (the features of a CNN block, a compiled trainer) is computed once. */
import { largest } from '../arrays.js';
import type { ComputeOptions } from '../classifier/compute-options.js';
import type { TrainingData } from '../classifier/data/training-data.js';
import { asTable } from '../classifier/features/source.js';
import { headWeights, TRUNK_MODULE, trunkWeights } from '../classifier/modules.js';
import type { NodeDescription } from '../classifier/schema.js';
import { rowsOf } from '../classifier/train/fit-sources.js';
import { type NodePlan, onImages } from '../classifier/train/node-plan.js';
import { onFeatures } from '../classifier/train/shared-trunk.js';
import { fitNodeForest } from '../classifier/train/train-node-forests.js';
import { type NodeTrainer, nodeTrainer } from '../classifier/train/train-nodes.js';
import type { TreeHooks } from '../classifier/train/tree-options.js';
import type { TreeClassifier } from '../classifier/tree.js';
import type { Forest } from '../forest/forest.js';
import type { Weights } from '../network/weights.js';
import { hash32 } from '../random.js';
import type { MakeProgram } from '../tensorflow/device.js';
import type { TrainingConfig } from '../training/config.js';
import { type Fitted, unlessDiverged } from '../training/fit.js';
import { dataOf, judgedImages } from './data.js';
import { type NodeFeatures, nodeFeatures } from './node-features.js';
import type { Version } from './node-tuning.js';

interface Judgeable {
  /** Its probabilities for the judged images: [images x children]. */
  readonly conditional: Float32Array;
  /** Duration of its training. */
  readonly seconds: number;
}

export interface TrainedNetwork extends Judgeable {
  readonly fitted: Fitted;
  /** The node's module: a head, or a network. */
  readonly weights: Weights;
  readonly forest?: undefined;
}

export interface TrainedForest extends Judgeable {
  readonly forest: Forest;
  /** What the forest decides on: the features of the tree's forests, or new ones. */
  readonly fitted: NodeFeatures;
}

export type TrainedVersion = TrainedNetwork | TrainedForest;

export interface VersionTrainer {
  /** Undefined if the training diverged. */
  train(version: Version): Promise<TrainedVersion | undefined>;
  dispose(): void;
}

export interface VersionTrainerOptions {
  readonly make: MakeProgram;
  readonly deviceMemory: ComputeOptions['deviceMemory'];
  readonly hooks: TreeHooks;
}

/** One compiled trainer on one source of examples. */
interface Bench {
  /** The node whose own CNN block computed the features. */
  readonly owner: string | undefined;
  readonly trainer: NodeTrainer;
  readonly judged: Int32Array;
}

/** @param versions all versions that may be trained */
export function createVersionTrainer(
  tree: TreeClassifier,
  data: TrainingData,
  versions: readonly Version[],
  { make, deviceMemory, hooks }: VersionTrainerOptions,
): VersionTrainer {
  const { taxonomy } = tree;
  const { network } = tree.description;
  const widest = largest(versions.map(({ node }) => node.children.length));
  const benches = new Map<string, Bench>();

  async function benchFor(version: Version): Promise<Bench> {
    const key = benchKey(version);
    const there = benches.get(key);
    if (there !== undefined) return there;
    const owner = ownerOf(version);
    // Features of one node's CNN block are useless for other nodes.
    if (owner !== undefined) dispose((bench) => bench.owner !== undefined && bench.owner !== owner);
    const own = dataOf(data, taxonomy, nodesAt(version));
    const plan = await planFor(version, own);
    const bench = { owner, trainer: nodeTrainer(own, taxonomy, plan, make, widest), judged: judgedImages(own) };
    benches.set(key, bench);
    return bench;
  }

  /** The nodes whose versions are trained on the same bench. */
  function nodesAt(version: Version): string[] {
    const key = benchKey(version);
    return [...new Set(versions.filter((other) => benchKey(other) === key).map(({ node }) => node.path))];
  }

  async function planFor(version: Version, own: TrainingData): Promise<NodePlan> {
    const { as, config, views } = version;
    if (as === 'network') return onImages(own, { network, config, deviceMemory });
    const { augmentation } = config;
    return onFeatures(own, make, {
      network,
      trunk: trunkOf(version),
      config,
      views,
      augmentation,
      hooks,
    });
  }

  function trunkOf({ trunk, node }: Version): Weights {
    return trunkWeights(tree.weights.get(trunk === 'tree' ? TRUNK_MODULE : node.path) ?? {});
  }

  function firstOf(version: Version): Weights {
    const { as, start, node } = version;
    return {
      ...(as === 'network' ? trunkOf(version) : {}),
      ...(start === 'current' ? headWeights(tree.weights.get(node.path) ?? {}) : {}),
    };
  }

  function dispose(isDone: (bench: Bench) => boolean): void {
    for (const [key, bench] of benches) {
      if (!isDone(bench)) continue;
      bench.trainer.dispose();
      benches.delete(key);
    }
  }

  let features: Promise<NodeFeatures> | undefined;

  async function growForest({ node, config, growing }: Version): Promise<TrainedForest> {
    features ??= nodeFeatures(tree, dataOf(data, taxonomy, [taxonomy.root]), make, hooks);
    const fitted = await features;
    const { data: own, names, values } = fitted;
    const started = performance.now();
    const seed = seedOf(config, node);
    const forest = await fitNodeForest(own, taxonomy, node, fitted, { ...growing, seed, hooks });
    const conditional = forest.predict(asTable(names, rowsOf(values, names.length, judgedImages(own))));
    return { forest, fitted, conditional, seconds: (performance.now() - started) / 1000 };
  }

  return {
    async train(version) {
      if (version.as === 'forest') return growForest(version);
      const { node, as, start, trunk, config } = version;
      const { trainer, judged } = await benchFor(version);
      const seeded = { ...config, seed: seedOf(config, node) };
      // Everything that determines the result; the views of images are drawn for all nodes of a bench together.
      const key = JSON.stringify([benchKey(version), nodesAt(version), node.path, start, config]);
      const { checkpoint } = hooks;
      const own = { ...hooks, checkpoint: checkpoint && (() => checkpoint(key)) };
      const fitted = await unlessDiverged(trainer.train(node, seeded, firstOf(version), own));
      if (fitted === undefined) return undefined;
      const conditional = trainer.conditionals(node, fitted.weights, judged);
      const weights = as === 'head' && trunk === 'node' ? { ...trunkOf(version), ...fitted.weights } : fitted.weights;
      return { fitted, weights, conditional, seconds: fitted.seconds };
    },
    dispose: () => dispose(() => true),
  };
}

/** A separate seed for each node, so that the result does not depend on the nodes before it. */
const seedOf = ({ seed }: TrainingConfig, { path }: NodeDescription) => hash32(seed, 'tune', path) >>> 1;

const ownerOf = ({ as, trunk, node }: Version) => (as === 'head' && trunk === 'node' ? node.path : undefined);

/** The settings that versions on one bench must share. Rate, epochs and sampling may differ. */
function benchKey(version: Version): string {
  const { as, views, config } = version;
  const { batch, labelSmoothing, augmentation, optimiser, seed } = config;
  const compiled = { batch, labelSmoothing, augmentation, optimiser: { ...optimiser, rate: 0 } };
  const ofFeatures = as === 'head' ? { owner: ownerOf(version), views, seed } : undefined;
  return JSON.stringify({ as, compiled, ofFeatures });
}
