/**
 * Trees on one CNN block: the flat classifier's CNN block computes the features of every image once, and every node trains an
 * MLP block on them, at a few percent of the cost of a CNN.
 */
import { CladenetError } from '../../errors.js';
import { createTrunk, type Trunk } from '../../network/network.js';
import type { HeadSpec, NetworkSpec } from '../../network/spec.js';
import type { Weights } from '../../network/weights.js';
import { hash32 } from '../../random.js';
import type { MakeProgram } from '../../tensorflow/device.js';
import type { TrainingConfig } from '../../training/config.js';
import type { FitHooks } from '../../training/hooks.js';
import { createInference } from '../../training/inference.js';
import { headModel, trunkModel } from '../../training/model.js';
import { headTraining } from '../../training/presets.js';
import { residentFeatures } from '../../training/source.js';
import { parseHead, parseTraining } from '../configuration.js';
import { requireUnseen } from '../data/seen-before.js';
import type { TrainingData } from '../data/training-data.js';
import { trunkWeights } from '../modules.js';
import { requirePreprocessing } from '../preprocessing.js';
import { isGlobal } from '../schema.js';
import type { FeatureMemo } from './feature-memo.js';
import type { NodePlan } from './node-plan.js';
import type { TreeOptions } from './tree-options.js';

/** Small, since its features already separate the classes, and there is one for each node. */
export const NODE_HEAD: HeadSpec = {
  layers: [
    { type: 'dense', units: 96, norm: true, activation: { kind: 'relu' } },
    { type: 'dropout', rate: 0.2 },
  ],
};

/** Augmented views of each training image whose features are cached beside those of the unaugmented image. */
const VIEWS = 2;

export async function sharedTrunk(
  data: TrainingData,
  options: Omit<TreeOptions, 'taxonomy'>,
  make: MakeProgram,
): Promise<NodePlan> {
  return onFeatures(data, make, frozenTrunk(data, options));
}

/** The CNN block of the flat classifier, and how heads are trained on its features. */
export function frozenTrunk(data: TrainingData, options: Omit<TreeOptions, 'taxonomy'>): FrozenTrunk {
  const { from, views, memo } = options;
  if (from === undefined) {
    throw new CladenetError('USAGE', 'A shared trunk needs a flat classifier to take it from', [
      { where: 'from', expected: 'a flat classifier', received: 'nothing', remedy: 'Pass one, or use trunk: "own".' },
    ]);
  }
  // The single head of a global classifier decides as much as the flat head, and is as large.
  const usual = isGlobal({ trunk: 'shared', headKind: options.headKind ?? 'conditional' })
    ? from.description.network.head
    : NODE_HEAD;
  const head = parseHead(options.head ?? usual);
  requirePreprocessing(data.images, from.description.preprocessing);
  requireUnseen(data, from);
  const { network, training } = from.description;
  return {
    network: { trunk: network.trunk, head },
    trunk: trunkWeights(from.weights),
    config: parseTraining({ ...headTraining, seed: training.seed, ...options.training, augmentation: null }),
    views,
    augmentation: training.augmentation,
    memo,
    hooks: options.hooks,
  };
}

/** A frozen CNN block, and how its features are taken. */
export interface FrozenTrunk {
  readonly network: NetworkSpec;
  readonly trunk: Weights;
  /** Of the heads. */
  readonly config: TrainingConfig;
  /** Default 2. */
  readonly views?: number | undefined;
  /** How the views are drawn; null for unaugmented images only. */
  readonly augmentation: TrainingConfig['augmentation'];
  readonly memo?: FeatureMemo | undefined;
  readonly hooks: Pick<FitHooks, 'signal' | 'onProgress'> | undefined;
}

/** Heads that are trained on the features of a CNN block, which are computed once. */
export async function onFeatures(data: TrainingData, make: MakeProgram, frozen: FrozenTrunk): Promise<NodePlan> {
  const { images, split } = data;
  const { network, config, augmentation } = frozen;
  const views = augmentation === null ? 0 : (frozen.views ?? VIEWS);
  const trunk = createTrunk(network.trunk);
  const features = await cacheFeatures(data, make, trunk, views, frozen);
  const position = new Int32Array(images.count);
  split.train.forEach((image, i) => {
    position[image] = i;
  });
  /** The features of all unaugmented images come first, then those of the training images, view after view. */
  const viewRow = (view: number, i: number) => images.count + view * split.train.length + i;
  const allViews = Array.from({ length: views }, (_, view) => view);
  return {
    network,
    config,
    trunk: frozen.trunk,
    first: () => ({}),
    source: residentFeatures(features, trunk.features),
    trainRows: (image) => [image, ...allViews.map((view) => viewRow(view, position[image] ?? 0))],
    rowLabels(labels) {
      const rows = new Int32Array(images.count + views * split.train.length);
      rows.set(labels);
      for (const view of allViews) {
        split.train.forEach((image, i) => {
          rows[viewRow(view, i)] = labels[image] ?? -1;
        });
      }
      return rows;
    },
    features: trunk.features,
    model: headModel,
  };
}

async function cacheFeatures(
  { images, split }: TrainingData,
  make: MakeProgram,
  trunk: Trunk,
  views: number,
  { network, trunk: weights, config, augmentation, memo, hooks = {} }: FrozenTrunk,
): Promise<Float32Array> {
  const total = images.count + views * split.train.length;
  const after = (before: number) => ({
    signal: hooks.signal,
    onProgress: ({ done }: { readonly done: number }) => hooks.onProgress?.('features', before + done, total),
  });
  const inference = createInference(make, images.preprocessing, weights, trunk.features, trunkModel(trunk).forward);
  try {
    const unaugmented = () => inference.run(images, undefined, after(0));
    const blocks = [await (memo?.(images, { spec: network.trunk, weights }, unaugmented) ?? unaugmented())];
    for (let view = 0; view < views && augmentation !== null; view++) {
      const drawn = { config: augmentation, seed: hash32(config.seed, 'view', view) };
      const run = after(images.count + view * split.train.length);
      blocks.push(await inference.run(images, split.train, { ...run, augmentation: drawn }));
    }
    const all = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
    let offset = 0;
    for (const block of blocks) {
      all.set(block, offset);
      offset += block.length;
    }
    return all;
  } finally {
    inference.dispose();
  }
}
