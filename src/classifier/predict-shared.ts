/** Predictions of trees on one CNN block: its features once, and every head on them, in one pass. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Pass } from '../network/layers.js';
import { createHead, createTrunk, type Head } from '../network/network.js';
import { createTreeHead } from '../network/tree-head.js';
import type { Weights } from '../network/weights.js';
import { createInference, type Inference } from '../training/inference.js';
import { composeProduct } from './compose.js';
import type { LeafPredictor, TreeParts } from './leaf-predictor.js';
import { FLAT_HEAD_PART, TREE_HEAD_PART, TRUNK_PART } from './parts.js';
import { isWhole } from './schema.js';
import { treeShape } from './tree-shape.js';

/** A head on the shared features, and the part that its weights are in. */
interface Placed {
  readonly part: string;
  readonly head: Head;
}

export function sharedPredictor({ make, description, taxonomy, parts }: TreeParts): LeafPredictor {
  const { network, preprocessing, nodes, classes, flatHead } = description;
  const trunk = createTrunk(network.trunk);
  const whole = isWhole(description);
  const heads: Placed[] = whole
    ? [
        {
          part: TREE_HEAD_PART,
          head: createTreeHead(network.head, trunk.features, treeShape(taxonomy, classes), description.head),
        },
      ]
    : nodes.map(({ path, children }) => ({
        part: path,
        head: createHead(network.head, trunk.features, children.length),
      }));
  const placed =
    flatHead === null
      ? heads
      : [...heads, { part: FLAT_HEAD_PART, head: createHead(flatHead, trunk.features, classes.length) }];
  const widths = placed.map(({ head }) => head.outputs);
  const width = widths.reduce((sum, n) => sum + n, 0);
  let inference: Inference | undefined;

  function compile(): Inference {
    const state: Record<string, Weights[string]> = { ...parts.get(TRUNK_PART) };
    placed.forEach(({ part }, k) => {
      for (const [name, array] of Object.entries(parts.get(part) ?? {})) state[`${k}/${name}`] = array;
    });
    return createInference(make, preprocessing, state, width, (pass, batch) => {
      if (batch.kind !== 'images') throw new TypeError('a tree takes images');
      const features = trunk.forward(pass, batch.images, batch.sizes);
      const softmaxes = placed.map(
        ({ head }, k) => pass.ops.tf.softmax(head.forward(numbered(pass, k), features)) as Tensor,
      );
      return softmaxes.length === 1 ? (softmaxes[0] as Tensor) : pass.ops.tf.concat(softmaxes, 1);
    });
  }

  return {
    async run(images, options) {
      inference ??= compile();
      const rows = await inference.run(images, undefined, options);
      const columns = cut(rows, images.count, widths);
      const flat = flatHead === null ? undefined : columns.pop();
      if (whole) return { tree: columns[0] as Float32Array, flat };
      const decisions = nodes.map(({ path }, k) => ({ path, conditional: columns[k] as Float32Array }));
      return { tree: composeProduct(taxonomy, classes, decisions, images.count), flat };
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
