/**
 * Trains a tree as one network whose head decides in all nodes at once: the head alone on the features of a frozen trunk,
 * trunk and head together (`joint`), or together level by level from the root down (`layered`).
 */
import { append, largest } from '../../arrays.js';
import { initialise } from '../../network/initialise.js';
import type { Weights } from '../../network/weights.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import { fit } from '../../training/fit.js';
import { labelSets } from '../../training/label-sets.js';
import { namedLoss } from '../../training/losses/named-loss.js';
import { createTrainer } from '../../training/trainer.js';
import type { TrainingData } from '../data/training-data.js';
import { setsOf, type Truth } from '../data/truth.js';
import { headWeights, TREE_HEAD_MODULE, TRUNK_MODULE, trunkWeights } from '../modules.js';
import { createGlobalHead, globalShape, leftOutBranches } from '../new-children.js';
import type { TreeDescription } from '../schema.js';
import type { HistoryLine } from '../store/store.js';
import { imagesBelow, type NodePlan, trainingRows } from './node-plan.js';
import type { TreeHooks } from './tree-options.js';

export async function trainGlobal(
  data: TrainingData,
  taxonomy: Taxonomy,
  plan: NodePlan,
  { trunk, headKind }: Pick<TreeDescription, 'trunk' | 'headKind'>,
  make: MakeProgram,
  hooks: TreeHooks = {},
) {
  const { truth, split } = data;
  const { classes } = truth;
  const treeHead = createGlobalHead(plan.network.head, plan.features, taxonomy, { classes: [...classes], headKind });
  const model = plan.model(treeHead);
  const stages = trunk === 'layered' ? levels(taxonomy, truth, plan.config.epochs) : undefined;
  const sets = stages === undefined ? setsOf(truth, treeHead.outputs) : labelSets(stages.sets, classes.length);
  const loss = namedLoss(plan.config, globalShape(taxonomy, { classes: [...classes], headKind }));
  const leftOut = headKind === 'new-child' ? leftOutBranches(taxonomy, classes, truth.groups) : undefined;
  const trainer = createTrainer(make, model, plan.source, plan.config, { sets, loss, leftOut });
  const history: HistoryLine[] = [];
  let weights: Weights = { ...initialise(model.parameters, plan.config.seed), ...plan.first(taxonomy.root) };
  let summary: TreeDescription['summary'] = null;
  try {
    const plans = stages?.levels ?? [{ labels: truth.labels, epochs: plan.config.epochs }];
    for (const [stage, { labels, epochs }] of plans.entries()) {
      const name = stages === undefined ? TREE_HEAD_MODULE : `${TREE_HEAD_MODULE}>${stage + 1}`;
      hooks.onNode?.(stages === undefined ? taxonomy.root : `level ${stage + 1}`, stage, plans.length);
      const task = {
        labels: plan.rowLabels(labels),
        classes: treeHead.outputs,
        sets,
        train: trainingRows(split.train, plan),
        validation: split.validation,
      };
      const fitted = await fit(trainer, task, { ...plan.config, epochs }, weights, {
        signal: hooks.signal,
        onStep: hooks.onStep,
        onEpoch: (record) => hooks.onEpoch?.(taxonomy.root, record),
        checkpoint: hooks.checkpoint?.(name),
      });
      weights = fitted.weights;
      const done = history.length;
      const level = stages === undefined ? {} : { level: stage + 1 };
      append(
        history,
        fitted.history.map((record) => ({ ...record, epoch: done + record.epoch, ...level })),
      );
      const seconds: number = (summary?.seconds ?? 0) + fitted.seconds;
      summary = { seconds, epochs: history.length, best: { ...fitted.best, epoch: done + fitted.best.epoch } };
    }
  } finally {
    trainer.dispose();
  }
  const modules = new Map([
    ...(plan.trunk === undefined ? [[TRUNK_MODULE, trunkWeights(weights)] as const] : []),
    [TREE_HEAD_MODULE, headWeights(weights)] as const,
  ]);
  const nodes = taxonomy.decidingNodes().map(({ path, children }) => ({
    path,
    children,
    images: imagesBelow(data, taxonomy, path),
    summary: null,
  }));
  return { nodes, modules, history, summary };
}

/**
 * The levels of a tree as successive trainings, as the report's layer classifier grows: first every image is labelled with
 * its ancestor at depth 1, then at depth 2, and so on down to the classes. Levels at which nothing is decided (below nodes of
 * one child) are skipped; if there are more levels than epochs, some are skipped evenly. The epochs are divided evenly, and
 * the rest goes to the last level.
 */
function levels(taxonomy: Taxonomy, { classes, groups, labels }: Truth, epochs: number) {
  const leaf = classes.map((name) => taxonomy.leafOf(name));
  const nodeOf = (members: readonly number[]) =>
    members.map((label) => leaf[label] ?? '').reduce((a, b) => taxonomy.lca(a, b));
  const lineages = [...leaf, ...groups.map((group) => nodeOf(group.classes))].map((path) => taxonomy.lineage(path));
  const at = (lineage: readonly string[], depth: number) => lineage[Math.min(depth, lineage.length - 1)] ?? '';
  const widest = largest(lineages.map((lineage) => lineage.length)) - 1;
  const decides = (depth: number) =>
    lineages.some((lineage) => taxonomy.node(at(lineage, depth - 1)).children.length > 1);
  const deciding = Array.from({ length: widest }, (_, i) => i + 1).filter(decides);
  const count = Math.min(epochs, deciding.length);
  const depths = Array.from(
    { length: count },
    (_, i) => deciding[Math.ceil(((i + 1) * deciding.length) / count) - 1] ?? 0,
  );
  const columns = new Map(classes.map((name, column) => [name, column]));
  const nodes = taxonomy.nodes().map(({ path }) => path);
  const label = new Map(nodes.map((path, i) => [path, i]));
  const each = Math.floor(epochs / count);
  return {
    sets: nodes.map((path) => taxonomy.classesBelow(path).map((name) => columns.get(name) ?? 0)),
    levels: depths.map((depth, i) => ({
      depth,
      labels: labels.map((own) => label.get(at(lineages[own] ?? [], depth)) ?? -1),
      epochs: i === count - 1 ? epochs - each * (count - 1) : each,
    })),
  };
}
