/** The tree: a sub-classifier at every internal node of a taxonomy, composed into one predictor. */
import type { ImageSet } from '../dataset/images.js';
import type { Forest } from '../forest/forest.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { MakeProgram } from '../tensorflow/device.js';
import { BaseClassifier } from './base-classifier.js';
import type { PredictOptions } from './classification.js';
import type { Classifier } from './classifier.js';
import { TRUNK_MODULE, type WeightsByModule } from './modules.js';
import { newChildPaths } from './new-children.js';
import type { LeafPredictor, Leaves, NodeOutputs } from './predict/leaf-predictor.js';
import { treePredictor, treeReadout } from './predict/predict-tree.js';
import type { Readout } from './predict/readout.js';
import { requireProbabilities } from './predict/require-probabilities.js';
import { routed, routingsOf } from './predict/routing.js';
import { averageOverViews } from './predict/test-time-augmentation.js';
import { requirePreprocessing } from './preprocessing.js';
import type { Routing, TreeDescription } from './schema.js';
import type { SeenImages } from './store/seen.js';
import { type HistoryLine, saveClassifier } from './store/store.js';
import type { TreeParts } from './tree-parts.js';
import type { TrainedTrunk } from './trunk.js';

/** A tree of node classifiers, composed into one predictor. */
export class TreeClassifier extends BaseClassifier implements Classifier {
  readonly kind = 'tree';
  private predictor: LeafPredictor | undefined;

  /** @internal Classifiers come from training or loading. */
  constructor(
    private readonly make: MakeProgram,
    readonly description: TreeDescription,
    readonly taxonomy: Taxonomy,
    /** @internal */
    readonly parts: TreeParts,
    readonly history: readonly HistoryLine[],
    readonly seen: SeenImages,
  ) {
    super();
  }

  get classes(): readonly string[] {
    return this.description.classes;
  }

  get weights(): WeightsByModule {
    return this.parts.weights;
  }

  /** The forests of the nodes that one decides in, by their paths. */
  get forests(): ReadonlyMap<string, Forest> {
    return this.parts.forests ?? new Map();
  }

  get routings(): readonly Routing[] {
    return routingsOf(this.description);
  }

  /** @internal */
  get trunk(): TrainedTrunk | undefined {
    const { network, preprocessing } = this.description;
    const weights = this.weights.get(TRUNK_MODULE);
    return weights && { spec: network.trunk, weights, preprocessing };
  }

  /** As `predict`, by several routings at the cost of one; `undefined` stands for the default. */
  async predictBy(
    routings: readonly (Routing | undefined)[],
    images: ImageSet,
    options: Omit<PredictOptions, 'routing'> = {},
  ): Promise<readonly Float32Array[]> {
    return (await this.predictAll(routings, images, options)).matrices;
  }

  protected override async predictAll(
    given: readonly (Routing | undefined)[],
    images: ImageSet,
    { tta = 1, calibrated = true, signal, onProgress, onNotes }: Omit<PredictOptions, 'routing'>,
  ) {
    const routings = given.map((routing) => routing ?? this.description.decision.routing);
    requirePreprocessing(images, this.description.preprocessing);
    this.requireRoutings(routings);
    const paths = newChildPaths(this.taxonomy, this.description.headKind);
    const averaged = await averageOverViews(images, tta, async (view, k) => {
      const leaves = await this.leaves(view, {
        signal,
        onNotes,
        onProgress: ({ done, total }) => onProgress?.({ done: k * total + done, total: tta * total }),
      });
      const { decision, classes } = this.description;
      const temperatures = calibrated ? decision.temperatures : null;
      const matrices = routings.map((routing) => {
        return routed(leaves, classes.length, { ...decision, temperatures, routing });
      });
      return leaves.newChildren === undefined ? matrices : [...matrices, leaves.newChildren];
    });
    const matrices = requireProbabilities(averaged.slice(0, routings.length), images, this.classes.length);
    const novel = averaged[routings.length];
    return { matrices, ...(novel !== undefined && { newChildren: { paths, novel } }) };
  }

  /** @internal The probabilities as the networks give them: neither calibrated nor combined. */
  leaves(images: ImageSet, options: PredictOptions = {}): Promise<Leaves> {
    return this.compiled().run(images, options);
  }

  /** @internal Undefined where one pass over the images does not say everything. */
  readout(): Readout | undefined {
    return treeReadout(this);
  }

  /** @internal The outputs of each node, not calibrated. */
  nodeOutputs(images: ImageSet, options: PredictOptions = {}): Promise<NodeOutputs> {
    return this.compiled().nodeOutputs(images, options);
  }

  /**
   * Writes the tree as a folder, whole or not at all; an existing classifier there is replaced.
   *
   * @param options `origin`: folder of a classifier that this one was made from: weights that are the same are not written again but
   *   shared with it as hard links (on another file system they are copied)
   */
  async save(folder: string, { origin }: { readonly origin?: string | undefined } = {}): Promise<void> {
    const modules = [...this.weights].map(([name, weights]) => ({ name, weights }));
    const stored = { modules, forests: this.forests, history: this.history, seen: this.seen };
    await saveClassifier(folder, stored, this.description, origin);
  }

  dispose(): void {
    this.predictor?.dispose();
    this.predictor = undefined;
  }

  private compiled(): LeafPredictor {
    const { make, description, taxonomy, parts } = this;
    this.predictor ??= treePredictor({ make, description, taxonomy, parts });
    return this.predictor;
  }
}
