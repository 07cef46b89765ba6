/** New classes of few images join a tree: each becomes an output of the head above it, and nothing is trained. */
import type { Classifier } from '../../classifier/classifier.js';
import type { TrainingData } from '../../classifier/data/training-data.js';
import { deciderOf } from '../../classifier/deciders.js';
import { FLAT_HEAD_MODULE } from '../../classifier/modules.js';
import { deepFeatures, requireTrunk } from '../../classifier/predict/embed.js';
import { requirePreprocessing } from '../../classifier/preprocessing.js';
import type { NodeDescription, TreeDescription } from '../../classifier/schema.js';
import { packSeen } from '../../classifier/store/seen.js';
import { identify } from '../../classifier/store/store.js';
import { completeTree, describeUndecided } from '../../classifier/train/complete-tree.js';
import { imagesBelow, trainingBelow } from '../../classifier/train/node-plan.js';
import { selectImages } from '../../dataset/images.js';
import { mostProbableLeaf } from '../../decision/most-probable-leaf.js';
import { createTrunk } from '../../network/network.js';
import type { HeadSpec } from '../../network/spec.js';
import { programsOn } from '../../tensorflow/device.js';
import { inOrder, judgedImages } from '../../tuning/data.js';
import { knownClasses } from '../finish.js';
import { planGrowth } from '../growth-plan.js';
import { activationsOf } from './activations-of.js';
import { fitPrototype } from './fit-prototype.js';
import { allLearned, sampleOf } from './learned-images.js';
import { type GrownByPrototypes, MAX_LOSS, type Prototype, type PrototypeOptions } from './options.js';
import { type NewClass, requireJoinable } from './problems.js';

/**
 * Adds classes of few images to a tree in seconds. Each becomes an output of the head that decides at its parent: the direction that tells
 * the mean of its images from those of the known children, in what the head's hidden layers make of them, on a scale that costs
 * at most a share of the validation images (Qi et al., 2018, imprint the mean itself). The flat head, if the tree has one,
 * learns the class in the same way, so that both can be combined. No other weight changes. `growTree` with the same taxonomy later trains
 * the nodes above such classes properly.
 *
 * @param given the images that the tree was trained on, in the same subsets of the split, and the new ones: `prepareData` with
 *              `known: tree.seen`. All images of a new class of fewer than 40 are learned from, whatever their subset
 * @throws CladenetError USAGE for a classifier that is no tree of heads on one CNN block, a taxonomy that changes more than new
 *         classes below nodes that decide, and images of a new class that are of other classes too; TAXONOMY, DATASET, RUNTIME,
 *         ABORTED. The tree is never changed.
 */
export async function addPrototypes(
  classifier: Classifier,
  given: TrainingData,
  options: PrototypeOptions,
): Promise<GrownByPrototypes> {
  const { hooks = {}, maxLoss = MAX_LOSS } = options;
  const { signal } = hooks;
  const started = performance.now();
  requirePreprocessing(given.images, classifier.description.preprocessing);
  const { tree, taxonomy, added } = requireJoinable(classifier, given, options.taxonomy, maxLoss);
  const origin = options.origin === undefined ? { name: null, sha256: null } : await identify(options.origin);
  const make = options.make ?? programsOn({ device: options.device });
  const names = added.map(({ name }) => name);
  const data = inOrder(allLearned(given, names), [...tree.classes, ...names]);
  const made = await fitAll();

  const plan = { ...planGrowth(tree.taxonomy, tree.description.nodes, taxonomy), added: names };
  const description: TreeDescription = {
    ...withoutHistory(tree.description),
    ...describeUndecided(data, taxonomy, tree.description.headKind),
    nodes: tree.description.nodes.map((node) => grownNode(node)),
    grownFrom: { ...origin, added: names, trained: [], kept: tree.description.nodes.map(({ path }) => path) },
    seconds: tree.description.seconds + (performance.now() - started) / 1000,
  };
  const seen = packSeen(data.prints, data.split);
  const { tree: grown } = await completeTree(
    make,
    data,
    { description, taxonomy, parts: { weights: made.weights }, history: tree.history, seen },
    signal,
  );
  return { tree: grown, plan, known: await knownClasses(tree, grown, data, signal), prototypes: made.prototypes };

  function grownNode(node: NodeDescription): NodeDescription {
    const { path } = node;
    const own = added
      .filter((one) => one.node.path === path)
      .map(({ name }) => ({ name, images: imagesOf(name).length }));
    const prototypes = [...(node.prototypes ?? []), ...own];
    return {
      ...node,
      children: [...taxonomy.node(path).children],
      images: imagesBelow(data, taxonomy, path),
      ...(prototypes.length > 0 && { prototypes }),
    };
  }

  function imagesOf(name: string): Int32Array {
    const label = data.truth.classes.indexOf(name);
    return data.split.train.filter((image) => data.truth.labels[image] === label);
  }

  async function fitAll() {
    const { network, flatHead } = tree.description;
    const judged = judgedImages(data).filter((image) => (data.truth.labels[image] ?? -1) < tree.classes.length);
    const fresh = new Map(names.map((name) => [name, imagesOf(name)]));
    const nodes = new Map(added.map(({ node }) => [node.path, node]));
    const knownOf = (path: string) =>
      sampleOf(data, trainingBelow(data, tree.taxonomy, path), tree.classes.length, path);
    const known = new Map([...nodes.keys(), tree.taxonomy.root].map((path) => [path, knownOf(path)]));
    const asked = [...new Set([...judged, ...[...fresh.values(), ...known.values()].flatMap((rows) => [...rows])])];
    const place = new Map(asked.map((image, i) => [image, i]));
    const images = selectImages(data.images, asked);
    const report = (what: string) => ({
      signal,
      onProgress: ({ done, total }: { readonly done: number; readonly total: number }) =>
        hooks.onProgress?.(what, done, total),
    });
    const features = await deepFeatures(requireTrunk(tree), images, make, report('features'));
    const leaves = await tree.leaves(images, report('probabilities'));
    const width = createTrunk(network.trunk).features;
    const classes = tree.classes.length;
    const pick = (matrix: Float32Array, across: number, rows: ArrayLike<number>) => {
      const picked = new Float32Array(rows.length * across);
      Array.from(rows).forEach((image, i) => {
        const row = place.get(image) ?? 0;
        picked.set(matrix.subarray(row * across, (row + 1) * across), i * across);
      });
      return picked;
    };
    const weights = new Map(tree.weights);
    const most = (maxLoss * judged.length) / added.length;

    /** Adds an output to a head. @param matrix the leaf probabilities that it decides on */
    async function join({ name, node }: NewClass, head: HeadOfNode, matrix: Float32Array) {
      const { module, spec, path, childOf, at } = head;
      const own = weights.get(module) ?? {};
      const rows = known.get(path) ?? new Int32Array();
      const decided = mostProbableLeaf(pick(matrix, classes, judged), classes);
      const right = judged.filter((image, i) => decided[i] === data.truth.labels[image]);
      const freshRows = fresh.get(name) ?? new Int32Array();
      const activations = (of: ArrayLike<number>) => activationsOf(make, spec, own, pick(features, width, of), width);
      const fitted = fitPrototype({
        head: own,
        isBelow: tree.classes.map((one) => childOf(one) >= 0),
        known: {
          activations: await activations(rows),
          children: Array.from(rows, (image) => childOf(tree.classes[data.truth.labels[image] ?? -1] ?? '')),
        },
        right: { activations: await activations(right), leaves: pick(matrix, classes, right) },
        fresh: { activations: await activations(freshRows), leaves: pick(matrix, classes, freshRows) },
        most,
        at,
      });
      weights.set(module, fitted.head);
      const { found, lost } = fitted;
      return { name, node: node.path, images: freshRows.length, found, lost };
    }

    const prototypes: Prototype[] = [];
    const children = new Map([...nodes].map(([path, node]) => [path, [...node.children]]));
    for (const [i, one] of added.entries()) {
      const { name, node } = one;
      const ofFlat: HeadOfNode | undefined =
        flatHead === null
          ? undefined
          : {
              module: FLAT_HEAD_MODULE,
              spec: flatHead,
              path: tree.taxonomy.root,
              childOf: (label) => tree.classes.indexOf(label),
              at: classes + i,
            };
      const byFlat = ofFlat && leaves.flat ? await join(one, ofFlat, leaves.flat) : undefined;
      if (deciderOf(tree.description, node) === 'flat') {
        if (byFlat !== undefined) prototypes.push(byFlat);
        continue;
      }
      const siblings = children.get(node.path) ?? [];
      const order = taxonomy.node(node.path).children;
      const leaf = taxonomy.leafOf(name);
      siblings.push(leaf);
      siblings.sort((a, b) => order.indexOf(a) - order.indexOf(b));
      const below = new Map(
        node.children.flatMap((child, k) => tree.taxonomy.classesBelow(child).map((label) => [label, k])),
      );
      const ofNode: HeadOfNode = {
        module: node.path,
        spec: network.head,
        path: node.path,
        childOf: (label) => below.get(label) ?? -1,
        at: siblings.indexOf(leaf),
      };
      prototypes.push(await join(one, ofNode, leaves.tree));
    }
    return { weights, prototypes };
  }
}

/** The head that gets an output: its module, its hidden layers, and the children that it decides among. */
interface HeadOfNode {
  readonly module: string;
  readonly spec: HeadSpec;
  readonly path: string;
  /** The child that a class is below, -1 for none. */
  readonly childOf: (label: string) => number;
  readonly at: number;
}

/** What was said about trainings of the old tree. */
function withoutHistory(description: TreeDescription): TreeDescription {
  const { specialists: _, attempts: __, tunedFrom: ___, ...kept } = description;
  return kept;
}
