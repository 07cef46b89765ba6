import { describe, expect, test } from 'vitest';
import { CladenetError, didYouMean, nearest } from '../src/errors.js';

describe('nearest', () => {
  test.each([
    ['copepd', 'copepod'],
    ['COPEPOD', 'copepod'],
    ['chain', 'chains'],
    ['xyz', undefined],
    // Two edits of two letters would make any name of two letters near.
    ['ab', undefined],
  ])('of %s is %s', (name, expected) => {
    expect(nearest(name, ['copepod', 'chains', 'cd'])).toBe(expected);
  });
});

describe('didYouMean', () => {
  test('asks for the nearest name, or for nothing', () => {
    expect(didYouMean('copepd', ['chains', 'copepod'])).toBe("Did you mean 'copepod'?");
    expect(didYouMean('epoch', ['epochs'], (name) => `--${name}`)).toBe('Did you mean --epochs?');
    expect(didYouMean('xyz', ['chains', 'copepod'])).toBeUndefined();
    expect(didYouMean('xyz', [])).toBeUndefined();
  });
});

test('an error lists its problems, twenty at most', () => {
  const problems = Array.from({ length: 23 }, (_, i) => ({ where: `row ${i}`, expected: 'a name', received: 'none' }));
  const { message } = new CladenetError('TAXONOMY', 'Wrong.', problems);
  expect(message.split('\n')).toHaveLength(22);
  expect(message).toContain('\n  - row 19: expected a name, received none\n  ... and 3 more');
  expect(new CladenetError('USAGE', 'Wrong.').message).toBe('Wrong.');
});
