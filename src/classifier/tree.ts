/** The tree: a sub-classifier at every internal node of a taxonomy, composed into one predictor. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ImageSet } from '../dataset/images.js';
import type { Pass } from '../network/layers.js';
import { createHead, createTrunk } from '../network/network.js';
import { withOutputs } from '../network/outputs.js';
import type { Weights } from '../network/weights.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { MakeProgram } from '../tensorflow/device.js';
import { createInference, type Inference } from '../training/inference.js';
import { wholeModel } from '../training/model.js';
import type { Classifier, PredictOptions } from './classifier.js';
import { composeProduct, type NodeDecision } from './compose.js';
import { requirePreprocessing } from './preprocessing.js';
import type { TreeDescription } from './schema.js';
import type { SeenImages } from './seen.js';
import { type HistoryLine, saveClassifier } from './store.js';

/** Name of the part that holds a shared trunk; nodes are named by their paths, which no name of a node can equal. */
export const TRUNK_PART = '>trunk';

export interface TreeWeights {
  /** Of the shared trunk; undefined where each node has its own. */
  readonly trunk: Weights | undefined;
  /** By path: the node's MLP block, and its CNN block where it has its own. */
  readonly nodes: ReadonlyMap<string, Weights>;
}

export class TreeClassifier implements Classifier {
  readonly kind = 'tree';
  private inference: Inference | undefined;
  /** The end of the last prediction by own trunks. They share a network whose weights are swapped, so they queue. */
  private turn: Promise<void> = Promise.resolve();

  /** @internal Classifiers come from training or loading. */
  constructor(
    private readonly make: MakeProgram,
    readonly description: TreeDescription,
    readonly taxonomy: Taxonomy,
    readonly weights: TreeWeights,
    readonly history: readonly HistoryLine[],
    readonly seen: SeenImages,
  ) {}

  get classes(): readonly string[] {
    return this.description.classes;
  }

  async predict(images: ImageSet, options: PredictOptions = {}): Promise<Float32Array> {
    return composeProduct(this.taxonomy, this.classes, await this.decisions(images, options), images.count);
  }

  /** The conditional probabilities of every node, from which `predict` composes the leaves'. */
  async decisions(images: ImageSet, options: PredictOptions = {}): Promise<NodeDecision[]> {
    requirePreprocessing(images, this.description.preprocessing);
    if (this.weights.trunk !== undefined) return this.decideByHeads(this.weights.trunk, images, options);
    const decided = this.turn.then(() => this.decideByOwnTrunks(images, options));
    this.turn = decided.then(
      () => undefined,
      () => undefined,
    );
    return decided;
  }

  async save(folder: string): Promise<void> {
    const { trunk, nodes } = this.weights;
    const parts = [...nodes].map(([name, weights]) => ({ name, weights }));
    if (trunk !== undefined) parts.unshift({ name: TRUNK_PART, weights: trunk });
    await saveClassifier(folder, { parts, history: this.history, seen: this.seen }, this.description);
  }

  dispose(): void {
    this.inference?.dispose();
    this.inference = undefined;
  }

  /** One pass: the trunk's features once, all heads on them, their softmaxes side by side. */
  private async decideByHeads(trunk: Weights, images: ImageSet, options: PredictOptions): Promise<NodeDecision[]> {
    const { nodes } = this.description;
    const widths = nodes.map(({ children }) => children.length);
    const width = widths.reduce((sum, n) => sum + n, 0);
    this.inference ??= this.compileHeads(trunk, width);
    const rows = await this.inference.run(images, undefined, options);
    let start = 0;
    return nodes.map(({ path }, k) => {
      const own = widths[k] ?? 0;
      const conditional = new Float32Array(images.count * own);
      for (let i = 0; i < images.count; i++) {
        conditional.set(rows.subarray(i * width + start, i * width + start + own), i * own);
      }
      start += own;
      return { path, conditional };
    });
  }

  private compileHeads(trunkWeights: Weights, width: number): Inference {
    const { network, preprocessing, nodes } = this.description;
    const trunk = createTrunk(network.trunk);
    const heads = nodes.map(({ children }) => createHead(network.head, trunk.features, children.length));
    const state = { ...trunkWeights };
    nodes.forEach(({ path }, k) => {
      for (const [name, array] of Object.entries(this.weights.nodes.get(path) ?? {})) state[`${k}/${name}`] = array;
    });
    return createInference(this.make, preprocessing, state, width, (pass, batch) => {
      if (batch.kind !== 'images') throw new TypeError('a tree takes images');
      const features = trunk.forward(pass, batch.images, batch.sizes);
      const softmaxes = heads.map((head, k) => pass.ops.tf.softmax(head.forward(below(pass, k), features)) as Tensor);
      return pass.ops.tf.concat(softmaxes, 1);
    });
  }

  /** One pass a node, with one compiled network whose weights are swapped; spare outputs are masked. */
  private async decideByOwnTrunks(images: ImageSet, options: PredictOptions): Promise<NodeDecision[]> {
    const { nodes } = this.description;
    const outputs = Math.max(...nodes.map(({ children }) => children.length));
    const decisions: NodeDecision[] = [];
    for (const [k, { path, children }] of nodes.entries()) {
      const state = ownState(this.weights.nodes.get(path) ?? {}, children.length, outputs);
      if (this.inference === undefined) this.inference = this.compileOwn(state, outputs);
      else this.inference.load(state);
      const rows = await this.inference.run(images, undefined, {
        signal: options.signal,
        onProgress: ({ done }) =>
          options.onProgress?.({ done: k * images.count + done, total: nodes.length * images.count }),
      });
      const conditional = new Float32Array(images.count * children.length);
      for (let i = 0; i < images.count; i++) {
        conditional.set(rows.subarray(i * outputs, i * outputs + children.length), i * children.length);
      }
      decisions.push({ path, conditional });
    }
    return decisions;
  }

  private compileOwn(state: Weights, outputs: number): Inference {
    const { network, preprocessing } = this.description;
    const trunk = createTrunk(network.trunk);
    const model = wholeModel(trunk, createHead(network.head, trunk.features, outputs));
    return createInference(this.make, preprocessing, state, outputs, (pass, batch) =>
      pass.ops.tf.softmax(pass.ops.tf.add(model.forward(pass, batch), pass.parameter(MASK))),
    );
  }
}

/** Added to the scores: 0 for a node's children, hugely negative for spare outputs. */
const MASK = 'mask';

function ownState(weights: Weights, children: number, outputs: number): Weights {
  const mask = Float32Array.from({ length: outputs }, (_, i) => (i < children ? 0 : -1e9));
  return { ...withOutputs(weights, outputs), [MASK]: { shape: [outputs], data: mask } };
}

/** The pass of node `k`: its parameters have its number in front. */
function below(pass: Pass, k: number): Pass {
  return { ...pass, parameter: (name) => pass.parameter(`${k}/${name}`) };
}
