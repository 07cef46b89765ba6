/** What the trainings of a tree's nodes have in common, and what each of them is asked to learn. */
import { createHead, createTrunk } from '../network/network.js';
import type { NetworkSpec } from '../network/spec.js';
import type { Weights } from '../network/weights.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { TrainingConfig } from '../training/config.js';
import { type Model, wholeModel } from '../training/model.js';
import { imageSource, type Source } from '../training/source.js';
import type { Task } from '../training/task.js';
import { resolveNetwork } from './configuration.js';
import { requirePreprocessing } from './preprocessing.js';
import type { NodeDescription } from './schema.js';
import type { TreeOptions } from './train-tree.js';
import type { TrainingData } from './training-data.js';

/** Where the nodes' examples come from and how their networks look; the same for all nodes of a tree. */
export interface NodePlan {
  readonly network: NetworkSpec;
  readonly config: TrainingConfig;
  /** Of a shared trunk. */
  readonly trunk: Weights | undefined;
  readonly source: Source;
  /** The rows of the source that show a training image: itself, or its features in several views. */
  trainRows(image: number): readonly number[];
  /** Labels of the source's rows from labels of the images. */
  rowLabels(labels: Int32Array): Int32Array;
  model(outputs: number): Model;
}

/** A node that has something to decide: two children or more. */
export type DecidingNode = Pick<NodeDescription, 'path' | 'children'>;

/** In pre-order. */
export function decidingNodes(taxonomy: Taxonomy): DecidingNode[] {
  return taxonomy
    .internalNodes()
    .filter(({ children }) => children.length > 1)
    .map(({ path, children }) => ({ path, children: [...children] }));
}

/** Every node trains a whole network on images. */
export function ownTrunks({ images }: TrainingData, options: TreeOptions, deviceMemory: number): NodePlan {
  const { spec, config } = resolveNetwork(options.network, options.training);
  const trunk = createTrunk(spec.trunk);
  const { size, channels } = spec.trunk.input;
  requirePreprocessing(images, { ...images.preprocessing, size, channels });
  return {
    network: spec,
    config,
    trunk: undefined,
    source: imageSource(images, deviceMemory),
    trainRows: (image) => [image],
    rowLabels: (labels) => labels,
    model: (outputs) => wholeModel(trunk, createHead(spec.head, trunk.features, outputs)),
  };
}

/** The node's own problem: which child each image below it belongs to. Images elsewhere are not its business. */
export function nodeTask(data: TrainingData, taxonomy: Taxonomy, node: DecidingNode, plan: NodePlan): Task {
  const { images, split } = data;
  const childOf = new Map(node.children.flatMap((child, k) => taxonomy.classesBelow(child).map((name) => [name, k])));
  const labels = images.labels.map((label) => childOf.get(images.classes[label] ?? '') ?? -1);
  const below = (indices: Int32Array) => Array.from(indices).filter((image) => (labels[image] ?? -1) >= 0);
  return {
    labels: plan.rowLabels(labels),
    classes: node.children.length,
    train: Int32Array.from(below(split.train).flatMap((image) => plan.trainRows(image))),
    validation: Int32Array.from(below(split.validation)),
  };
}

/** Training images below a node. */
export function imagesBelow({ images, split }: TrainingData, taxonomy: Taxonomy, path: string): number {
  const names = new Set(taxonomy.classesBelow(path));
  const isBelow = (image: number) => names.has(images.classes[images.labels[image] ?? -1] ?? '');
  return split.train.reduce((sum, image) => sum + (isBelow(image) ? 1 : 0), 0);
}
