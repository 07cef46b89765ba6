import { expect, it } from 'vitest';
import { lookAlikes, spelledOut } from '../src/look-alikes.js';

it('finds names that differ only in Unicode form, invisible characters and spaces', () => {
  const names = ['cope\u0301', 'cop\u00e9', 'a b', 'a\u00a0b', 'a\u200bb', 'A b', 'ab', 'CO2', 'CO\u00b2'];
  expect(lookAlikes(names)).toEqual([
    ['cope\u0301', 'cop\u00e9'],
    ['a b', 'a\u00a0b'],
    ['a\u200bb', 'ab'],
  ]);
  expect(lookAlikes(['x', 'x'])).toEqual([]);
  expect(spelledOut('cope\u0301')).toBe("'cope\\u{301}'");
});
