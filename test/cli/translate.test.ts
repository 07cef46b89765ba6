/** Errors of the library name arguments; those of the command line name flags. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { translated } from '../../src/cli/toolkit/translate.js';
import { CladenetError, type Problem } from '../../src/errors.js';
import { imageChoice } from '../../src/options/images.js';
import { option } from '../../src/options/option.js';
import { fractions } from '../../src/options/split.js';
import { singleChild } from '../../src/options/taxonomy.js';
import { trainingOptions } from '../../src/options/training.js';
import { toggle } from '../../src/value-schemas.js';
import { cladenet } from './cli.js';

const options = z.strictObject({
  ...imageChoice,
  ...trainingOptions,
  singleChild,
  split: fractions,
  fresh: option(toggle().default(false), { description: 'start over' }),
});

/** The one problem of an error, as the command line reports it. */
function told(problem: Partial<Problem>): Problem | undefined {
  const whole = { where: 'x', expected: 'y', received: 'z', ...problem };
  const error = translated(new CladenetError('USAGE', 'It failed', [whole]), options);
  expect(error).toBeInstanceOf(CladenetError);
  return (error as CladenetError).problems[0];
}

describe('an error that a command caught', () => {
  it.each([
    [
      "Give `singleChild: 'collapse'` or `singleChild: 'keep'`.",
      'Give --single-child collapse or --single-child keep.',
    ],
    ['Start over with `fresh: true`.', 'Start over with --fresh.'],
    ['Leave `augment: false` out.', 'Leave --no-augment out.'],
    ['Change `fractions`.', 'Change --split.'],
    ['Give `limitPerClass: 50`.', 'Give --limit-per-class 50.'],
  ])('says %j as %j', (remedy, expected) => {
    expect(told({ remedy })?.remedy).toBe(expected);
    expect(told({ expected: remedy, received: remedy })).toMatchObject({ expected, received: expected });
  });

  it.each([
    ['Add images of it. `allowMissing: true` leaves out such classes.', 'Add images of it.'],
    ['Set `allowMissing: true`.', undefined],
    ['Lower `batch`, or `otherThing`.', undefined],
    ['Give a `thing`.', 'Give a thing.'],
    ['Train it again: `trainTree`, or `cladenet train tree`.', 'Train it again: `cladenet train tree`.'],
  ])('suggests only what the command can be told: %j as %j', (remedy, expected) => {
    expect(told({ remedy })?.remedy).toBe(expected);
  });

  it.each([
    ['fractions', '--split'],
    ['training.epochs', '--epochs'],
    ['limitPerClass, classes', '--limit-per-class, --classes'],
    ['epochs.csv, line 3', 'epochs.csv, line 3'],
    ['limitPerClass, other', 'limitPerClass, other'],
    ['other', 'other'],
  ])('names the place %j as %j', (where, expected) => {
    expect(told({ where })?.where).toBe(expected);
  });

  it('keeps its code, its cause, and the summary in the words of the command line', () => {
    const cause = new Error('disk');
    const error = translated(new CladenetError('MODEL', 'No `images` given', [], { cause }), options) as CladenetError;
    expect([error.code, error.summary, error.cause, error.message]).toEqual([
      'MODEL',
      'No --images given',
      cause,
      'No --images given',
    ]);
  });

  it('is passed on as it is if it is none of the library', () => {
    const error = new TypeError('`fresh`');
    expect(translated(error, options)).toBe(error);
  });
});

it('a command reports the flags of its own options', async () => {
  const { code, stderr } = await cladenet(['taxonomy', 'test/fixtures/single-child.csv']);
  expect([code, stderr]).toEqual([1, expect.stringMatching(/--single-child collapse/)]);
  expect(stderr).not.toMatch(/singleChild|`/);
});
