/** The routings by which trees are shown beside other classifiers. */
import type { ClassifyOptions } from '../classifier/classification.js';
import type { Classifier } from '../classifier/classifier.js';
import { requireLabelsFor } from '../classifier/judging/labels.js';
import type { ImageSet } from '../dataset/images.js';
import type { NamedPredictions } from '../evaluation/predictions.js';

/** All routings that a tree has, or only the one that its validation images chose. */
export type RoutingsShown = 'all' | 'chosen';

/** One tree is compared with itself by its other routings; several are compared with each other, each as it decides. */
export const routingsShown = (classifiers: readonly Pick<Classifier, 'kind'>[]): RoutingsShown =>
  classifiers.filter(({ kind }) => kind === 'tree').length > 1 ? 'chosen' : 'all';

/** Options of {@link classifyVariants}. */
export interface VariantOptions extends Pick<ClassifyOptions, 'decide' | 'taxonomy' | 'tta' | 'signal' | 'onProgress'> {
  /** The one routing to show a tree by. Default: those that `show` says. */
  readonly routing?: ClassifyOptions['routing'];
  /** Default `all`. */
  readonly show?: RoutingsShown | undefined;
}

/**
 * Classifies images by each routing shown, at the cost of one. A flat classifier, a tree of which one `routing` is
 * asked for, and one that decides by `lca` have one variant, called by the classifier's name; the variants of other
 * trees are called `name (routing)`, the chosen routing first.
 *
 * @throws CladenetError DATASET when images have no label, or one that the classifier does not know; as
 *   `Classifier.classify`
 */
export async function classifyVariants(
  name: string,
  classifier: Classifier,
  images: ImageSet,
  { routing, show = 'all', ...options }: VariantOptions = {},
): Promise<[NamedPredictions, ...NamedPredictions[]]> {
  requireLabelsFor(classifier, images);
  if (classifier.kind !== 'tree' || routing !== undefined || options.decide === 'lca') {
    const own = classifier.kind === 'tree' ? routing : undefined;
    return [{ name, predictions: await classifier.classify(images, { ...options, routing: own }) }];
  }
  const routings = show === 'all' ? classifier.routings : classifier.routings.slice(0, 1);
  const variants = await classifier.classifyBy(routings, images, options);
  const named = variants.map((predictions) => ({ name: `${name} (${predictions.routing})`, predictions }));
  return named as [NamedPredictions, ...NamedPredictions[]];
}
