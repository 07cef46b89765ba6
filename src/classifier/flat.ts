/** The flat classifier: one CNN over all leaf classes, the baseline of every comparison and the trunk of shared trees. */
import type { ImageSet } from '../dataset/images.js';
import { createHead, createTrunk } from '../network/network.js';
import type { Weights } from '../network/weights.js';
import type { MakeProgram } from '../tensorflow/device.js';
import { createInference, type Inference } from '../training/inference.js';
import { networkModel } from '../training/model.js';
import { BaseClassifier } from './base-classifier.js';
import type { PredictOptions } from './classification.js';
import type { Classifier } from './classifier.js';
import { FLAT_MODULE, trunkWeights } from './modules.js';
import type { Readout } from './predict/readout.js';
import { requireProbabilities } from './predict/require-probabilities.js';
import { rescaled } from './predict/routing.js';
import { averageOverViews } from './predict/test-time-augmentation.js';
import { requirePreprocessing } from './preprocessing.js';
import type { FlatDescription, Routing } from './schema.js';
import type { SeenImages } from './store/seen.js';
import { type HistoryLine, saveClassifier } from './store/store.js';
import type { TrainedTrunk } from './trunk.js';

/** One network over all leaf classes. */
export class FlatClassifier extends BaseClassifier implements Classifier {
  readonly kind = 'flat';
  readonly taxonomy = undefined;
  readonly routings = [];
  private inference: Inference | undefined;

  /** @internal Classifiers come from training or loading. */
  constructor(
    private readonly make: MakeProgram,
    readonly description: FlatDescription,
    readonly weights: Weights,
    readonly history: readonly HistoryLine[],
    readonly seen: SeenImages,
  ) {
    super();
  }

  get classes(): readonly string[] {
    return this.description.classes;
  }

  /** @internal */
  get trunk(): TrainedTrunk {
    const { network, preprocessing } = this.description;
    return { spec: network.trunk, weights: trunkWeights(this.weights), preprocessing };
  }

  /** As `predict`, by several routings at the cost of one; `undefined` stands for the default. */
  async predictBy(
    routings: readonly (Routing | undefined)[],
    images: ImageSet,
    { tta = 1, calibrated = true, signal, onProgress }: Omit<PredictOptions, 'routing'> = {},
  ): Promise<readonly Float32Array[]> {
    const { preprocessing, classes, temperature } = this.description;
    requirePreprocessing(images, preprocessing);
    this.requireRoutings(routings);
    const matrices = await averageOverViews(images, tta, async (view, k) => {
      this.inference ??= this.compile();
      const rows = await this.inference.run(view, undefined, {
        signal,
        onProgress: ({ done, total }) => onProgress?.({ done: k * total + done, total: tta * total }),
      });
      return [rescaled(rows, classes.length, calibrated ? (temperature ?? undefined) : undefined)];
    });
    const [probabilities] = requireProbabilities(matrices, images, classes.length);
    return routings.map(() => probabilities as Float32Array);
  }

  async save(folder: string): Promise<void> {
    const modules = [{ name: FLAT_MODULE, weights: this.weights }];
    await saveClassifier(folder, { modules, history: this.history, seen: this.seen }, this.description);
  }

  dispose(): void {
    this.inference?.dispose();
    this.inference = undefined;
  }

  /** @internal */
  readout(): Readout {
    const { network, classes, temperature } = this.description;
    const trunk = createTrunk(network.trunk);
    const model = networkModel(trunk, createHead(network.head, trunk.features, classes.length));
    return {
      state: this.weights,
      width: classes.length,
      forward: (pass, batch) => pass.ops.tf.softmax(model.forward(pass, batch)),
      probabilities: (rows) => rescaled(rows, classes.length, temperature),
    };
  }

  private compile(): Inference {
    const { state, width, forward } = this.readout();
    return createInference(this.make, this.description.preprocessing, state, width, forward);
  }
}
