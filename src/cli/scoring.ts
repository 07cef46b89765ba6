/** What `evaluate`, `compare` and `demo` share: predictions on images that a classifier has not seen. */
import { basename } from 'node:path';
import type { Classification } from '../classifier/classification.js';
import type { FlatClassifier } from '../classifier/flat.js';
import { requireLabelsFor } from '../classifier/judging/labels.js';
import type { Routing } from '../classifier/schema.js';
import type { TreeClassifier } from '../classifier/tree.js';
import type { ImageSet } from '../dataset/images.js';
import type { NamedPredictions } from '../evaluation/predictions.js';
import { startProgress } from '../progress.js';
import type { SingleChild } from '../taxonomy/check.js';
import { orThrow } from '../taxonomy/findings.js';
import { matchClasses } from '../taxonomy/match-classes.js';
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
  const classes = classifiers[0]?.classes ?? [];
  const taxonomy =
    command.taxonomy === undefined
      ? classifiers.find((classifier) => classifier.taxonomy !== undefined)?.taxonomy
      : await readTaxonomy(command.taxonomy, { singleChild: command.singleChild });
  if (taxonomy === undefined) return undefined;
  return orThrow('The taxonomy does not fit the classifier', matchClasses(taxonomy, classes, { allowMissing: true }));
}

/** How classes are decided on, for all classifiers of a command alike. */
export interface Deciding {
  /** Of trees; by default what each has chosen on its validation part. */
  readonly routing?: Routing | undefined;
  /** `leaf`: the most probable class; `lca`: the one with the lowest expected LCA height, in `taxonomy`. */
  readonly decide: 'leaf' | 'lca';
  readonly taxonomy: Taxonomy | undefined;
  readonly tta: number;
}

/** Classifies images, with a bar that shows how far it is. A flat classifier has no routing. */
export async function classify(
  name: string,
  classifier: Classifier,
  images: ImageSet,
  deciding: Deciding,
  signal: AbortSignal,
): Promise<Classification> {
  const routing = classifier.kind === 'tree' ? deciding.routing : undefined;
  const [classification] = await classifyBy(name, classifier, images, [routing], deciding, signal);
  return classification as Classification;
}

/** By several routings at the cost of one. */
async function classifyBy(
  name: string,
  classifier: Classifier,
  images: ImageSet,
  routings: readonly (Routing | undefined)[],
  { decide, taxonomy, tta }: Deciding,
  signal: AbortSignal,
): Promise<readonly Classification[]> {
  const progress = startProgress(`predicting with ${name}`, tta * images.count);
  const onProgress = ({ done }: { readonly done: number }) => progress.update(done);
  try {
    return await classifier.classifyBy(routings, images, { decide, taxonomy, tta, onProgress, signal });
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

/** The routings by which trees are shown: all that each knows, or the one that it chose on its validation part. */
export type Ways = 'all' | 'chosen';

/** One tree is compared with itself by its other routings; several are compared with each other, each as it decides. */
export const waysToShow = (classifiers: readonly Classifier[]): Ways =>
  classifiers.filter(({ kind }) => kind === 'tree').length > 1 ? 'chosen' : 'all';

/** As `predictNamed`, by one or several routings of a tree (by one with `lca`); the names say which. */
export async function predictWays(
  name: string,
  classifier: Classifier,
  images: ImageSet,
  deciding: Deciding,
  signal: AbortSignal,
  show: Ways,
): Promise<NamedPredictions[]> {
  if (classifier.kind === 'flat' || deciding.routing !== undefined || deciding.decide === 'lca') {
    return [await predictNamed(name, classifier, images, deciding, signal)];
  }
  const routings = show === 'all' ? classifier.routings : classifier.routings.slice(0, 1);
  requireLabelsFor(classifier, images);
  const ways = await classifyBy(name, classifier, images, routings, deciding, signal);
  return ways.map((predictions) => ({ name: `${name} (${predictions.routing})`, predictions }));
}
