/** One pass over the shared CNN block: its features once, and all that is read from them, side by side. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ImageSet } from '../../dataset/images.js';
import type { Pass } from '../../network/layer.js';
import { createHead, createTrunk, type Head } from '../../network/network.js';
import type { Weights } from '../../network/weights.js';
import { createInference, type Inference } from '../../training/inference.js';
import type { Batch } from '../../training/source.js';
import type { PredictOptions } from '../classification.js';
import { nodesDecidedBy } from '../deciders.js';
import { FLAT_HEAD_MODULE, TREE_HEAD_MODULE, TRUNK_MODULE } from '../modules.js';
import { createGlobalHead } from '../new-children.js';
import { isGlobal } from '../schema.js';
import type { TreeModel } from './leaf-predictor.js';
import { stackWeights } from './stacked.js';

/** The probabilities of each module's head: [images x outputs], rows summing to 1; of `TRUNK_MODULE` the features, where forests read them. */
export type HeadOutputs = ReadonlyMap<string, Float32Array>;

export interface HeadsPass {
  run(images: ImageSet, options: Pick<PredictOptions, 'signal' | 'onProgress'>): Promise<HeadOutputs>;
  dispose(): void;
}

/** Undefined where nothing is read from a shared CNN block. */
export function headsPass({ make, description, taxonomy, parts }: TreeModel): HeadsPass | undefined {
  if (description.trunk === 'own') return undefined;
  const { network, preprocessing, classes, flatHead } = description;
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
  const width = widths.reduce((sum, n) => sum + n, 0);
  let inference: Inference | undefined;

  function compile(): Inference {
    const ofHeads: Record<string, Weights[string]> = {};
    [...heads.keys()].forEach((module, k) => {
      for (const [name, array] of Object.entries(parts.weights.get(module) ?? {})) ofHeads[`${k}/${name}`] = array;
    });
    const stacked = stackWeights(ofHeads);
    const state = { ...parts.weights.get(TRUNK_MODULE), ...stacked.state };
    const forward = (pass: Pass, batch: Batch): Tensor => {
      if (batch.kind !== 'images') throw new TypeError('a tree takes images');
      const features = trunk.forward(pass, batch.images, batch.sizes);
      const own = stacked.unstacked(pass);
      const softmaxes = [...heads.values()].map(
        (head, k) => pass.ops.tf.softmax(head.forward(numbered(own, k), features)) as Tensor,
      );
      const columns = isEmbedding ? [...softmaxes, features] : softmaxes;
      return columns.length === 1 ? (columns[0] as Tensor) : pass.ops.tf.concat(columns, 1);
    };
    return createInference(make, preprocessing, state, width, forward, { augmented: false });
  }

  return {
    async run(images, options) {
      inference ??= compile();
      const columns = cut(await inference.run(images, undefined, options), images.count, widths);
      return new Map(names.map((name, k) => [name, columns[k] as Float32Array]));
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
