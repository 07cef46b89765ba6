import { expect, it } from 'vitest';
import { append, largest, smallest, thinned } from '../src/arrays.js';

const MANY = 1_000_000;

it('adds, and finds the extremes of, arrays that do not fit on the stack', () => {
  const many = Array.from({ length: MANY }, (_, i) => (i * 7919) % MANY);
  expect(() => Math.max(...many)).toThrow(RangeError);
  const list = [-1];
  append(list, many);
  expect([list.length, list[0], list[1], list.at(-1)]).toEqual([MANY + 1, -1, 0, many.at(-1)]);
  expect([smallest(many), largest(many)]).toEqual([0, MANY - 1]);
});

it('has the extremes of nothing, and limits, as Math has them', () => {
  expect([largest([]), smallest([])]).toEqual([Math.max(), Math.min()]);
  expect([largest([1, 2], 3), largest([1, 2], 0), smallest([1, 2], 0), smallest([1, 2], 3)]).toEqual([3, 2, 0, 1]);
  expect([largest([1, Number.NaN]), smallest([Number.NaN, 1])]).toEqual([Number.NaN, Number.NaN]);
});

it('thins a list evenly, with its first and last value', () => {
  expect(thinned([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 4)).toEqual([0, 3, 6, 9]);
  expect(thinned([1, 2], 4)).toEqual([1, 2]);
});
