/** Trains a tree: one sub-classifier per node that has something to decide. */
import { CladenetError, type Problem } from '../../errors.js';
import { orThrow } from '../../taxonomy/findings.js';
import { matchClasses } from '../../taxonomy/match-classes.js';
import { programsOn } from '../../tensorflow/device.js';
import type { TrainingConfigInput } from '../../training/config.js';
import { requireTrainable, type TrainingData } from '../data/training-data.js';
import type { Truth } from '../data/truth.js';
import { isGlobal, type Trunks } from '../schema.js';
import type { TreeClassifier } from '../tree.js';
import { finishTree } from './finish-tree.js';
import { ownNetworks, trainedTrunks } from './node-plan.js';
import { frozenTrunk, sharedTrunk } from './shared-trunk.js';
import { trainGlobal } from './train-global.js';
import { NODE_FEATURES, trainNodeForests } from './train-node-forests.js';
import { trainNodes } from './train-nodes.js';
import type { TreeOptions } from './tree-options.js';

/**
 * Trains a tree, chooses on the validation set how it decides, and scores it on the split's test set.
 *
 * @throws CladenetError TAXONOMY when the tree does not fit the images' classes; DATASET, CONFIG, USAGE, RUNTIME,
 *         TRAINING, DIVERGED, ABORTED
 * @example
 * ```ts
 * import { openImages, prepareData, preprocessingFor, readTaxonomy, trainFlat, trainTree } from 'cladenet';
 *
 * const images = await openImages('images', preprocessingFor('compact'));
 * const data = prepareData(images, { seed: 1 });
 * const taxonomy = await readTaxonomy('plankton.csv');
 * const flat = await trainFlat(data, { training: { epochs: 2 } });
 * const tree = await trainTree(data, { taxonomy, from: flat, training: { epochs: 2 } });
 * tree.description.nodes.length; // => 6
 * await tree.save('runs/tree');
 * ```
 */
export async function trainTree(data: TrainingData, options: TreeOptions): Promise<TreeClassifier> {
  const { from, hooks } = options;
  const { make, trunk, headKind, taxonomy } = checked(data, options);
  const started = performance.now();
  const shared = trunk === 'shared';
  const ofTree = { taxonomy, trunk, headKind, flat: shared ? from : undefined, started };
  if (options.decideBy === 'forest') {
    const plan = shared ? frozenTrunk(data, options) : ownNetworks(data, options);
    const trained = await trainNodeForests(data, taxonomy, { ...options, config: plan.config }, make);
    return finishTree(data, make, { ...trained, ...ofTree, plan });
  }
  const plan = shared ? await sharedTrunk(data, options, make) : await trainedTrunks(data, options);
  const trained = isGlobal({ trunk, headKind })
    ? await trainGlobal(data, taxonomy, plan, { trunk, headKind }, make, hooks)
    : await trainNodes(data, taxonomy, plan, make, hooks);
  return finishTree(data, make, { ...trained, ...ofTree, plan });
}

function checked(data: TrainingData, options: TreeOptions) {
  const { headKind = 'conditional' } = options;
  const make = options.make ?? programsOn({ device: options.device });
  const trunk = options.trunk ?? usualTrunk(options);
  requireForm({ ...options, trunk, headKind, loss: options.training?.loss });
  requireTrainable(data);
  requireClasses(data.truth, options.training ?? {});
  const taxonomy = orThrow(
    'The taxonomy does not fit the classes of the images',
    matchClasses(options.taxonomy, data.truth.classes, { allowMissing: true }),
  );
  return { make, trunk, headKind, taxonomy };
}

/**
 * Trains some nodes of a tree, each as `trainTree` does, into the stores of `hooks.checkpoint`.
 *
 * @param only indices among `taxonomy.decidingNodes()`, of the taxonomy of the images' classes
 * @throws CladenetError USAGE for other indices, and for a tree whose nodes have no networks of their own; as `trainTree`
 */
export async function trainTreeNodes(data: TrainingData, options: TreeOptions, only: readonly number[]): Promise<void> {
  const { make, trunk, taxonomy } = checked(data, options);
  requireOwnNetworks({ ...options, trunk });
  await trainNodes(data, taxonomy, await trainedTrunks(data, options), make, options.hooks, { only });
}

/** @throws CladenetError USAGE for a tree whose nodes are not trained for long, each for itself */
export function requireOwnNetworks({ trunk, decideBy = 'head' }: Pick<TreeOptions, 'trunk' | 'decideBy'>): void {
  if (trunk === 'own' && decideBy === 'head') return;
  const expected =
    "none, unless with `trunk: 'own'` and `decideBy: 'head'`: only then each node has a network of its own";
  throw new CladenetError('USAGE', 'The nodes of this tree are not trained one by one', [
    { where: 'onlyNodes', expected, received: 'some nodes' },
  ]);
}

/** Of the features it matters only whether deep ones are among them. */
interface Form extends Pick<TreeOptions, 'trunk' | 'headKind' | 'decideBy' | 'pca' | 'trees' | 'forest' | 'measuring'> {
  readonly features?: readonly unknown[] | undefined;
  /** What is minimised. */
  readonly loss?: TrainingConfigInput['loss'];
}

/** Forests on other than deep features need no CNN block. */
export function usualTrunk({
  decideBy,
  features = NODE_FEATURES,
  from,
}: Pick<Form, 'decideBy' | 'features'> & { readonly from?: unknown }): Trunks {
  return decideBy === 'forest' && from === undefined && !features.includes('deep') ? 'own' : 'shared';
}

/** @throws CladenetError DATASET for images that are labelled at inner nodes */
function requireClasses({ groups }: Truth, { loss = 'cross-entropy' }: Pick<TrainingConfigInput, 'loss'>): void {
  if (loss === 'cross-entropy') return;
  const problems = groups.map(({ name }) => ({
    where: `images of '${name}'`,
    expected: `images of one class, with the loss ${loss}`,
    received: 'images of any class below an inner node',
    remedy: 'Take cross-entropy, or leave these images out.',
  }));
  if (problems.length > 0) throw new CladenetError('DATASET', 'Labels at inner nodes cannot be used', problems);
}

/** @throws CladenetError USAGE for a trunk, a kind of head and deciders that exclude each other */
export function requireForm(form: Form): void {
  const problems = formProblems(form);
  if (problems.length > 0) throw new CladenetError('USAGE', 'There is no such tree', problems);
}

/** Where a trunk, a kind of head and deciders exclude each other. */
export function formProblems({ trunk = 'shared', headKind, decideBy = 'head', loss, ...forests }: Form): Problem[] {
  const problems: Problem[] = [];
  const learnsClasses = trunk === 'joint' || (trunk === 'shared' && headKind === 'path-sum');
  if (loss !== undefined && loss !== 'cross-entropy' && !(learnsClasses && decideBy === 'head')) {
    const expected =
      "cross-entropy, unless one head learns all classes: with the trunk 'joint', or with path-sum heads on a shared one";
    problems.push({ where: 'training.loss', expected, received: loss });
  }
  if (decideBy === 'forest') {
    const { features = NODE_FEATURES } = forests;
    const onDeep = features.includes('deep');
    if (onDeep ? trunk !== 'shared' : isGlobal({ trunk, headKind: 'conditional' })) {
      const expected = onDeep
        ? 'shared, since deep features are those of a CNN block that all nodes share'
        : 'shared or own, since a forest is not trained together with a CNN block';
      problems.push({ where: 'trunk', expected, received: trunk });
    }
    if (headKind !== undefined && headKind !== 'conditional') {
      const expected = 'conditional: a forest decides among the children of its node, and has no scores to sum';
      problems.push({ where: 'headKind', expected, received: headKind });
    }
  } else {
    const { features, pca, trees, forest, measuring } = forests;
    for (const [where, value] of Object.entries({ features, pca, trees, forest, measuring })) {
      if (value === undefined) continue;
      problems.push({ where, expected: "nothing, or `decideBy: 'forest'`", received: 'a choice for forests' });
    }
    if (trunk === 'own' && headKind !== undefined && headKind !== 'conditional') {
      const expected = "conditional, with the trunk 'own': separate networks have no scores to sum along a path";
      problems.push({ where: 'headKind', expected, received: headKind });
    }
    if (trunk === 'layered' && headKind === 'new-child') {
      const expected =
        "conditional or path-sum, with the trunk 'layered': an image is not labelled deep enough to leave classes out";
      problems.push({ where: 'headKind', expected, received: headKind });
    }
  }
  return problems;
}
