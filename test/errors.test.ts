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

test('a message stays short and in its lines, whatever is wrong; the problems keep everything', () => {
  const long = `a${'b'.repeat(1_000_000)}c`;
  const nasty = 'red \x1b[31m\r\n  - forged: line \x9b\u202e';
  const problems = Array.from({ length: 1_000_000 }, () => ({
    where: long,
    expected: nasty,
    received: long,
    remedy: long,
  }));
  const { message, problems: kept, summary } = new CladenetError('DATASET', nasty, problems);
  expect(message.length).toBeLessThan(20_000);
  expect(message.split('\n')).toHaveLength(1 + 4 * 2 + 1);
  expect(message).toMatch(
    /a(b+)\.\.\. \(999032 characters\) \.\.\.\1c: expected red \\x1b\[31m\\r\\n {2}- forged: line \\x9b\\u\{202e\}, /,
  );
  expect(message).toMatch(/and 999996 more$/);
  expect([kept, summary]).toEqual([problems, nasty]);
});

test('a name too long to be mistyped has no near one', () => {
  const started = process.cpuUsage();
  expect(nearest('x'.repeat(100_000), ['x'.repeat(99_999), 'x'.repeat(100_001)])).toBeUndefined();
  expect(process.cpuUsage(started).user).toBeLessThan(1e6);
});
