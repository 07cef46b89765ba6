import { describe, expect, test } from 'vitest';
import { confusionFromShares } from '../../src/grouping/confusion.js';
import { similaritiesOf } from '../../src/grouping/similarities.js';
import { SEVEN } from './samples.js';

describe('similarities', () => {
  test('have the classes in code point order', () => {
    const confusion = confusionFromShares({
      classes: ['c', 'a', 'B'],
      shares: [
        [0.8, 0.2, 0],
        [0.1, 0.6, 0.3],
        [0.4, 0, 0.6],
      ],
    });
    const { n, values, order, exponent } = similaritiesOf(confusion, {});
    expect([n, exponent]).toEqual([3, 1]);
    expect(Array.from(order, (c) => confusion.classes[c])).toEqual(['B', 'a', 'c']);
    // Ba, Bc, ac
    expect([1, 2, 5].map((e) => values[e])).toEqual([0.15, 0.2, 0.15].map((value) => expect.closeTo(value, 12)));
  });

  test('are made once for a matrix and its options', () => {
    const power = similaritiesOf(SEVEN, { symmetrize: 'power', alpha: 3 });
    expect(similaritiesOf(SEVEN, { symmetrize: 'power', alpha: 3 })).toBe(power);
    expect(similaritiesOf(SEVEN, { symmetrize: 'power', alpha: 2 })).not.toBe(power);
    expect(similaritiesOf(SEVEN, {})).not.toBe(power);
  });
});
