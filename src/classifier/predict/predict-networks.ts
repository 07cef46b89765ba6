/** Outputs of nodes with their own CNN blocks: one pass per node, through one compiled network. */
import { largest } from '../../arrays.js';
import type { ImageSet } from '../../dataset/images.js';
import { createHead, createTrunk } from '../../network/network.js';
import { withOutputs } from '../../network/outputs.js';
import type { Weights } from '../../network/weights.js';
import { createInference, type Inference } from '../../training/inference.js';
import { networkModel } from '../../training/model.js';
import type { PredictOptions } from '../classification.js';
import { nodesDecidedBy } from '../deciders.js';
import type { NodeDecision } from './compose.js';
import type { TreeModel } from './leaf-predictor.js';

export interface NetworksPass {
  run(images: ImageSet, options: Pick<PredictOptions, 'signal' | 'onProgress'>): Promise<readonly NodeDecision[]>;
  dispose(): void;
}

export function networksPass({ make, description, parts }: TreeModel): NetworksPass {
  const { network, preprocessing } = description;
  const nodes = nodesDecidedBy('network', description);
  const outputs = largest(nodes.map(({ children }) => children.length));
  let inference: Inference | undefined;
  /** The end of the last prediction: they share a network whose weights are swapped, so they queue. */
  let turn: Promise<unknown> = Promise.resolve();

  function compile(state: Weights): Inference {
    const trunk = createTrunk(network.trunk);
    const model = networkModel(trunk, createHead(network.head, trunk.features, outputs));
    return createInference(make, preprocessing, state, outputs, (pass, batch) =>
      pass.ops.tf.softmax(pass.ops.tf.add(model.forward(pass, batch), pass.parameter(MASK))),
    );
  }

  const run: NetworksPass['run'] = async (images, { signal, onProgress }) => {
    const decisions: NodeDecision[] = [];
    const total = nodes.length * images.count;
    for (const [k, { path, children }] of nodes.entries()) {
      const state = masked(parts.weights.get(path) ?? {}, children.length, outputs);
      if (inference === undefined) inference = compile(state);
      else inference.load(state);
      const rows = await inference.run(images, undefined, {
        signal,
        onProgress: ({ done }) => onProgress?.({ done: k * images.count + done, total }),
      });
      const conditional = new Float32Array(images.count * children.length);
      for (let i = 0; i < images.count; i++) {
        conditional.set(rows.subarray(i * outputs, i * outputs + children.length), i * children.length);
      }
      decisions.push({ path, conditional });
    }
    return decisions;
  };

  return {
    run(images, options) {
      const result = turn.then(() => run(images, options));
      turn = result.catch(() => undefined);
      return result;
    },
    dispose() {
      inference?.dispose();
      inference = undefined;
    },
  };
}

/** Added to the scores: 0 for a node's children, a large negative number for spare outputs. */
const MASK = 'mask';

function masked(weights: Weights, children: number, outputs: number): Weights {
  const mask = Float32Array.from({ length: outputs }, (_, i) => (i < children ? 0 : -1e9));
  return { ...withOutputs(weights, outputs), [MASK]: { shape: [outputs], data: mask } };
}
