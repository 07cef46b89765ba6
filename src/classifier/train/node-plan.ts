/** What the trainings of a tree's nodes share, and the task of each. */
import { CladenetError } from '../../errors.js';
import { createTrunk, type Head } from '../../network/network.js';
import type { NetworkSpec } from '../../network/spec.js';
import type { Weights } from '../../network/weights.js';
import type { DecidingNode } from '../../taxonomy/nodes.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { TrainingConfig } from '../../training/config.js';
import { type Model, networkModel } from '../../training/model.js';
import { imageSource, type Source } from '../../training/source.js';
import type { Task } from '../../training/task.js';
import { type ComputeOptions, deviceMemoryOf } from '../compute-options.js';
import { parseHead, resolveNetwork } from '../configuration.js';
import { requireUnseen } from '../data/seen-before.js';
import type { TrainingData } from '../data/training-data.js';
import type { FlatClassifier } from '../flat.js';
import { trunkWeights } from '../modules.js';
import { requirePreprocessing } from '../preprocessing.js';
import { startingWeights } from './starting-weights.js';
import type { TreeOptions } from './tree-options.js';

/** Where the nodes' examples come from and how their networks look; the same for all nodes of a tree. */
export interface NodePlan {
  readonly network: NetworkSpec;
  readonly config: TrainingConfig;
  /** Of a shared trunk that is not trained. */
  readonly trunk: Weights | undefined;
  /** Values that a node's training starts from, in place of random ones. */
  first(path: string): Weights;
  readonly source: Source;
  /** The rows of the source that show a training image: itself, or its features in several views. */
  trainRows(image: number): readonly number[];
  /** Labels of the source's rows from labels of the images. */
  rowLabels(labels: Int32Array): Int32Array;
  /** Length of the feature vector that heads get. */
  readonly features: number;
  /** What is trained of a network with this head: all of it, or the head alone. */
  model(head: Head): Model;
}

/** Whole networks are trained on images: one for each node, or one for all; from the flat classifier's CNN block if given. */
export async function trainedTrunks(data: TrainingData, options: Omit<TreeOptions, 'taxonomy'>): Promise<NodePlan> {
  const { from, hooks } = options;
  const networks = ownNetworks(data, options);
  const { network, config } = networks;
  const { weights } =
    from === undefined
      ? await startingWeights(config, network.trunk, { signal: hooks?.signal })
      : { weights: trunkWeights(from.weights) };
  return { ...onImages(data, { ...options, ...networks }), first: () => weights };
}

/** The network of a node that has its own CNN block, and its training. */
export function ownNetworks(
  data: TrainingData,
  options: Omit<TreeOptions, 'taxonomy'>,
): Pick<NodePlan, 'network' | 'config'> {
  const { images } = data;
  const { from } = options;
  const { spec, config } = resolveNetwork(options.network ?? from?.description.network, options.training);
  const { size, channels } = spec.trunk.input;
  requirePreprocessing(images, { ...images.preprocessing, size, channels });
  if (from !== undefined) {
    requireUnseen(data, from);
    requireSameTrunk(spec, from);
  }
  const head = options.head === undefined ? spec.head : parseHead(options.head);
  return { network: { trunk: spec.trunk, head }, config };
}

/** Examples that are the images themselves. */
export const imagesAsRows: Pick<NodePlan, 'trainRows' | 'rowLabels'> = {
  trainRows: (image) => [image],
  rowLabels: (labels) => labels,
};

/** Networks that are trained as wholes, on images. */
export function onImages(
  { images }: TrainingData,
  given: Pick<NodePlan, 'network' | 'config'> & Pick<ComputeOptions, 'deviceMemory'>,
): NodePlan {
  const { network, config } = given;
  const trunk = createTrunk(network.trunk);
  return {
    network,
    config,
    trunk: undefined,
    first: () => ({}),
    source: imageSource(images, deviceMemoryOf(given)),
    ...imagesAsRows,
    features: trunk.features,
    model: (one) => networkModel(trunk, one),
  };
}

/** A warm start takes the weights over, so the CNN blocks have to be alike. */
function requireSameTrunk({ trunk }: NetworkSpec, { description }: FlatClassifier): void {
  const theirs = description.network.trunk;
  if (JSON.stringify(trunk) === JSON.stringify(theirs)) return;
  throw new CladenetError('USAGE', 'The training cannot start from the CNN block of the flat classifier', [
    {
      where: 'network',
      expected: 'the CNN block of the flat classifier',
      received: 'another one',
      remedy: "Leave the network out to take the flat classifier's, or leave out from.",
    },
  ]);
}

/** The task of a node: which child each image below it belongs to. Other images are ignored. */
export function nodeTask(
  data: TrainingData,
  taxonomy: Taxonomy,
  node: DecidingNode,
  plan: Pick<NodePlan, 'trainRows' | 'rowLabels'>,
): Task {
  const { truth, split } = data;
  const childOf = new Map(node.children.flatMap((child, k) => taxonomy.classesBelow(child).map((name) => [name, k])));
  const ofClass = truth.classes.map((name) => childOf.get(name) ?? -1);
  // A label at an inner node below a child determines the child; one at the node itself, or above it, does not.
  const ofGroup = truth.groups.map(({ classes }) => {
    const [child = -1, ...others] = new Set(classes.map((label) => ofClass[label] ?? -1));
    return others.length === 0 ? child : -1;
  });
  const ofLabel = [...ofClass, ...ofGroup];
  const labels = truth.labels.map((label) => ofLabel[label] ?? -1);
  const below = (indices: Int32Array) => indices.filter((image) => (labels[image] ?? -1) >= 0);
  return {
    labels: plan.rowLabels(labels),
    classes: node.children.length,
    train: trainingRows(below(split.train), plan),
    validation: below(split.validation),
  };
}

/** The rows of the source that show these training images, image by image. */
export function trainingRows(images: Int32Array, { trainRows }: Pick<NodePlan, 'trainRows'>): Int32Array {
  return Int32Array.from(Array.from(images).flatMap((image) => trainRows(image)));
}

/** Training images below a node, those labelled at it or at inner nodes below it included. */
export function trainingBelow({ truth, split }: TrainingData, taxonomy: Taxonomy, path: string): Int32Array {
  const names = new Set(taxonomy.classesBelow(path));
  const ofClass = truth.classes.map((name) => names.has(name));
  const ofGroup = truth.groups.map(({ classes }) => classes.every((label) => ofClass[label]));
  const isBelow = [...ofClass, ...ofGroup];
  return split.train.filter((image) => isBelow[truth.labels[image] ?? -1] ?? false);
}

export function imagesBelow(data: TrainingData, taxonomy: Taxonomy, path: string): number {
  return trainingBelow(data, taxonomy, path).length;
}
