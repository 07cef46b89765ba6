/** The labels of images as indices into the classes of a classifier. */
import type { ImageSet } from '../../dataset/images.js';
import { CladenetError, didYouMean } from '../../errors.js';

/** Labels of images as indices into a classifier's classes. */
export interface ClassifierLabels {
  /** The label of each image, as an index into the classifier's classes; -1 if it has none, or one that the classifier does not know. */
  readonly labels: Int32Array;
  /** Classes of the images that the classifier does not know, each once, in the order of `images.classes`. */
  readonly unknownClasses: readonly string[];
}

/**
 * Translates the labels of images, which count the classes of the image set, into a classifier's classes.
 *
 * @param classifier only its `classes` are used
 */
export function labelsFor(
  { classes }: { readonly classes: readonly string[] },
  images: Pick<ImageSet, 'labels' | 'classes'>,
): ClassifierLabels {
  const column = new Map(classes.map((name, i) => [name, i]));
  const labels = images.labels.map((label) => column.get(images.classes[label] ?? '') ?? -1);
  const present = new Set(images.labels);
  const unknownClasses = images.classes.filter((name, label) => present.has(label) && !column.has(name));
  return { labels, unknownClasses };
}

/**
 * As {@link labelsFor}, for images that are to be evaluated: each of them needs a class that the classifier knows.
 *
 * @throws CladenetError DATASET when images have no label, or one that the classifier does not know
 */
export function requireLabelsFor(
  classifier: { readonly classes: readonly string[] },
  images: Pick<ImageSet, 'labels' | 'classes'>,
): Int32Array {
  const { labels, unknownClasses } = labelsFor(classifier, images);
  const problems = unknownClasses.map((name) => {
    return {
      where: `images of ${name}`,
      expected: 'a class that the classifier knows',
      received: name,
      remedy: didYouMean(name, classifier.classes),
    };
  });
  const unlabelled = images.labels.filter((label) => images.classes[label] === undefined).length;
  if (unlabelled > 0) {
    const expected = 'a class for each of them';
    problems.push({
      where: 'images without a class',
      expected,
      received: `${unlabelled} without one`,
      remedy: undefined,
    });
  }
  if (problems.length === 0) return labels;
  const summary = 'The classifier does not know all classes of the images (`classes` chooses among them)';
  throw new CladenetError('DATASET', summary, problems);
}
