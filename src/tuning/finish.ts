/** The end of tuning: from the versions that were accepted to a new tree, held against the old one on the test set. */

import type { TrainingData } from '../classifier/data/training-data.js';
import { usualDecider } from '../classifier/deciders.js';
import type { NodeDescription, TreeDescription } from '../classifier/schema.js';
import { chooseDecision } from '../classifier/train/choose-decision.js';
import { classifyTest, testScore } from '../classifier/train/test-score.js';
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
 * The new tree, how it decides, and what that changed on the test set. Weights that were not replaced are the same
 * objects.
 */
export async function finishTuning(
  tree: TreeClassifier,
  description: TreeDescription,
  accepted: readonly AcceptedVersion[],
  data: TrainingData,
  make: MakeProgram,
  signal: AbortSignal | undefined,
): Promise<Pick<Tuned, 'tree' | 'test'>> {
  const { taxonomy, seen } = tree;
  const modules = new Map(tree.weights);
  const nodes = new Map(description.nodes.map((node) => [node.path, node]));
  let { history } = tree;
  for (const { version, trained } of accepted) {
    const { path } = version.node;
    modules.set(path, trained.weights);
    nodes.set(path, describe(description, version, trained));
    const own = trained.fitted.history.map((record) => ({ node: path, ...record }));
    history = [...history.filter(({ node }) => node !== path), ...own];
  }
  const assemble = (described: TreeDescription) =>
    new TreeClassifier(make, { ...described, nodes: [...nodes.values()] }, taxonomy, modules, history, seen);
  if (accepted.length === 0) return { tree: assemble(description), test: undefined };

  const unscored = assemble(description);
  const decision = await chooseDecision(unscored, data).finally(() => unscored.dispose());
  const decided = { ...description, decision };
  const after = await classifyTest(assemble(decided), data, signal);
  const before = await classifyTest(tree, data, signal);
  if (after === undefined || before === undefined) return { tree: assemble(decided), test: undefined };
  const test = compareClassifiers({ tuned: after, before }, { taxonomy, seed: description.training.seed });
  const differences = test.differences.map(({ metric, difference, ci95: [low, high], p }) => {
    return { metric, difference, ci95: [low, high] as [number, number], p };
  });
  const score = testScore(after);
  const from = description.tunedFrom && { ...description.tunedFrom, test: { images: score.images, differences } };
  return { tree: assemble({ ...decided, test: score, ...(from && { tunedFrom: from }) }), test };
}

/** Who decides is only said where it is not what decides in all nodes of such a tree. */
function describe(tree: TreeDescription, { node, as, trunk }: Version, { fitted }: TrainedVersion): NodeDescription {
  const { decidedBy: _, ...rest } = node;
  const decider = as === 'network' || trunk === 'node' ? 'network' : 'head';
  const described = { ...rest, summary: summaryOf(fitted) };
  return usualDecider(tree) === decider ? described : { ...described, decidedBy: decider };
}
