import { expect, it } from 'vitest';
import { byCodePoint, sortByCodePoint } from '../src/order.js';

it('orders by code points, where UTF-16 has the surrogates first', () => {
  expect(byCodePoint('\u{1f990}', '\uffee')).toBeGreaterThan(0);
  expect(byCodePoint('a', 'ab')).toBeLessThan(0);
  expect(byCodePoint('ab', 'ab')).toBe(0);
  expect(sortByCodePoint(['\u{1f990}', 'b', '\uffee', 'B', ''])).toEqual(['', 'B', 'b', '\uffee', '\u{1f990}']);
});
