/** What classifiers are trained on: images, the classes they may have, and a split that keeps the test set unseen. */
import { copiesAmong } from '../../dataset/deal.js';
import { type ImageSet, requireImageSet } from '../../dataset/images.js';
import { type Fractions, type Split, SUBSETS, type Subset, splitImages } from '../../dataset/split.js';
import { type FoldChoice, fractionsOfFold, splitFold } from '../../dataset/split-fold.js';
import { CladenetError, type Problem } from '../../errors.js';
import { sha256OfJson } from '../../hash.js';
import { lookAlikes, spelledOut } from '../../look-alikes.js';
import type { Taxonomy } from '../../taxonomy/taxonomy.js';
import type { Task } from '../../training/task.js';
import { fingerprints, type SeenImages, subsetsOf } from '../store/seen.js';
import { withAcceptedLabels } from './accepted-labels.js';
import { contradictionNotes, contradictoryLabels, copyNotes, severalClasses } from './copies.js';
import { requireUndivided, splitAsGiven } from './given-split.js';
import { setsOf, type Truth, truthOf } from './truth.js';
import { typicalCrop } from './typical-crop.js';

/** Images, their labels and their split, made by `prepareData`: what every training takes. */
export interface TrainingData {
  readonly images: ImageSet;
  /** The classes to distinguish, and what is known about each image. */
  readonly truth: Truth;
  /** The images of the training, validation and test sets. */
  readonly split: Split;
  /** How the split was drawn, or that it was given. */
  readonly drawnBy: SplitOrigin;
  /** The group of each image, such as its sample, where the split is by groups: see {@link PrepareOptions.groupBy}. */
  readonly groups?: readonly string[] | undefined;
  /** A fingerprint of each image's pixels. */
  readonly prints: readonly string[];
}

/** Where a split comes from. */
export interface SplitOrigin {
  /** The seed that draws it, or what of it is not given. */
  readonly seed: number;
  /** Of a given split the shares that its parts have. */
  readonly fractions: Fractions;
  readonly groupBy?: string | undefined;
  /** The fold of a cross-validation that is the test set. */
  readonly fold?: FoldChoice | undefined;
  /** The parts that came with the images. Without `validation` it was drawn from `train`. Undefined: all is drawn. */
  readonly given?: readonly Subset[] | undefined;
}

export const FRACTIONS: Fractions = { train: 0.8, validation: 0.1, test: 0.1 };

/** How images are split for training. */
export interface PrepareOptions {
  readonly seed: number;
  /**
   * Default 80 % train, 10 % validation, 10 % test. Of images that come with a split without validation images, they say how the
   * training images are divided: 1 to 8 by default.
   */
  readonly fractions?: Fractions | undefined;
  /**
   * A column of `images.fields`, such as `sample_id`, whose groups are dealt whole, so that test images are of groups that were
   * never trained on. Images without a value are in no group. Default: none.
   */
  readonly groupBy?: string | undefined;
  /**
   * Test on one fold of a cross-validation, and train and validate on the others, in the ratio of these two of `fractions`. With the
   * same seed, every image is in the test set of one fold. Default: none.
   */
  readonly fold?: FoldChoice | undefined;
  /** A taxonomy whose inner nodes may be labels: of such an image only the set of possible classes is known. Default: none. */
  readonly taxonomy?: Taxonomy | undefined;
  /** The split of a classifier (`classifier.seen`): its images keep their subsets, and only other images are drawn. */
  readonly known?: SeenImages | undefined;
  /** @internal The same images as the classifier of `known` takes them. Default: as they are. */
  readonly knownBy?: ImageSet | undefined;
  /** Throw if one picture is in several classes, naming all such images. Default `false`: `split.notes` names some. */
  readonly strict?: boolean | undefined;
}

/**
 * Splits images for training: as their source does (`images.subsets`), or else stratified by class, by an explicit seed. Pictures are
 * dealt, each with all of its copies
 * (the same pixels and size), so that no picture is both learned and tested. `split.notes` lists what is unusual.
 *
 * Labels that are synonyms in the taxonomy become the accepted names, and images of classes that it leaves out are in no subset;
 * `split.notes` says so.
 *
 * Of a given split, images of which another part has a copy are left out: test images stay, then validation images. Where it has no
 * validation images, they are drawn from its training images.
 *
 * @throws CladenetError USAGE for images that are not a whole set, or without the column `groupBy`, and for a fold that there is not;
 *   USAGE for a fold of images that come with a split, and for `fractions` or `groupBy` where it has validation images; DATASET for a
 *   given split without training images, and with `strict` for pictures in several of its parts; DATASET for fewer groups than
 *   subsets; DATASET for labels at inner nodes that cannot be used, and with `strict` for pictures in several
 *   classes
 * @example
 * ```ts
 * import { openImages, prepareData, preprocessingFor } from 'cladenet';
 *
 * const images = await openImages('images', preprocessingFor('compact'));
 * const { split } = prepareData(images, { seed: 1, fractions: { train: 0.6, validation: 0.2, test: 0.2 } });
 * [split.train.length, split.validation.length, split.test.length]; // => [ 49, 14, 17 ]
 * ```
 */
export function prepareData(labelled: ImageSet, options: PrepareOptions): TrainingData {
  const { seed, groupBy, fold, taxonomy, known, knownBy, strict = false } = options;
  requireImageSet(labelled);
  const { images, notes: naming } = withAcceptedLabels(labelled, taxonomy);
  const fractions = options.fractions ?? FRACTIONS;
  const given = givenParts(images);
  if (given !== undefined) requireUndivided(given, options);
  const truth = truthOf(images, taxonomy);
  const prints = fingerprints(images);
  const groups = groupsOf(images, groupBy);
  const placed =
    known && placedWithGroups(subsetsOf(knownBy === undefined ? prints : fingerprints(knownBy), known), groups);
  const { labels, subsets = [] } = images;
  const copies = copiesAmong(labels, prints);
  const split =
    given === undefined
      ? drawSplit(images, { seed, fractions, fold, prints, groups, placed })
      : splitAsGiven(images, subsets, { seed, fractions, prints, groups, placed, copies, strict });
  const contradictions = contradictoryLabels(images, truth, copies);
  if (strict && contradictions.length > 0) {
    throw new CladenetError('DATASET', severalClasses(contradictions.length), contradictions);
  }
  const notes = [
    ...naming,
    ...split.notes,
    ...(given === undefined ? copyNotes(copies) : []),
    ...contradictionNotes(contradictions),
  ];
  return {
    images,
    truth,
    split: { ...split, notes },
    drawnBy: drawnAs({ seed, fractions: sharesOf(split, { fractions, given, fold }), groupBy, fold, given }),
    prints,
    groups,
  };
}

/** The parts of the split that the images come with; undefined where they come without one. */
export function givenParts({ subsets }: Pick<ImageSet, 'subsets'>): readonly Subset[] | undefined {
  const given = SUBSETS.filter((subset) => subsets?.includes(subset));
  return given.length === 0 ? undefined : given;
}

/** The shares that are wanted, or those that the parts of a given split have. */
function sharesOf(
  { train, validation, test }: Split,
  { fractions, given, fold }: Pick<SplitOrigin, 'fractions' | 'given' | 'fold'>,
): Fractions {
  if (fold !== undefined) return fractionsOfFold(fractions, fold);
  if (given === undefined) return fractions;
  const sum = train.length + validation.length + test.length;
  return { train: train.length / sum, validation: validation.length / sum, test: test.length / sum };
}

/** Draws a split at random. Images of a known subset stay in it. */
function drawSplit(
  { labels, classes }: ImageSet,
  {
    seed,
    fractions,
    fold,
    prints,
    groups,
    placed,
  }: Pick<TrainingData, 'prints' | 'groups'> &
    Pick<SplitOrigin, 'seed' | 'fractions' | 'fold'> & {
      readonly placed: readonly (keyof SeenImages | undefined)[] | undefined;
    },
): Split {
  const others = placed === undefined ? labels : labels.map((label, i) => (placed[i] === undefined ? label : -1));
  const drawing = {
    ...{ seed, fractions, classes, pictures: prints },
    groups: others.some((label) => label >= 0) ? groups : undefined,
  };
  // Images whose subsets are known decide on the test set, even if it was a fold.
  const drawn =
    fold === undefined || placed !== undefined
      ? splitImages(others, classes.length, drawing)
      : splitFold(others, classes.length, { ...drawing, fold });
  return placed === undefined ? drawn : withPlaced(drawn, placed);
}

/** How a split was drawn, as it is stored. */
export const drawnAs = ({ seed, fractions, groupBy, fold, given }: SplitOrigin): SplitOrigin => ({
  seed,
  fractions,
  ...(groupBy !== undefined && { groupBy }),
  ...(fold !== undefined && { fold }),
  ...(given !== undefined && { given }),
});

/** @throws CladenetError USAGE where the images have no such column */
function groupsOf({ fields = {} }: ImageSet, groupBy: string | undefined): readonly string[] | undefined {
  if (groupBy === undefined) return undefined;
  const groups = fields[groupBy];
  if (groups !== undefined) return groups;
  const expected = 'a column that is kept with the images (`keepColumns`)';
  const received = `${groupBy}, and the images have ${Object.keys(fields).join(', ') || 'none'}`;
  throw new CladenetError('USAGE', 'The images have no such groups.', [{ where: 'groupBy', expected, received }]);
}

/** The subset of each image that is known; other images of a group follow those that all are in one. */
function placedWithGroups(
  placed: readonly (keyof SeenImages | undefined)[],
  groups: readonly string[] | undefined,
): readonly (keyof SeenImages | undefined)[] {
  if (groups === undefined) return placed;
  const subsets = new Map<string, Set<keyof SeenImages>>();
  placed.forEach((subset, i) => {
    const group = groups[i] ?? '';
    if (subset !== undefined && group !== '') subsets.set(group, (subsets.get(group) ?? new Set()).add(subset));
  });
  const following = placed.map((subset, i) => {
    const [only, ...others] = subsets.get(groups[i] ?? '') ?? [];
    return subset ?? (others.length === 0 ? only : undefined);
  });
  // Too few new groups to test on are learned from.
  const left = new Set(following.flatMap((subset, i) => (subset === undefined ? [groups[i] || `image ${i}`] : [])));
  return left.size < SUBSETS.length ? following.map((subset) => subset ?? 'train') : following;
}

/** Adds images whose subset is known. Notes on classes with few images are dropped, since most images were not drawn. */
function withPlaced(drawn: Split, placed: readonly (keyof SeenImages | undefined)[]): Split {
  const subset = (name: keyof SeenImages) => {
    const known = placed.flatMap((where, image) => (where === name ? [image] : []));
    return Int32Array.from([...drawn[name], ...known]).sort();
  };
  return { train: subset('train'), validation: subset('validation'), test: subset('test'), notes: [] };
}

/** The flat task: every class. */
export function flatTask({ truth, split }: TrainingData): Task {
  const { labels, classes } = truth;
  const { train, validation } = split;
  return { labels, classes: classes.length, sets: setsOf(truth), train, validation };
}

/**
 * @throws CladenetError DATASET when there are fewer than two classes, classes whose names look the same, or classes without
 *   training images
 */
export function requireTrainable(data: TrainingData): void {
  const problems = trainingProblems(data);
  if (problems.length > 0) throw new CladenetError('DATASET', 'These images cannot be trained on', problems);
}

/** Why these classes cannot be learned: fewer than two of them, names that look the same, or some without training images. */
export function trainingProblems({ truth: { classes, labels }, split, drawnBy }: TrainingData): Problem[] {
  const counts = new Int32Array(classes.length);
  for (const image of split.train) {
    const label = labels[image] ?? -1;
    if (label >= 0 && label < classes.length) counts[label] = (counts[label] ?? 0) + 1;
  }
  const problems: Problem[] = lookAlikes(classes).map(([first, second]) => ({
    where: 'classes',
    expected: 'names that look different',
    received: `${spelledOut(second)} besides ${spelledOut(first)}`,
    remedy: 'Write the name in one form.',
  }));
  if (classes.length < 2) {
    problems.push({ where: 'classes', expected: 'at least 2', received: classes.join(', ') || 'none' });
  }
  classes.forEach((name, label) => {
    if ((counts[label] ?? 0) > 0) return;
    problems.push({
      where: `class ${name}`,
      expected: 'at least one training image',
      received: 'none',
      remedy:
        drawnBy.given === undefined
          ? 'Add images, leave the class out (`classes`), or raise the share of training images (`fractions`).'
          : 'Add training images of it to the given split, or leave the class out (`classes`).',
    });
  });
  return problems;
}

/** SHA-256 of the images, in order, of what is known about each, and of the split that they come with. */
export function contentOf({ images: { subsets }, prints, truth: { classes, groups, labels } }: TrainingData): string {
  return sha256OfJson([prints, classes, groups, Array.from(labels), ...(subsets === undefined ? [] : [subsets])]);
}

export function describeSplit(data: TrainingData) {
  const { train, validation, test } = data.split;
  const crops = typicalCrop(data.images, train);
  return {
    ...data.drawnBy,
    content: contentOf(data),
    ...(crops && { crops }),
    images: { train: train.length, validation: validation.length, test: test.length },
  };
}
