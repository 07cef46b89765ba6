/** What `evaluate`, `compare` and `demo` share: predictions on images that a classifier has not seen. */
import { basename } from 'node:path';
import type { FlatClassifier } from '../classifier/flat.js';
import type { Routing } from '../classifier/schema.js';
import { fingerprints, unpackSeen } from '../classifier/store/seen.js';
import type { TreeClassifier } from '../classifier/tree.js';
import type { ImageSet } from '../dataset/images.js';
import { selectImages } from '../dataset/images.js';
import { decideLeaves, requireDecidable } from '../decision/decide-leaves.js';
import { CladenetError, nearest } from '../errors.js';
import type { NamedPredictions } from '../evaluation/predictions.js';
import { say, startProgress } from '../progress.js';
import { orThrow } from '../taxonomy/findings.js';
import { matchClasses } from '../taxonomy/match-classes.js';
import { readTaxonomy } from '../taxonomy/read.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { counted } from '../units.js';
import type { EvaluateCommand } from './options.js';

export type Classifier = FlatClassifier | TreeClassifier;

/** `runs/flat/` is called `flat`. */
export const nameOf = (folder: string) => basename(folder.replace(/\/+$/, '')) || folder;

/** Which of the images a classifier has learned from or was chosen on. */
export function seenMask(classifier: Classifier, images: ImageSet): boolean[] {
  const learned = unpackSeen(classifier.seen.train);
  const chosen = unpackSeen(classifier.seen.validation);
  return fingerprints(images).map((print) => learned.has(print) || chosen.has(print));
}

/** The images left when `masks` are taken out; says how many went. */
export function leaveOut(images: ImageSet, masks: readonly (readonly boolean[])[]): ImageSet {
  const kept = Array.from({ length: images.count }, (_, i) => i).filter((i) => !masks.some((mask) => mask[i]));
  const gone = images.count - kept.length;
  if (gone === 0) return images;
  if (kept.length === 0) {
    throw new CladenetError('DATASET', 'There are no images left to evaluate on', [
      {
        where: 'images',
        expected: 'images that the classifiers were not trained or chosen on',
        received: `${gone}, all of them seen in training or validation`,
        remedy: 'Give other images, or --seen to evaluate on seen ones all the same (the scores will flatter).',
      },
    ]);
  }
  say(`${counted(gone, 'image')} left out: a classifier was trained or chosen on them (--seen keeps them)`);
  return selectImages(images, kept);
}

/** Labels as indices into the classifier's classes. */
export function labelsFor(classifier: Classifier, images: ImageSet): Int32Array {
  const index = new Map(classifier.classes.map((name, i) => [name, i]));
  const present = new Set(Array.from(images.labels, (label) => images.classes[label]));
  const problems = [...present]
    .filter((name) => name === undefined || !index.has(name))
    .map((name) => {
      const near = name === undefined ? undefined : nearest(name, classifier.classes);
      return {
        where: name === undefined ? 'images without a class' : `images of ${name}`,
        expected: 'a class that the classifier knows',
        received: name ?? 'none',
        remedy: near && `Did you mean ${near}?`,
      };
    });
  if (problems.length > 0) {
    const summary = 'The classifier does not know all classes of the images (--classes chooses among them)';
    throw new CladenetError('DATASET', summary, problems);
  }
  return images.labels.map((label) => index.get(images.classes[label] ?? '') ?? -1);
}

/** The taxonomy to judge by: the one given, else the first tree's own; of exactly the classifiers' classes. */
export async function judgeBy(
  command: Pick<EvaluateCommand, 'taxonomy' | 'singleChild'>,
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

export interface Decided {
  /** [images x classes] */
  readonly probabilities: Float32Array;
  /** The class that is decided on for each image. */
  readonly leaves: Int32Array;
}

/** What a classifier makes of images, by one routing. */
export async function decide(
  name: string,
  classifier: Classifier,
  images: ImageSet,
  deciding: Deciding,
  signal: AbortSignal,
): Promise<Decided> {
  const routing = classifier.kind === 'tree' ? (deciding.routing ?? classifier.routings[0]) : undefined;
  const [decided] = await decideBy(name, classifier, images, [routing], deciding, signal);
  return decided as Decided;
}

/** By several routings at the cost of one; a flat classifier has none (`undefined`). */
async function decideBy(
  name: string,
  classifier: Classifier,
  images: ImageSet,
  routings: readonly (Routing | undefined)[],
  { decide: by, taxonomy, tta }: Deciding,
  signal: AbortSignal,
): Promise<Decided[]> {
  const { classes } = classifier;
  const optionsOf = (routing: Routing | undefined) => ({
    routing,
    decide: by,
    taxonomy: by === 'lca' ? taxonomy : classifier.taxonomy,
  });
  for (const routing of routings) requireDecidable(optionsOf(routing));
  const progress = startProgress(`predicting with ${name}`, tta * images.count);
  const onProgress = ({ done }: { readonly done: number }) => progress.update(done);
  try {
    const matrices =
      classifier.kind === 'tree'
        ? await classifier.predictBy(
            routings.flatMap((routing) => routing ?? []),
            images,
            { onProgress, signal, tta },
          )
        : [await classifier.predict(images, { onProgress, signal, tta })];
    return matrices.map((probabilities, k) => ({
      probabilities,
      leaves: decideLeaves(probabilities, classes, optionsOf(routings[k])),
    }));
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
  const labels = labelsFor(classifier, images);
  const { probabilities, leaves } = await decide(name, classifier, images, deciding, signal);
  return { name, predictions: { classes: classifier.classes, probabilities, labels, decisions: leaves } };
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
  const { classes } = classifier;
  if (classifier.kind === 'flat' || deciding.routing !== undefined || deciding.decide === 'lca') {
    return [await predictNamed(name, classifier, images, deciding, signal)];
  }
  const routings = show === 'all' ? classifier.routings : classifier.routings.slice(0, 1);
  const labels = labelsFor(classifier, images);
  const ways = await decideBy(name, classifier, images, routings, deciding, signal);
  return ways.map(({ probabilities, leaves }, k) => ({
    name: `${name} (${routings[k]})`,
    predictions: { classes, probabilities, labels, decisions: leaves },
  }));
}
