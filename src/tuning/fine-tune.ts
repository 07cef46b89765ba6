/** Fine-tunes some nodes of a tree. A new version of a node is kept if the whole tree improves. */

import type { Classifier } from '../classifier/classifier.js';
import type { TrainingData } from '../classifier/data/training-data.js';
import type { Measure, NodeAttempt, TreeDescription } from '../classifier/schema.js';
import { identify } from '../classifier/store/store.js';
import { programsOn } from '../tensorflow/device.js';
import { VERSION } from '../version.js';
import { type AcceptedVersion, finishTuning } from './finish.js';
import { isBetter, type Judge } from './judge.js';
import type { Version } from './node-tuning.js';
import type { NodesToTune, Tuned, TuneOptions } from './options.js';
import { prepareTuning } from './prepare.js';
import { requireTunable } from './problems.js';
import { type Found, searchVersions, type Tried } from './search.js';
import { createVersionTrainer } from './version-trainer.js';

/**
 * Trains a new version of each node, one after another, on top of the versions accepted so far. A version is accepted if
 * `measure` of the whole tree improves on the validation set, with the tree's current decision; otherwise the node keeps its
 * version. Nodes without an accepted version, the shared CNN block and the flat head keep their weights, bit for bit. If any
 * version was accepted, the decision (routing, temperatures, the flat head's share) is chosen again, and the new tree is
 * compared with the old one on the test set, once.
 *
 * Saved with `save(folder, { origin })` the new tree shares the files of unchanged weights with the old one.
 *
 * @param data the images that the tree was trained on, in its own split
 * @throws CladenetError USAGE for a flat classifier, and for nodes that do not exist, are leaves or are named twice; DATASET for
 *         other images or another split, and nodes with too few validation images to judge; CONFIG, RUNTIME, TRAINING, ABORTED.
 *         The tree is never changed.
 */
export async function fineTune(
  classifier: Classifier,
  data: TrainingData,
  nodes: NodesToTune,
  options: TuneOptions = {},
): Promise<Tuned> {
  const { measure = 'logLoss', search, hooks = {}, deviceMemory } = options;
  const started = performance.now();
  const tree = requireTunable(classifier);
  const origin = options.origin === undefined ? { name: null, sha256: null } : await identify(options.origin);
  const plan = await prepareTuning(tree, data, nodes, options);
  const { judge } = plan;
  const make = options.make ?? programsOn({ device: options.device });
  const all = plan.nodes.flatMap(({ versions }) => versions);
  const versionTrainer = createVersionTrainer(tree, plan.data, all, { make, deviceMemory, hooks });
  const attempts: NodeAttempt[] = [];
  const accepted: AcceptedVersion[] = [];

  async function tryVersion(version: Version): Promise<Tried> {
    const begun = performance.now();
    const trained = await versionTrainer.train(version);
    const score = trained === undefined ? null : judge.scoreWith(version.node.path, trained.conditional);
    return { version, trained, score, seconds: trained?.seconds ?? (performance.now() - begun) / 1000 };
  }

  try {
    for (const [index, { node, versions }] of plan.nodes.entries()) {
      hooks.onNode?.(node.path, index, plan.nodes.length);
      const spent = attempts.reduce((sum, { seconds }) => sum + seconds, 0);
      const found = await searchVersions(versions, {
        train: tryVersion,
        isBetter: (a, b) => isBetter(measure, a, b),
        budget: ((search?.budget ?? 0) - spent) / (plan.nodes.length - index),
      });
      const attempt = describeAttempt(found, judge, measure);
      const { version, trained } = found;
      if (attempt.accepted && trained !== undefined) {
        judge.accept(node.path, trained.conditional);
        accepted.push({ version, trained });
      }
      attempts.push(attempt);
      hooks.onAttempt?.(attempt);
    }
  } finally {
    versionTrainer.dispose();
  }
  const { description } = tree;
  const tuned: TreeDescription = {
    ...description,
    cladenet: VERSION,
    attempts: [...(description.attempts ?? []), ...attempts],
    tunedFrom: { ...origin, measure, test: null },
    seconds: description.seconds + (performance.now() - started) / 1000,
  };
  return { attempts, ...(await finishTuning(tree, tuned, accepted, plan.data, make, hooks.signal)) };
}

function describeAttempt(
  { version, trained, score, seconds, tried }: Found,
  judge: Judge,
  measure: Measure,
): NodeAttempt {
  const { node, as, start, config } = version;
  const before = judge.score;
  return {
    node: node.path,
    as,
    start,
    ...(as === 'forest' ? { forest: trained?.forest?.settings } : { training: config }),
    images: judge.weak.nodes.find(({ path }) => path === node.path)?.images ?? 0,
    measure,
    before,
    after: score,
    accepted: score !== null && isBetter(measure, score, before),
    ...(tried > 1 && { tried }),
    seconds,
  };
}
