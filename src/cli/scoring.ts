/** What `evaluate`, `compare` and `demo` share: predictions on images that a classifier has not seen. */
import { basename } from 'node:path';
import type { Classification } from '../classifier/classification.js';
import type { FlatClassifier } from '../classifier/flat.js';
import { judgingTaxonomy } from '../classifier/judging/judging-taxonomy.js';
import { requireLabelsFor } from '../classifier/judging/labels.js';
import type { Routing } from '../classifier/schema.js';
import type { TreeClassifier } from '../classifier/tree.js';
import type { ImageSet } from '../dataset/images.js';
import type { NamedPredictions } from '../evaluation/predictions.js';
import { startProgress } from '../progress.js';
import { classifyVariants, type RoutingsShown } from '../report/variants.js';
import type { SingleChild } from '../taxonomy/check.js';
import { readTaxonomy } from '../taxonomy/read.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';

export type Classifier = FlatClassifier | TreeClassifier;

/** `runs/flat/` is called `flat`. */
export const nameOf = (folder: string) => basename(folder.replace(/\/+$/, '')) || folder;

/** The taxonomy to judge by: the one given, else the first tree's own; of exactly the classifiers' classes. */
export async function judgeBy(
  command: { readonly taxonomy?: string | undefined; readonly singleChild: SingleChild },
  classifiers: readonly Classifier[],
): Promise<Taxonomy | undefined> {
  const { taxonomy: file, singleChild } = command;
  return judgingTaxonomy(classifiers, file === undefined ? undefined : await readTaxonomy(file, { singleChild }));
}

/** How classes are decided on, for all classifiers of a command alike. */
export interface Deciding {
  /** Of trees; by default what each has chosen on its validation set. */
  readonly routing?: Routing | undefined;
  /** `leaf`: the most probable class; `lca`: the one with the lowest expected LCA height, in `taxonomy`. */
  readonly decide: 'leaf' | 'lca';
  readonly taxonomy: Taxonomy | undefined;
  readonly tta: number;
  /** Also decide on a node for each image. */
  readonly minConfidence?: number | undefined;
}

/** Classifies images, with a bar that shows how far it is. A flat classifier has no routing. */
export async function classify(
  name: string,
  classifier: Classifier,
  images: ImageSet,
  { routing: wanted, decide, taxonomy, tta, minConfidence }: Deciding,
  signal: AbortSignal,
): Promise<Classification> {
  const routing = classifier.kind === 'tree' ? wanted : undefined;
  const progress = startProgress(`predicting with ${name}`, tta * images.count);
  const onProgress = ({ done }: { readonly done: number }) => progress.update(done);
  try {
    return await classifier.classify(images, { routing, decide, taxonomy, tta, minConfidence, onProgress, signal });
  } finally {
    progress.stop();
  }
}

/** A classifier's predictions for labelled images, and what it decides from them. */
export async function predictNamed(
  name: string,
  classifier: Classifier,
  images: ImageSet,
  deciding: Deciding,
  signal: AbortSignal,
): Promise<NamedPredictions> {
  requireLabelsFor(classifier, images);
  return { name, predictions: await classify(name, classifier, images, deciding, signal) };
}

/** As `classifyVariants`, with a bar that shows how far it is. */
export async function predictVariants(
  name: string,
  classifier: Classifier,
  images: ImageSet,
  options: Deciding & { readonly show: RoutingsShown },
  signal: AbortSignal,
): Promise<NamedPredictions[]> {
  const progress = startProgress(`predicting with ${name}`, options.tta * images.count);
  try {
    const onProgress = ({ done }: { readonly done: number }) => progress.update(done);
    return await classifyVariants(name, classifier, images, { ...options, onProgress, signal });
  } finally {
    progress.stop();
  }
}
