/** The end of tuning: builds the new tree from the accepted versions and compares it with the old one on the test set. */

import type { TrainingData } from '../classifier/data/training-data.js';
import { usualDecider } from '../classifier/deciders.js';
import type { FeatureSource } from '../classifier/feature-schema.js';
import { PCA_MODULE } from '../classifier/modules.js';
import type { NodeDescription, TreeDescription } from '../classifier/schema.js';
import { completeTree } from '../classifier/train/complete-tree.js';
import { classifyTest } from '../classifier/train/test-score.js';
import { summaryOf } from '../classifier/train/train-nodes.js';
import { TreeClassifier } from '../classifier/tree.js';
import { compareClassifiers } from '../evaluation/compare.js';
import type { MakeProgram } from '../tensorflow/device.js';
import type { Version } from './node-tuning.js';
import type { Tuned } from './options.js';
import type { TrainedVersion } from './version-trainer.js';

export interface AcceptedVersion {
  readonly version: Version;
  readonly trained: TrainedVersion;
}

/**
 * The new tree with its decision, and its comparison with the old one on the test set. Weights that were not replaced are
 * the same objects.
 *
 * @param before the description of the old tree, with the attempts
 */
export async function finishTuning(
  tree: TreeClassifier,
  before: TreeDescription,
  accepted: readonly AcceptedVersion[],
  data: TrainingData,
  make: MakeProgram,
  signal: AbortSignal | undefined,
): Promise<Pick<Tuned, 'tree' | 'test'>> {
  const { taxonomy, seen } = tree;
  const weights = new Map(tree.weights);
  const nodes = new Map(before.nodes.map((node) => [node.path, node]));
  const forests = new Map(tree.forests);
  let { history } = tree;
  let sources: readonly FeatureSource[] | undefined = before.sources;
  let { tables } = tree.parts;
  for (const { version, trained } of accepted) {
    const { path } = version.node;
    forests.delete(path);
    nodes.set(path, describe(before, version, trained));
    history = history.filter(({ node }) => node !== path);
    if (trained.forest !== undefined) {
      weights.delete(path);
      forests.set(path, trained.forest);
      ({ sources, tables } = trained.fitted);
      for (const [module, own] of trained.fitted.weights) if (!weights.has(module)) weights.set(module, own);
      continue;
    }
    weights.set(path, trained.weights);
    history = [...history, ...trained.fitted.history.map((record) => ({ node: path, ...record }))];
  }
  if (forests.size === 0) weights.delete(PCA_MODULE);
  const parts = { weights, forests, tables };
  const { sources: _, ...rest } = before;
  const description = {
    ...rest,
    nodes: [...nodes.values()],
    ...(forests.size > 0 && sources !== undefined && { sources: [...sources] }),
  };
  const assemble = (described: TreeDescription) => new TreeClassifier(make, described, taxonomy, parts, history, seen);
  if (accepted.length === 0) return { tree: assemble(description), test: undefined };

  const tuned = await completeTree(make, data, { description, taxonomy, parts, history, seen }, signal);
  const ofOld = await classifyTest(tree, data, signal);
  if (tuned.test === undefined || ofOld === undefined) return { tree: tuned.tree, test: undefined };
  const test = compareClassifiers({ tuned: tuned.test, before: ofOld }, { taxonomy, seed: before.training.seed });
  const differences = test.differences.map(({ metric, difference, ci95: [low, high], p }) => {
    return { metric, difference, ci95: [low, high] as [number, number], p };
  });
  const { tunedFrom } = before;
  const onTest = { images: tuned.test.labels.length, differences };
  return {
    tree: assemble({ ...tuned.tree.description, ...(tunedFrom && { tunedFrom: { ...tunedFrom, test: onTest } }) }),
    test,
  };
}

/** `decidedBy` is left out if it is the default of the tree. */
function describe(tree: TreeDescription, { node, as, trunk }: Version, trained: TrainedVersion): NodeDescription {
  const { decidedBy: _, ...rest } = node;
  if (trained.forest !== undefined) return { ...rest, summary: null, decidedBy: 'forest' };
  const decider = as === 'network' || trunk === 'node' ? 'network' : 'head';
  const described = { ...rest, summary: summaryOf(trained.fitted) };
  return usualDecider(tree) === decider ? described : { ...described, decidedBy: decider };
}
