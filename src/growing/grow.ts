/** A tree with a changed taxonomy: nodes that decide as before go on with their weights, the others are trained. */
import type { ComputeOptions } from '../classifier/compute-options.js';
import { parseTraining } from '../classifier/configuration.js';
import type { FlatClassifier } from '../classifier/flat.js';
import { type NodePlan, onImages } from '../classifier/node-plan.js';
import { TRUNK_PART, trunkWeights } from '../classifier/parts.js';
import { requirePreprocessing } from '../classifier/preprocessing.js';
import { onFeatures } from '../classifier/shared-trunk.js';
import { identify } from '../classifier/store.js';
import { trainNodes } from '../classifier/train-nodes.js';
import type { TreeHooks } from '../classifier/train-tree.js';
import type { TrainingData } from '../classifier/training-data.js';
import type { TreeClassifier } from '../classifier/tree.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { programsOn } from '../tensorflow/device.js';
import type { TrainingConfigInput } from '../training/config.js';
import { dataOf, inOrder } from '../tuning/data.js';
import { finishGrowth } from './finish.js';
import { type GrowthPlan, planGrowth } from './growth-plan.js';
import { requireGrowable } from './problems.js';

export interface GrowHooks extends TreeHooks {
  /** Which nodes are kept and which are trained, before any training. */
  readonly onPlan?: ((plan: GrowthPlan) => void) | undefined;
}

export interface GrowOptions extends ComputeOptions {
  /** The tree to be: of all classes that the old one has, and any others. `editTaxonomy` changes an old one's. */
  readonly taxonomy: Taxonomy;
  /** Anything that shall differ from how the tree's nodes were trained. */
  readonly training?: TrainingConfigInput | undefined;
  /** For heads: augmented views of each training image whose features are cached beside the plain ones. Default 2. */
  readonly views?: number | undefined;
  /** The folder that the tree was loaded from: the new tree says so. */
  readonly origin?: string | undefined;
  readonly hooks?: GrowHooks | undefined;
}

export interface Grown {
  readonly tree: TreeClassifier;
  readonly plan: GrowthPlan;
  /**
   * Accuracy on the test images of the classes that the old tree knows, which are all that it can be right about: the
   * old tree's, and the new one's with the new classes to choose from. Undefined where there are no such images.
   */
  readonly known: KnownClasses | undefined;
}

export interface KnownClasses {
  readonly images: number;
  readonly before: number;
  readonly after: number;
}

/**
 * A tree by another taxonomy, with as little training as it takes: adding a class below a node changes what is decided in
 * that node and in those above it; moving a node what is decided between its old and its new place. Nodes that tell the
 * same sets of classes apart as before keep their weights, bit for bit, whatever they and their children are called now.
 * The others get new heads on the shared CNN block, or networks that start from the CNN block which decided there before
 * (in a new node: next above). How the tree decides is chosen anew on the validation part. With new classes a flat head
 * on the shared CNN block is dropped: it does not know them.
 *
 * @param data the images that the tree was trained on in their parts of the split, and new ones: `prepareData` with
 *             `known: tree.seen`
 * @throws CladenetError USAGE for a flat classifier, one head for all nodes, or a taxonomy that changes nothing; TAXONOMY
 *         where it is not one of the images' classes; DATASET, CONFIG, RUNTIME, TRAINING, ABORTED. The tree is never changed.
 */
export async function growTree(
  classifier: TreeClassifier | FlatClassifier,
  data: TrainingData,
  options: GrowOptions,
): Promise<Grown> {
  const { hooks = {} } = options;
  const started = performance.now();
  requirePreprocessing(data.images, classifier.description.preprocessing);
  const { tree, taxonomy } = requireGrowable(classifier, data, options.taxonomy);
  const origin = options.origin === undefined ? { name: null, sha256: null } : await identify(options.origin);
  const plan = planGrowth(tree.taxonomy, tree.description.nodes, taxonomy);
  const known = plan.added.length === 0 ? inOrder(data, tree.classes) : data;
  const config = parseTraining({ ...tree.description.training, ...options.training });
  hooks.onPlan?.(plan);
  const make = options.make ?? programsOn({ device: options.device });
  const own = dataOf(
    known,
    taxonomy,
    plan.changed.map(({ path }) => path),
  );
  const nodePlan: NodePlan = await nodePlanOf();
  const trained = await trainNodes(own, taxonomy, nodePlan, make, hooks, plan.changed);
  return finishGrowth(tree, known, make, { taxonomy, plan, trained, config, origin, started, signal: hooks.signal });

  async function nodePlanOf(): Promise<NodePlan> {
    const { network, trunk, trunkTraining } = tree.description;
    if (trunk !== 'shared') {
      const first = (path: string) => trunkWeights(tree.weights.get(nearestNode(tree, path)) ?? {});
      return { ...onImages(own, { network, config, deviceMemory: options.deviceMemory }), first };
    }
    return onFeatures(own, make, {
      network,
      trunk: tree.weights.get(TRUNK_PART) ?? {},
      config,
      views: options.views,
      augmentation: trunkTraining?.augmentation ?? null,
      signal: hooks.signal,
    });
  }
}

/** The node of that path which the tree has a network for, or the nearest above it. */
function nearestNode({ weights, taxonomy }: TreeClassifier, path: string): string {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('>')))) if (weights.has(at)) return at;
  return taxonomy.root;
}
