/** The images that tell how well a classifier recognises new children: of known classes, and of classes that it never saw. */
import { type ImageSet, selectImages } from '../../dataset/images.js';
import type { NewChildProbabilities } from '../../decision/novelty/methods.js';
import { CladenetError, type Problem } from '../../errors.js';
import { holdOut, lonelyProblems } from '../../evaluation/novelty/held-out.js';
import type { KnownImages, UnseenImages } from '../../evaluation/novelty/novelty-curve.js';
import { suggester } from '../../taxonomy/findings.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { ClassifyOptions } from '../classification.js';
import type { Classifier } from '../classifier.js';
import { judgedImages } from './judged-images.js';
import { labelsFor } from './labels.js';

/** Which classes are taken for new, and how images are classified. */
export interface NoveltyImagesOptions extends Pick<ClassifyOptions, 'routing' | 'tta' | 'signal' | 'onProgress'> {
  /** The tree over the classes of the classifier and those that are taken for new. */
  readonly taxonomy: Taxonomy | undefined;
  /** Classes that the classifier was not trained on. */
  readonly novelClasses: readonly string[];
  /** The images of known classes: its validation images to choose on, or those that it has not seen to judge. */
  readonly on: 'validation' | 'unseen';
}

/** Classified images of both kinds. */
export interface NoveltyImages {
  /** The tree of the known classes. */
  readonly taxonomy: Taxonomy;
  readonly known: KnownImages;
  readonly unseen: UnseenImages & { readonly newChildren?: NewChildProbabilities | undefined };
}

/**
 * Classifies images of known classes, and of classes that the classifier was not trained on.
 *
 * @param images labelled, prepared as `description.preprocessing` says
 * @throws CladenetError USAGE for classes that are known, of which there is no image, or that the taxonomy lacks, and for those whose
 *   parent has fewer than two known children; DATASET without images of known classes to choose or to judge on; ABORTED
 */
export async function noveltyImages(
  classifier: Classifier,
  images: ImageSet,
  { taxonomy: given, novelClasses, on, ...classifying }: NoveltyImagesOptions,
): Promise<NoveltyImages> {
  const { taxonomy, parents } = noveltyTree(classifier, images, given, novelClasses);
  const judged = judgedImages(classifier, images, on);
  const { labels } = labelsFor(classifier, judged.images);
  const ofKnown = [...labels.keys()].filter((i) => (labels[i] as number) >= 0);
  if (ofKnown.length === 0) throw noKnown(on);
  const ofNew = [...images.labels.keys()].filter((i) => parents.has(nameOf(images, i)));
  const routing = classifier.kind === 'tree' ? classifying.routing : undefined;
  const classify = (set: ImageSet) => classifier.classify(set, { ...classifying, routing });
  const known = await classify(selectImages(judged.images, ofKnown));
  const unseen = await classify(selectImages(images, ofNew));
  return {
    taxonomy,
    known,
    unseen: {
      probabilities: unseen.probabilities,
      newChildren: unseen.newChildren,
      parents: ofNew.map((i) => parents.get(nameOf(images, i)) as string),
    },
  };
}

const nameOf = ({ classes, labels }: ImageSet, image: number): string => classes[labels[image] ?? -1] ?? '';

/** The tree of the known classes, and the parents of the others in it. @throws CladenetError USAGE: see `noveltyImages` */
export function noveltyTree(
  { classes, taxonomy: own }: Pick<Classifier, 'classes' | 'taxonomy'>,
  images: ImageSet,
  given: Taxonomy | undefined,
  novelClasses: readonly string[],
) {
  const taxonomy = given ?? own;
  if (taxonomy === undefined) {
    const expected = 'a taxonomy over the known classes and the new ones';
    throw unusable([{ where: 'taxonomy', expected, received: 'none', remedy: 'Give `taxonomy`.' }]);
  }
  const known = new Set(classes);
  const inTree = new Set(taxonomy.classes);
  const present = new Set([...images.labels.keys()].map((i) => nameOf(images, i)));
  const suggest = suggester([...present]);
  const problems: Problem[] = novelClasses.flatMap((name): Problem[] => {
    const where = 'novelClasses';
    const received = `'${name}'`;
    if (known.has(name)) return [{ where, expected: 'classes that the classifier was not trained on', received }];
    const remedy = suggest(name);
    return [
      ...(present.has(name) ? [] : [{ where, expected: 'classes of the images', received, remedy }]),
      ...(inTree.has(name) ? [] : [{ where, expected: 'classes of the taxonomy', received, remedy: NOT_IN_TREE }]),
    ];
  });
  if (novelClasses.length === 0) problems.push({ where: 'novelClasses', expected: 'at least one', received: 'none' });
  for (const name of classes.filter((label) => !inTree.has(label))) {
    problems.push({ where: 'taxonomy', expected: `the classifier's class '${name}'`, received: 'no such class' });
  }
  if (problems.length > 0) throw unusable(problems);
  const all = taxonomy.restrictTo([...classes, ...novelClasses]);
  const heldOut = holdOut(all, novelClasses);
  const lonely = lonelyProblems('novelClasses', all, novelClasses);
  if (lonely.length > 0) throw unusable(lonely);
  return { taxonomy: heldOut.known, parents: heldOut.parents };
}

const NOT_IN_TREE = 'Give the taxonomy of all classes, also of those that the classifier does not know.';

const unusable = (problems: readonly Problem[]) =>
  new CladenetError('USAGE', 'New children cannot be told from known classes with these', problems);

const noKnown = (on: NoveltyImagesOptions['on']) =>
  new CladenetError('DATASET', 'There are no images of known classes', [
    {
      where: 'images',
      expected:
        on === 'validation' ? 'validation images of the classifier' : 'images of known classes that it has not seen',
      received: 'none',
    },
  ]);
