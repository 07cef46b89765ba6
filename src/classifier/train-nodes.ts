/** Trains a tree node by node: each on the images below it, independent of the others, and resumable by itself. */
import { initialise } from '../network/initialise.js';
import { createHead } from '../network/network.js';
import { withOutputs } from '../network/outputs.js';
import type { Weights } from '../network/weights.js';
import { hash32 } from '../random.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { MakeProgram } from '../tensorflow/device.js';
import type { CheckpointStore } from '../training/checkpoint.js';
import type { TrainingConfig } from '../training/config.js';
import { fit } from '../training/fit.js';
import type { Task } from '../training/task.js';
import { createTrainer } from '../training/trainer.js';
import { type DecidingNode, decidingNodes, imagesBelow, type NodePlan, nodeTask } from './node-plan.js';
import type { NodeDescription } from './schema.js';
import type { HistoryLine } from './store.js';
import type { TreeHooks } from './train-tree.js';
import type { TrainingData } from './training-data.js';

/** A node with few images still gets as many steps as it takes to learn something. */
const FEWEST_STEPS = 100;

/**
 * One compiled trainer serves all nodes: it has as many outputs as the widest node has children.
 * @param deciding the nodes to train: by default all that have something to decide
 */
export async function trainNodes(
  data: TrainingData,
  taxonomy: Taxonomy,
  plan: NodePlan,
  make: MakeProgram,
  hooks: TreeHooks = {},
  deciding: readonly DecidingNode[] = decidingNodes(taxonomy),
) {
  const outputs = Math.max(...deciding.map(({ children }) => children.length));
  const modelOf = (count: number) => plan.model(createHead(plan.network.head, plan.features, count));
  const trainer = createTrainer(make, modelOf(outputs), plan.source, plan.config);
  const nodes: NodeDescription[] = [];
  const parts = new Map<string, Weights>();
  const history: HistoryLine[] = [];
  try {
    for (const [index, node] of deciding.entries()) {
      hooks.onNode?.(node.path, index, deciding.length);
      const task = nodeTask(data, taxonomy, node, plan);
      // A seed of its own: what a node becomes does not depend on the nodes before it.
      const seed = hash32(plan.config.seed, 'node', node.path) >>> 1;
      const first = { ...initialise(modelOf(node.children.length).parameters, seed), ...plan.first(node.path) };
      const config = withEnoughSteps({ ...plan.config, seed }, task);
      const store = hooks.checkpoint?.(node.path);
      const fitted = await fit(trainer, task, config, withOutputs(first, outputs), {
        signal: hooks.signal,
        onStep: hooks.onStep,
        onEpoch: (record) => hooks.onEpoch?.(node.path, record),
        // A head on features is trained in a second: it is kept when it is done.
        checkpoint: store && plan.source.kind === 'features' ? onlyFinished(store, config.epochs) : store,
      });
      parts.set(node.path, withOutputs(fitted.weights, node.children.length));
      history.push(...fitted.history.map((record) => ({ node: node.path, ...record })));
      const summary = { seconds: fitted.seconds, epochs: fitted.history.length, best: fitted.best };
      nodes.push({ ...node, images: imagesBelow(data, taxonomy, node.path), summary });
    }
    return { nodes, parts, history, summary: null };
  } finally {
    trainer.dispose();
  }
}

function withEnoughSteps(config: TrainingConfig, { train }: Task): TrainingConfig {
  const steps = Math.ceil(train.length / config.batch);
  return { ...config, epochs: Math.max(config.epochs, Math.ceil(FEWEST_STEPS / steps)) };
}

function onlyFinished(store: CheckpointStore, epochs: number): CheckpointStore {
  return { ...store, save: async (made) => (made.history.length < epochs ? undefined : store.save(made)) };
}
