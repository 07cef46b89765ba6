/** Trains a tree node by node: each on the images below it, independently of the others; each training can be resumed. */
import { append, largest } from '../../arrays.js';
import { initialise } from '../../network/initialise.js';
import { createHead } from '../../network/network.js';
import { withOutputs } from '../../network/outputs.js';
import type { Weights } from '../../network/weights.js';
import { hash32 } from '../../random.js';
import type { DecidingNode } from '../../taxonomy/nodes.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import type { CheckpointStore } from '../../training/checkpoint.js';
import type { TrainingConfig } from '../../training/config.js';
import { type Fitted, fit, unlessDiverged } from '../../training/fit.js';
import type { Task } from '../../training/task.js';
import { createTrainer } from '../../training/trainer.js';
import type { TrainingData } from '../data/training-data.js';
import type { NodeDescription, TrainingSummary } from '../schema.js';
import type { HistoryLine } from '../store/store.js';
import { requireIndices } from './indices.js';
import { imagesBelow, type NodePlan, nodeTask } from './node-plan.js';
import type { TreeHooks } from './tree-options.js';

/** A node with few images still gets as many steps as it takes to learn something: it sees each image several times an epoch. */
const FEWEST_STEPS = 100;

/** Trains any nodes of a tree, one after another. */
export interface NodeTrainer {
  /** @param first values that the training starts from, in place of random ones */
  train(node: DecidingNode, config: TrainingConfig, first: Weights, hooks: TreeHooks): Promise<Fitted>;
  /** The node's conditional probabilities with these weights, for rows of the plan's source: [rows x children]. */
  conditionals(node: DecidingNode, weights: Weights, rows: Int32Array): Float32Array;
  dispose(): void;
}

/** @param widest the most children that a node has: the one compiled trainer has as many outputs */
export function nodeTrainer(
  data: TrainingData,
  taxonomy: Taxonomy,
  plan: NodePlan,
  make: MakeProgram,
  widest: number,
): NodeTrainer {
  const modelOf = (outputs: number) => plan.model(createHead(plan.network.head, plan.features, outputs));
  const trainer = createTrainer(make, modelOf(widest), plan.source, plan.config);
  return {
    async train(node, config, first, hooks) {
      const task = withEnoughSteps(nodeTask(data, taxonomy, node, plan), config);
      const all = { ...initialise(modelOf(node.children.length).parameters, config.seed), ...first };
      const store = hooks.checkpoint?.(node.path);
      const train = () =>
        fit(trainer, task, config, withOutputs(all, widest), {
          signal: hooks.signal,
          onStep: hooks.onStep,
          onEpoch: (record) => hooks.onEpoch?.(node.path, record),
          // Most heads on features are trained in a second: saving each of their epochs would take longer.
          checkpoint: store && plan.source.kind === 'features' ? lastEpochOf(store, config.epochs) : store,
        });
      const fitted = await (store?.alone?.(train) ?? train());
      return { ...fitted, weights: withOutputs(fitted.weights, node.children.length) };
    },
    conditionals(node, weights, rows) {
      trainer.start(withOutputs(weights, widest), node.children.length);
      return trainer.answers(rows);
    },
    dispose: () => trainer.dispose(),
  };
}

export interface WhichNodes {
  /** Default: all that have something to decide. */
  readonly deciding?: readonly DecidingNode[];
  /** Train only some of these, by their indices: each as if all were trained. */
  readonly only?: readonly number[] | undefined;
  /** Leave out nodes whose training diverges, instead of ending with its error. */
  readonly skipDiverged?: boolean;
}

export async function trainNodes(
  data: TrainingData,
  taxonomy: Taxonomy,
  plan: NodePlan,
  make: MakeProgram,
  hooks: TreeHooks = {},
  { deciding = taxonomy.decidingNodes(), only, skipDiverged = false }: WhichNodes = {},
) {
  requireIndices('onlyNodes', only, deciding.length, 'nodes that are trained');
  const trainer = nodeTrainer(data, taxonomy, plan, make, largest(deciding.map(({ children }) => children.length)));
  const nodes: NodeDescription[] = [];
  const modules = new Map<string, Weights>();
  const history: HistoryLine[] = [];
  try {
    for (const [index, node] of deciding.entries()) {
      if (only !== undefined && !only.includes(index)) continue;
      hooks.onNode?.(node.path, index, deciding.length);
      const training = trainer.train(node, nodeConfig(plan, node), plan.first(node.path), hooks);
      const fitted = await (skipDiverged ? unlessDiverged(training) : training);
      if (fitted === undefined) continue;
      modules.set(node.path, fitted.weights);
      append(
        history,
        fitted.history.map((record) => ({ node: node.path, ...record })),
      );
      const { path, children } = node;
      nodes.push({ path, children, images: imagesBelow(data, taxonomy, path), summary: summaryOf(fitted) });
    }
    return { nodes, modules, history, summary: null };
  } finally {
    trainer.dispose();
  }
}

/** With a separate seed for each node, so that the result does not depend on the nodes before it. */
export const nodeConfig = (
  { config }: Pick<NodePlan, 'config'>,
  { path }: Pick<DecidingNode, 'path'>,
): TrainingConfig => ({
  ...config,
  seed: hash32(config.seed, 'node', path) >>> 1,
});

export const summaryOf = ({ seconds, history, best }: Fitted): TrainingSummary => ({
  seconds,
  epochs: history.length,
  best,
});

function withEnoughSteps(task: Task, { epochs, batch }: TrainingConfig): Task {
  const { train } = task;
  const times = Math.ceil((FEWEST_STEPS * batch) / (epochs * train.length));
  if (times <= 1) return task;
  return { ...task, train: Int32Array.from({ length: times * train.length }, (_, i) => train[i % train.length] ?? 0) };
}

/** The same store, which skips the checkpoints after all epochs but the last. Those within an epoch are saved. */
function lastEpochOf(store: CheckpointStore, epochs: number): CheckpointStore {
  return {
    ...store,
    async save(made) {
      if (made.unfinished !== undefined || made.history.length === epochs) await store.save(made);
    },
  };
}
