/** The end of growing: combines kept and new nodes, chooses the decision, and compares both trees on the old classes. */

import { append } from '../arrays.js';
import type { Classifier } from '../classifier/classifier.js';
import type { TrainingData } from '../classifier/data/training-data.js';
import { FLAT_HEAD_MODULE, TRUNK_MODULE } from '../classifier/modules.js';
import type { NodeDescription, TreeDescription } from '../classifier/schema.js';
import { packSeen } from '../classifier/store/seen.js';
import type { HistoryLine } from '../classifier/store/store.js';
import { completeTree, describeUndecided } from '../classifier/train/complete-tree.js';
import { imagesBelow } from '../classifier/train/node-plan.js';
import { classifyTest, testScore } from '../classifier/train/test-score.js';
import type { trainNodes } from '../classifier/train/train-nodes.js';
import type { TreeClassifier } from '../classifier/tree.js';
import { withOutputOrder } from '../network/outputs.js';
import type { Weights } from '../network/weights.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { MakeProgram } from '../tensorflow/device.js';
import type { TrainingConfig } from '../training/config.js';
import type { GrowthPlan } from './growth-plan.js';
import type { Grown, KnownClasses } from './options.js';

interface Finishing {
  readonly taxonomy: Taxonomy;
  readonly plan: GrowthPlan;
  readonly trained: Awaited<ReturnType<typeof trainNodes>>;
  readonly config: TrainingConfig;
  readonly origin: { readonly name: string | null; readonly sha256: string | null };
  readonly started: number;
  readonly signal: AbortSignal | undefined;
}

export async function finishGrowth(
  old: TreeClassifier,
  data: TrainingData,
  make: MakeProgram,
  { taxonomy, plan, trained, config, origin, started, signal }: Finishing,
): Promise<Grown> {
  const { specialists: _, attempts: __, tunedFrom: ___, ...description } = old.description;
  const sameClasses = plan.added.length === 0;
  const weights = new Map<string, Weights>();
  const takeOver = (module: string) => {
    const taken = old.weights.get(module);
    if (taken !== undefined) weights.set(module, taken);
  };
  takeOver(TRUNK_MODULE);
  const history: HistoryLine[] = [];
  const nodes = new Map<string, NodeDescription>();
  for (const { path, children, from, order } of plan.kept) {
    const taken = old.weights.get(from.path);
    if (taken !== undefined) weights.set(path, withOutputOrder(taken, order));
    append(
      history,
      old.history.flatMap((line) => (line.node === from.path ? [{ ...line, node: path }] : [])),
    );
    nodes.set(path, { ...from, path, children: [...children], images: imagesBelow(data, taxonomy, path) });
  }
  for (const [path, own] of trained.modules) weights.set(path, own);
  for (const node of trained.nodes) nodes.set(node.path, node);
  append(history, trained.history);
  if (sameClasses) takeOver(FLAT_HEAD_MODULE);

  const grown: TreeDescription = {
    ...description,
    ...describeUndecided(data, taxonomy, description.headKind),
    training: config,
    flatHead: sameClasses ? description.flatHead : null,
    nodes: taxonomy.internalNodes().flatMap(({ path }) => nodes.get(path) ?? []),
    grownFrom: {
      ...origin,
      added: [...plan.added],
      trained: plan.changed.map(({ path }) => path),
      kept: plan.kept.map(({ path }) => path),
    },
    seconds: description.seconds + (performance.now() - started) / 1000,
  };
  const seen = packSeen(data.prints, data.split);
  const { tree } = await completeTree(
    make,
    data,
    { description: grown, taxonomy, parts: { weights }, history, seen },
    signal,
  );
  return { tree, plan, known: await knownClasses(old, tree, data, signal) };
}

/** Compares both classifiers on the test images of the classes that the old one knows. */
export async function knownClasses(
  old: Classifier,
  grown: Classifier,
  data: TrainingData,
  signal: AbortSignal | undefined,
): Promise<KnownClasses | undefined> {
  const { classes, labels } = data.truth;
  const names = new Set(old.classes);
  const test = data.split.test.filter((image) => names.has(classes[labels[image] ?? -1] ?? ''));
  const only = { ...data, split: { ...data.split, test } };
  const after = await classifyTest(grown, only, signal);
  const column = new Map(old.classes.map((name, i) => [name, i]));
  const inOld = labels.map((label) => column.get(classes[label] ?? '') ?? -1);
  const before = await classifyTest(
    old,
    { ...only, truth: { classes: old.classes, groups: [], labels: inOld } },
    signal,
  );
  if (after === undefined || before === undefined) return undefined;
  const { images, accuracy } = testScore(after);
  return { images, before: testScore(before).accuracy, after: accuracy };
}
