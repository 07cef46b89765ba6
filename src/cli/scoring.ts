/** What `evaluate`, `compare` and `demo` share: predictions on images that a classifier has not seen. */
import { basename } from 'node:path';
import type { Classifier } from '../classifier/classifier.js';
import { fingerprints, unpackSeen } from '../classifier/seen.js';
import type { ImageSet } from '../dataset/images.js';
import { selectImages } from '../dataset/images.js';
import { greedyDescent } from '../decision/greedy-descent.js';
import { CladenetError, nearest } from '../errors.js';
import type { NamedPredictions } from '../evaluation/compare.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import { orThrow } from '../taxonomy/findings.js';
import { matchClasses } from '../taxonomy/match-classes.js';
import { readTaxonomy } from '../taxonomy/read.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { EvaluateCommand } from './options.js';
import { counted, say, startProgress } from './progress.js';

export type Routing = 'product' | 'greedy';

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

/** A classifier's predictions, decided as asked. Greedy routing needs a tree. */
export async function predictNamed(
  name: string,
  classifier: Classifier,
  images: ImageSet,
  routings: readonly Routing[],
  signal: AbortSignal,
): Promise<NamedPredictions[]> {
  const labels = labelsFor(classifier, images);
  const progress = startProgress(`predicting with ${name}`, images.count);
  try {
    const onProgress = ({ done }: { readonly done: number }) => progress.update(done);
    const probabilities = await classifier.predict(images, { onProgress, signal });
    const { classes, taxonomy } = classifier;
    const predictions = { classes, probabilities, labels };
    if (taxonomy === undefined) return [{ name, predictions }];
    return routings.map((routing) =>
      routing === 'product'
        ? { name: routings.length > 1 ? `${name} (product)` : name, predictions }
        : {
            name: routings.length > 1 ? `${name} (greedy)` : name,
            predictions,
            decisions: greedyDescent(probabilities, classes, taxonomy),
          },
    );
  } finally {
    progress.stop();
  }
}

/** An evaluation as a row of the comparison table. */
export function tableRow(name: string, evaluation: Evaluation) {
  const { accuracy, balancedAccuracy, top5, logLoss, hierarchical, ahd, severity } = evaluation;
  const defined = (value: number | null | undefined) => value ?? undefined;
  return {
    name,
    metrics: {
      accuracy,
      balancedAccuracy,
      top5,
      logLoss,
      hierarchicalPrecision: defined(hierarchical?.precision),
      hierarchicalRecall: defined(hierarchical?.recall),
      hierarchicalF1: defined(hierarchical?.f1),
      ahd: defined(ahd),
      severity: defined(severity),
    },
  };
}
