/** A split whose test set is one fold of a cross-validation. */
import { CladenetError, type Problem } from '../errors.js';
import { hash32 } from '../random.js';
import { type Fractions, kFolds, type Split, type SplitOptions, splitImages } from './split.js';

/** One fold of a cross-validation. */
export interface FoldChoice {
  /** From 1. */
  readonly number: number;
  /** How many folds there are, at least 2. */
  readonly of: number;
}

/** The shares of the images in training, validation and test set where one of the folds is tested on. */
export function fractionsOfFold({ train, validation }: Fractions, { of }: FoldChoice): Fractions {
  const rest = 1 - 1 / of;
  const share = validation / (train + validation);
  return { train: rest * (1 - share), validation: rest * share, test: 1 / of };
}

/**
 * Splits images so that the test set is one of `of` folds, which are the same for every number of the fold: over all numbers, every image is
 * tested once. The other images are divided into training and validation set as `splitImages` does, in the ratio of these two of
 * `fractions`. Copies of a picture are in one fold, and so are groups.
 *
 * @throws CladenetError USAGE for a fold that there is not; as {@link kFolds} and {@link splitImages}
 */
export function splitFold(labels: Int32Array, classCount: number, options: SplitOptions & { fold: FoldChoice }): Split {
  const { fold, seed, fractions = { train: 0.8, validation: 0.1, test: 0.1 }, pictures, groups } = options;
  requireFold(fold, fractions);
  const folds = kFolds(labels, classCount, { k: fold.of, seed, pictures, groups });
  const test = folds[fold.number - 1] ?? new Int32Array(0);
  const held = new Uint8Array(labels.length);
  for (const image of test) held[image] = 1;
  const { train, validation } = fractionsOfFold(fractions, fold);
  const rest = splitImages(
    labels.map((label, i) => (held[i] === 1 ? -1 : label)),
    classCount,
    {
      ...options,
      seed: hash32(seed, 'fold', fold.number, fold.of) >>> 1,
      fractions: { train: train / (train + validation), validation: validation / (train + validation), test: 0 },
    },
  );
  return { train: rest.train, validation: rest.validation, test, notes: rest.notes };
}

function requireFold({ number, of }: FoldChoice, { train }: Fractions): void {
  const problems: Problem[] = [];
  if (!Number.isInteger(of) || of < 2) {
    problems.push({ where: 'fold.of', expected: 'a whole number of at least 2', received: `${of}` });
  } else if (!Number.isInteger(number) || number < 1 || number > of) {
    problems.push({ where: 'fold.number', expected: `a whole number from 1 to ${of}`, received: `${number}` });
  }
  if (!(train > 0)) problems.push({ where: 'fractions.train', expected: 'a share above 0', received: `${train}` });
  if (problems.length > 0) throw new CladenetError('USAGE', 'There is no such fold.', problems);
}
