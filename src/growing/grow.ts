/** Adapts a tree to a changed taxonomy: nodes that decide as before keep their weights, the others are trained. */

import { isDeepStrictEqual } from 'node:util';
import type { Classifier } from '../classifier/classifier.js';
import { parseTraining } from '../classifier/configuration.js';
import type { TrainingData } from '../classifier/data/training-data.js';
import { TRUNK_MODULE, trunkWeights } from '../classifier/modules.js';
import { requirePreprocessing } from '../classifier/preprocessing.js';
import { identify } from '../classifier/store/store.js';
import { type NodePlan, onImages } from '../classifier/train/node-plan.js';
import { onFeatures } from '../classifier/train/shared-trunk.js';
import { trainNodes } from '../classifier/train/train-nodes.js';
import type { TreeClassifier } from '../classifier/tree.js';
import { programsOn } from '../tensorflow/device.js';
import { takenOver } from '../training/config.js';
import { dataOf, inOrder } from '../tuning/data.js';
import { finishGrowth } from './finish.js';
import { type ChangedNode, planGrowth } from './growth-plan.js';
import type { Grown, GrowOptions } from './options.js';
import { requireGrowable } from './problems.js';

/**
 * Adapts a tree to another taxonomy with as little training as possible. Adding a class below a node changes the decisions
 * of that node and of all nodes above it; moving a node changes those of the nodes between its old and its new position. Nodes
 * that separate the same sets of classes as before keep their weights, bit for bit, even if they or their children are renamed.
 * The others get new heads on the shared CNN block, or networks that start from the CNN block of the same node in the old
 * tree (for a new node: of the nearest node above it). The decision is chosen again on the validation set. If there are new
 * classes, a flat head on the shared CNN block is dropped, because it does not know them. Nodes above classes that joined by
 * prototypes (`addPrototypes`) are trained, from where they are.
 *
 * @param data the images that the tree was trained on, in the same subsets of the split, and new ones: `prepareData` with
 *             `known: tree.seen`
 * @throws CladenetError USAGE for a flat classifier, one head for all nodes, or a taxonomy that changes nothing; TAXONOMY
 *         where it is not one of the images' classes; DATASET, CONFIG, RUNTIME, TRAINING, DIVERGED, ABORTED. The tree is never changed.
 */
export async function growTree(classifier: Classifier, data: TrainingData, options: GrowOptions): Promise<Grown> {
  const { hooks = {} } = options;
  const started = performance.now();
  requirePreprocessing(data.images, classifier.description.preprocessing);
  const { tree, taxonomy } = requireGrowable(classifier, data, options.taxonomy);
  const origin = options.origin === undefined ? { name: null, sha256: null } : await identify(options.origin);
  const plan = planGrowth(tree.taxonomy, tree.description.nodes, taxonomy);
  const known = plan.added.length === 0 ? inOrder(data, tree.classes) : data;
  const config = parseTraining({ ...takenOver(tree.description.training), ...options.training });
  hooks.onPlan?.(plan);
  const make = options.make ?? programsOn({ device: options.device });
  const own = dataOf(
    known,
    taxonomy,
    plan.changed.map(({ path }) => path),
  );
  const nodePlan: NodePlan = await nodePlanOf();
  const trained = await trainNodes(own, taxonomy, nodePlan, make, hooks, { deciding: plan.changed });
  return finishGrowth(tree, known, make, { taxonomy, plan, trained, config, origin, started, signal: hooks.signal });

  async function nodePlanOf(): Promise<NodePlan> {
    const { network, trunk, trunkTraining } = tree.description;
    if (trunk !== 'shared') {
      const first = (path: string) => trunkWeights(tree.weights.get(nearestNode(tree, path)) ?? {});
      return { ...onImages(own, { network, config, deviceMemory: options.deviceMemory }), first };
    }
    const onTrunk = await onFeatures(own, make, {
      network,
      trunk: tree.weights.get(TRUNK_MODULE) ?? {},
      config,
      views: options.views,
      augmentation: trunkTraining?.augmentation ?? null,
      hooks,
    });
    const same = new Set(plan.changed.filter(sameChildren).map(({ path }) => path));
    return { ...onTrunk, first: (path) => (same.has(path) ? (tree.weights.get(path) ?? {}) : {}) };
  }
}

/** Whether a node decides among the children that it had, and is trained only because it knows some by prototypes: it starts from these. */
const sameChildren = ({ before, children }: ChangedNode): boolean => isDeepStrictEqual(before?.children, children);

/** The node with that path for which the tree has a network, or the nearest such node above it. */
function nearestNode({ weights, taxonomy }: TreeClassifier, path: string): string {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('>')))) if (weights.has(at)) return at;
  return taxonomy.root;
}
