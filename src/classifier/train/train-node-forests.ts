/** Random forests in the nodes of a tree: each on the training images below its node, all on the same features. */
import { fitForest } from '../../forest/fit.js';
import type { Forest } from '../../forest/forest.js';
import type { DecidingNode } from '../../taxonomy/nodes.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import type { TrainingConfig } from '../../training/config.js';
import type { TrainingData } from '../data/training-data.js';
import { knownColumns } from '../features/columns.js';
import { asTable } from '../features/source.js';
import type { NodeDescription } from '../schema.js';
import { type FittedSources, fitSources, rowsOf } from './fit-sources.js';
import { imagesAsRows, imagesBelow, nodeTask } from './node-plan.js';
import { nodeConfig } from './train-nodes.js';
import type { TreeHooks, TreeOptions } from './tree-options.js';

/** Default: what heads decide on, too. */
export const NODE_FEATURES = ['deep'] as const;

type ForestsOptions = Omit<TreeOptions, 'taxonomy' | 'training'> & { readonly config: TrainingConfig };

/** @throws CladenetError as `fitSources` and `fitForest` */
export async function trainNodeForests(
  data: TrainingData,
  taxonomy: Taxonomy,
  options: ForestsOptions,
  make: MakeProgram,
) {
  const { features = NODE_FEATURES, measuring, pca, from, config, hooks = {} } = options;
  const { signal, onProgress, onNotes } = hooks;
  const fitted = await fitSources(data, { features, measuring, pca, from, signal, onProgress, onNotes }, make);
  const deciding = taxonomy.decidingNodes();
  const forests = new Map<string, Forest>();
  const nodes: NodeDescription[] = [];
  for (const [index, node] of deciding.entries()) {
    hooks.onNode?.(node.path, index, deciding.length);
    const { seed } = nodeConfig({ config }, node);
    forests.set(node.path, await fitNodeForest(data, taxonomy, node, fitted, { ...options, seed, hooks }));
    const { path, children } = node;
    const images = imagesBelow(data, taxonomy, path);
    nodes.push({ path, children, images, summary: null, decidedBy: 'forest' });
  }
  const { sources, weights: modules, tables } = fitted;
  return { nodes, modules, forests, sources: [...sources], tables, history: [], summary: null };
}

/**
 * A forest that decides among the children of a node. Images of which the child is known are learned, those labelled at inner
 * nodes below a child included. Its seed is its own, so that the result does not depend on other nodes.
 */
export function fitNodeForest(
  data: TrainingData,
  taxonomy: Taxonomy,
  node: DecidingNode,
  { names, values }: Pick<FittedSources, 'names' | 'values'>,
  { trees, forest, seed, hooks }: Pick<ForestsOptions, 'trees' | 'forest'> & { seed: number; hooks: TreeHooks },
): Promise<Forest> {
  const { labels, train } = nodeTask(data, taxonomy, node, imagesAsRows);
  const table = asTable(names, withKnownColumns(rowsOf(values, names.length, train), names.length));
  const { signal } = hooks;
  const learned = train.map((image) => labels[image] ?? 0);
  return fitForest(table, learned, node.children, { ...forest, trees, seed, missing: 'median', signal });
}

/** A column that could not be measured for any image of a small node becomes one number, on which no tree splits. */
function withKnownColumns(values: Float64Array, width: number): Float64Array {
  const rows = Int32Array.from({ length: values.length / width }, (_, row) => row);
  const known = new Set(knownColumns(values, width, rows));
  return known.size === width ? values : values.map((value, i) => (known.has(i % width) ? value : 0));
}
