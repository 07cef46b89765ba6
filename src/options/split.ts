/** How images are divided into training, validation and test set. */
import { z } from 'zod';
import { FRACTIONS } from '../classifier/data/training-data.js';
import type { Fractions } from '../dataset/split.js';
import type { FoldChoice } from '../dataset/split-fold.js';
import { option } from './option.js';

const EXPECTED = 'three fractions that sum to 1, like 0.8/0.1/0.1';
const fraction = z.number(EXPECTED).min(0, EXPECTED).max(1, EXPECTED);

export const showFractions = ({ train, validation, test }: Fractions) => `${train}/${validation}/${test}`;

/** `0.8/0.1/0.1` as it is typed. */
function readFractions(typed: string): unknown {
  const [train = Number.NaN, validation = Number.NaN, test = Number.NaN, ...more] = typed.split('/').map(Number);
  return more.length === 0 ? { train, validation, test } : typed;
}

export const fractions = option(
  z
    .strictObject({ train: fraction, validation: fraction, test: fraction }, EXPECTED)
    .refine(({ train, validation, test }) => Math.abs(train + validation + test - 1) < 1e-6, EXPECTED),
  {
    description: 'shares of the images for training, validation and test',
    value: 'a/b/c',
    default: showFractions(FRACTIONS),
    read: readFractions,
    argument: 'fractions',
  },
);

const FOLD = 'a fold of at least 2, like 1/5';

/** `1/5` as it is typed. */
function readFold(typed: string): unknown {
  const [number = Number.NaN, of = Number.NaN, ...more] = typed.split('/').map(Number);
  return more.length === 0 ? { number, of } : typed;
}

export const fold = option(
  z
    .strictObject({ number: z.int(FOLD).min(1, FOLD), of: z.int(FOLD).min(2, FOLD) }, FOLD)
    .refine(({ number, of }) => number <= of, FOLD),
  {
    description:
      'test on one fold of a cross-validation, the k-th of n, and train and validate on the others in the ratio of --split; with one seed, all folds together test every image once',
    value: 'k/n',
    default: 'none',
    read: readFold,
    show: ({ number, of }: FoldChoice) => `${number}/${of}`,
  },
);
