/** Splits images as their source says, and finds what would leak between its parts. */
import type { ImageSet } from '../../dataset/images.js';
import {
  type Fractions,
  type Split,
  type SplitOptions,
  SUBSETS,
  type Subset,
  splitImages,
} from '../../dataset/split.js';
import type { FoldChoice } from '../../dataset/split-fold.js';
import { CladenetError, type Problem } from '../../errors.js';
import { counted, firstOf } from '../../units.js';
import type { SeenImages } from '../store/seen.js';

/** Images, and how those are divided that the source does not divide. */
export interface GivenSplitOptions extends Pick<SplitOptions, 'seed' | 'groups'> {
  /** Of them, validation and training say how the training images are divided where no validation images are given. */
  readonly fractions: Fractions;
  /** What each image shows. */
  readonly prints: readonly string[];
  /** The images of each picture that several labelled images show. */
  readonly copies: readonly (readonly number[])[];
  /** The subset of each image in the split of another classifier. */
  readonly placed?: readonly (keyof SeenImages | undefined)[] | undefined;
  /** Throw where a picture is in several parts, naming all of them. */
  readonly strict: boolean;
}

/** Classes and pictures that a note names; the others are counted. */
const NAMED = 5;

/**
 * The split that the source gives. Without validation images in it, they are drawn from the training images; without test images
 * nothing is tested. Of a picture in several parts only the images in the last of them are used (test before validation before
 * train), so that the test set is the one that was given, and nothing of it is learned.
 *
 * @throws CladenetError DATASET without training images, and with `strict` for pictures in several parts
 */
export function splitAsGiven(
  images: ImageSet,
  subsets: readonly (Subset | undefined)[],
  options: GivenSplitOptions,
): Split {
  const { labels, classes } = images;
  const leaks = leaksIn(images, subsets, options.copies);
  if (options.strict && leaks.length > 0) {
    throw new CladenetError(
      'DATASET',
      'Parts of the given split have images in common',
      leaks.map(({ problem }) => problem),
    );
  }
  const dropped = new Set(leaks.flatMap(({ dropped: images }) => images));
  const members = (subset: Subset) =>
    Int32Array.from(labels.keys()).filter(
      (image) => (labels[image] ?? -1) >= 0 && subsets[image] === subset && !dropped.has(image),
    );
  const given = { train: members('train'), validation: members('validation'), test: members('test') };
  if (given.train.length === 0) throw noTraining(given);
  const notes = [...leakNotes(leaks), ...classNotes(images, given)];
  if (given.test.length === 0) notes.push('no test images are given: nothing is tested');
  if (subsets.includes('validation')) return { ...given, notes };
  const { train, validation, notes: drawn } = drawValidation(labels, classes, given.train, options);
  return { train, validation, test: given.test, notes: [...notes, ...drawn] };
}

/** Divides the training images; those that another classifier knows stay where it has them. */
function drawValidation(
  labels: Int32Array,
  classes: readonly string[],
  given: Int32Array,
  { fractions, seed, prints, groups, placed }: GivenSplitOptions,
): Split {
  const { train, validation } = fractions;
  const sum = train + validation;
  const isKnown = (image: number) => placed?.[image] === 'train' || placed?.[image] === 'validation';
  const drawable = new Set(given.filter((image) => !isKnown(image)));
  const others = labels.map((label, image) => (drawable.has(image) ? label : -1));
  const drawn = splitImages(others, classes.length, {
    ...{ seed, classes, pictures: prints, groups: drawable.size > 0 ? groups : undefined },
    fractions: { train: train / sum, validation: validation / sum, test: 0 },
  });
  const withKnown = (subset: 'train' | 'validation') =>
    Int32Array.from([...drawn[subset], ...given.filter((image) => placed?.[image] === subset)]).sort();
  return { ...drawn, train: withKnown('train'), validation: withKnown('validation') };
}

/** A picture in several parts. */
interface Leak {
  readonly kept: Subset;
  readonly from: Subset;
  readonly dropped: readonly number[];
  readonly problem: Problem;
}

function leaksIn(
  { paths }: Pick<ImageSet, 'paths'>,
  subsets: readonly (Subset | undefined)[],
  copies: readonly (readonly number[])[],
): Leak[] {
  return copies.flatMap((images) => {
    const last = SUBSETS.findLast((subset) => images.some((image) => subsets[image] === subset));
    const kept = images.find((image) => subsets[image] === last) ?? -1;
    return SUBSETS.flatMap((from): Leak[] => {
      const dropped = images.filter((image) => subsets[image] === from);
      if (last === undefined || from === last || dropped.length === 0) return [];
      const problem = {
        where: dropped.map((image) => paths[image] ?? '').join(' and '),
        expected: `a picture that is in ${from} only`,
        received: `the picture of ${paths[kept]} in ${last}`,
        remedy: 'Remove it from one of them.',
      };
      return [{ kept: last, from, dropped, problem }];
    });
  });
}

function leakNotes(leaks: readonly Leak[]): string[] {
  return SUBSETS.flatMap((from) =>
    SUBSETS.flatMap((kept) => {
      const own = leaks.filter((leak) => leak.from === from && leak.kept === kept);
      if (own.length === 0) return [];
      const images = own.reduce((sum, { dropped }) => sum + dropped.length, 0);
      const which = firstOf(
        own.map(({ problem }) => `${problem.where} (${problem.received})`),
        NAMED,
      );
      const are = images === 1 ? 'is a copy' : 'are copies';
      return [`${counted(images, 'image')} given in ${from} ${are} of ${kept} images, and left out: ${which}`];
    }),
  );
}

/** The classes that a part lacks. Those without training images cannot be learned, and are refused when it comes to that. */
function classNotes({ labels, classes }: ImageSet, given: Readonly<Record<Subset, Int32Array>>): string[] {
  return SUBSETS.flatMap((subset) => {
    if (given[subset].length === 0) return [];
    const present = new Set(Array.from(given[subset], (image) => labels[image]));
    const known = new Set(SUBSETS.flatMap((other) => Array.from(given[other], (image) => labels[image])));
    const lacking = classes.filter((_, label) => known.has(label) && !present.has(label));
    if (lacking.length === 0) return [];
    const have = lacking.length === 1 ? '1 class has' : `${lacking.length} classes have`;
    return [`${have} no ${subset} images: ${firstOf(lacking, NAMED)}`];
  });
}

function noTraining({ validation, test }: Readonly<Record<Subset, Int32Array>>): CladenetError {
  const received = `${validation.length} validation and ${test.length} test images, and no others`;
  return new CladenetError('DATASET', 'Nothing can be learned from the given split', [
    { where: 'images', expected: 'labelled training images', received },
  ]);
}

/** How a caller wants images to be divided. */
interface Wanted {
  readonly fractions?: Fractions | undefined;
  readonly groupBy?: string | undefined;
  readonly splitSeed?: number | undefined;
  readonly fold?: FoldChoice | undefined;
}

/**
 * Refuses what would divide images that are divided already.
 *
 * @throws CladenetError USAGE naming a fold, and everything else that is wanted although the source gives the validation images
 */
export function requireUndivided(given: readonly Subset[], { fold, ...dividing }: Wanted): void {
  const { fractions, groupBy, splitSeed } = given.includes('validation') ? dividing : {};
  const expected = 'nothing: the images come with their split';
  const { train, validation, test } = fractions ?? {};
  const wanted = {
    fractions: fractions && `${train}/${validation}/${test}`,
    groupBy,
    splitSeed: splitSeed === undefined ? undefined : String(splitSeed),
    fold: fold && `${fold.number}/${fold.of}`,
  };
  const problems = Object.entries(wanted).flatMap(([where, received]) =>
    received === undefined ? [] : [{ where, expected, received, remedy: undefined as string | undefined }],
  );
  const [first] = problems;
  if (first === undefined) return;
  first.remedy = "Leave it out, or split the images anew with `givenSplit: 'never'`.";
  throw new CladenetError('USAGE', 'The images are split already', problems);
}
