/** A classifier of sources and a decider: something gives numbers about an image, and something decides on them. */
import type { ImageSet } from '../dataset/images.js';
import type { Forest } from '../forest/forest.js';
import type { MakeProgram } from '../tensorflow/device.js';
import { BaseClassifier } from './base-classifier.js';
import type { PredictOptions } from './classification.js';
import type { Classifier } from './classifier.js';
import type { FeaturesDecider } from './features/decider.js';
import { openDecider, openSources } from './features/open.js';
import type { FeatureParts } from './features/parts.js';
import { joinedValues, type Source } from './features/source.js';
import { FOREST, TRUNK_MODULE, type WeightsByModule } from './modules.js';
import { rescaled } from './predict/routing.js';
import { averageOverViews } from './predict/test-time-augmentation.js';
import { requirePreprocessing } from './preprocessing.js';
import type { FeatureDescription, Routing } from './schema.js';
import type { SeenImages } from './store/seen.js';
import { type HistoryLine, saveClassifier } from './store/store.js';
import type { TrainedTrunk } from './trunk.js';

/** Sources of features, and a forest, an MLP block or a mixture that decides on them. */
export class FeatureClassifier extends BaseClassifier implements Classifier {
  readonly kind = 'features';
  readonly taxonomy = undefined;
  readonly routings = [];
  private opened: { readonly sources: readonly Source[]; readonly decider: FeaturesDecider } | undefined;

  /** @internal Classifiers come from training or loading. */
  constructor(
    private readonly make: MakeProgram,
    readonly description: FeatureDescription,
    private readonly parts: FeatureParts,
    readonly history: readonly HistoryLine[],
    readonly seen: SeenImages,
  ) {
    super();
  }

  get classes(): readonly string[] {
    return this.description.classes;
  }

  /** Of the CNN block and the MLP block, as far as there are such. */
  get weights(): WeightsByModule {
    return this.parts.weights;
  }

  /** The forest that decides, if one does. */
  get forest(): Forest | undefined {
    return this.parts.forest;
  }

  /** @internal */
  get trunk(): TrainedTrunk | undefined {
    const { sources, preprocessing } = this.description;
    const deep = sources.find((source) => source.kind === 'deep');
    const weights = this.parts.weights.get(TRUNK_MODULE);
    return deep && weights && { spec: deep.trunk, weights, preprocessing };
  }

  /** As `predict`, by several routings at the cost of one; `undefined` stands for the default. */
  async predictBy(
    routings: readonly (Routing | undefined)[],
    images: ImageSet,
    { tta = 1, calibrated = true, signal, onProgress, onNotes }: Omit<PredictOptions, 'routing'> = {},
  ): Promise<readonly Float32Array[]> {
    const { preprocessing, classes, temperature } = this.description;
    requirePreprocessing(images, preprocessing);
    this.requireRoutings(routings);
    const { sources, decider } = this.open();
    const [probabilities] = await averageOverViews(images, tta, async (view, k) => {
      const values = await joinedValues(sources, view, {
        signal,
        onNotes,
        onProgress: ({ done, total }) => onProgress?.({ done: k * total + done, total: tta * total }),
      });
      const decided = await decider.decide(values, { signal });
      return [rescaled(decided, classes.length, calibrated ? temperature : undefined)];
    });
    return routings.map(() => probabilities as Float32Array);
  }

  async save(folder: string): Promise<void> {
    const { weights, forest, members } = this.parts;
    const modules = [...weights].map(([name, own]) => ({ name, weights: own }));
    const forests = new Map(forest === undefined ? [] : [[FOREST, forest]]);
    const stored = { modules, forests, members, history: this.history, seen: this.seen };
    await saveClassifier(folder, stored, this.description);
  }

  dispose(): void {
    for (const part of [...(this.opened?.sources ?? []), this.opened?.decider]) part?.dispose?.();
    this.opened = undefined;
  }

  private open() {
    const { make, description, parts } = this;
    this.opened ??= {
      sources: openSources(description, parts, make),
      decider: openDecider(description, parts, make),
    };
    return this.opened;
  }
}
