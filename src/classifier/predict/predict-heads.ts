/** One pass over the shared CNN block: its features once, and all that is read from them, side by side. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ImageSet } from '../../dataset/images.js';
import type { Pass } from '../../network/layer.js';
import { createHead, createTrunk, type Head } from '../../network/network.js';
import type { Weights } from '../../network/weights.js';
import { createInference, type Inference } from '../../training/inference.js';
import type { PredictOptions } from '../classification.js';
import { nodesDecidedBy } from '../deciders.js';
import { FLAT_HEAD_MODULE, TREE_HEAD_MODULE, TRUNK_MODULE } from '../modules.js';
import { createGlobalHead } from '../new-children.js';
import { isGlobal } from '../schema.js';
import type { TreeModel } from './leaf-predictor.js';
import type { Forward } from './readout.js';
import { stackWeights } from './stacked.js';

/** The probabilities of each module's head: [images x outputs], rows summing to 1; of `TRUNK_MODULE` the features, where forests read them. */
export type HeadOutputs = ReadonlyMap<string, Float32Array>;

export interface HeadsPass {
  run(images: ImageSet, options: Pick<PredictOptions, 'signal' | 'onProgress'>): Promise<HeadOutputs>;
  dispose(): void;
}

/** The shared CNN block with its heads, and what their rows say. */
export interface HeadsForward extends Forward {
  outputs(rows: Float32Array, images: number): HeadOutputs;
}

/** Undefined where nothing is read from a shared CNN block. */
export function headsForward({ description, taxonomy, parts }: Omit<TreeModel, 'make'>): HeadsForward | undefined {
  if (description.trunk === 'own') return undefined;
  const { network, classes, flatHead } = description;
  const trunk = createTrunk(network.trunk);
  const heads = new Map<string, Head>();
  for (const { path, children } of nodesDecidedBy('head', description)) {
    heads.set(path, createHead(network.head, trunk.features, children.length));
  }
  if (isGlobal(description)) {
    heads.set(TREE_HEAD_MODULE, createGlobalHead(network.head, trunk.features, taxonomy, description));
  }
  if (flatHead !== null) heads.set(FLAT_HEAD_MODULE, createHead(flatHead, trunk.features, classes.length));
  const isEmbedding =
    nodesDecidedBy('forest', description).length > 0 && (description.sources ?? []).some(({ kind }) => kind === 'deep');
  const names = [...heads.keys(), ...(isEmbedding ? [TRUNK_MODULE] : [])];
  if (names.length === 0) return undefined;
  const widths = names.map((name) => heads.get(name)?.outputs ?? trunk.features);
  const ofHeads: Record<string, Weights[string]> = {};
  [...heads.keys()].forEach((module, k) => {
    for (const [name, array] of Object.entries(parts.weights.get(module) ?? {})) ofHeads[`${k}/${name}`] = array;
  });
  const stacked = stackWeights(ofHeads);

  return {
    state: { ...parts.weights.get(TRUNK_MODULE), ...stacked.state },
    width: widths.reduce((sum, n) => sum + n, 0),
    forward(pass, batch) {
      if (batch.kind !== 'images') throw new TypeError('a tree takes images');
      const features = trunk.forward(pass, batch.images, batch.sizes);
      const own = stacked.unstacked(pass);
      const softmaxes = [...heads.values()].map(
        (head, k) => pass.ops.tf.softmax(head.forward(numbered(own, k), features)) as Tensor,
      );
      const columns = isEmbedding ? [...softmaxes, features] : softmaxes;
      return columns.length === 1 ? (columns[0] as Tensor) : pass.ops.tf.concat(columns, 1);
    },
    outputs(rows, images) {
      const columns = cut(rows, images, widths);
      return new Map(names.map((name, k) => [name, columns[k] as Float32Array]));
    },
  };
}

/** Undefined where nothing is read from a shared CNN block. */
export function headsPass(tree: TreeModel): HeadsPass | undefined {
  const heads = headsForward(tree);
  if (heads === undefined) return undefined;
  const { state, width, forward, outputs } = heads;
  let inference: Inference | undefined;
  return {
    async run(images, options) {
      const { preprocessing } = tree.description;
      inference ??= createInference(tree.make, preprocessing, state, width, forward, { augmented: false });
      return outputs(await inference.run(images, undefined, options), images.count);
    },
    dispose() {
      inference?.dispose();
      inference = undefined;
    },
  };
}

/** The matrix [count, sum of widths] as matrices side by side. */
function cut(rows: Float32Array, count: number, widths: readonly number[]): Float32Array[] {
  const width = rows.length / Math.max(1, count);
  let start = 0;
  return widths.map((own) => {
    const matrix = new Float32Array(count * own);
    for (let i = 0; i < count; i++) {
      matrix.set(rows.subarray(i * width + start, i * width + start + own), i * own);
    }
    start += own;
    return matrix;
  });
}

/** The pass of the head with number `k`: its parameters have the number in front. */
function numbered(pass: Pass, k: number): Pass {
  return { ...pass, parameter: (name) => pass.parameter(`${k}/${name}`) };
}
