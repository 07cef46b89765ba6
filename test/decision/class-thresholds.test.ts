import { expect, it } from 'vitest';
import { chooseClassThresholds } from '../../src/decision/class-thresholds.js';

/** Images decided as `a` with these probabilities, and whether they are of it; the others are of `b`. */
function decidedAs(pairs: readonly (readonly [number, boolean])[]) {
  return {
    classes: ['a', 'b', 'c'],
    probabilities: Float64Array.from(pairs.flatMap(([p]) => [p, 1 - p, 0])),
    labels: Int32Array.from(pairs, ([, isRight]) => (isRight ? 0 : 1)),
    decisions: new Int32Array(pairs.length),
  };
}

it('the threshold of the largest F1 is chosen on what the classifier decides', () => {
  const [a, b, c] = chooseClassThresholds(
    decidedAs([
      [0.9, true],
      [0.8, true],
      [0.7, false],
      [0.65, true],
      [0.6, false],
      [0.55, false],
    ]),
    'f1',
  );
  // F1 at 0.8: 4/5; at 0.65: 6/7; at all: 6/9.
  expect(a).toEqual({ name: 'a', threshold: 0.65, images: 3, named: 4, right: 3 });
  expect(b).toEqual({ name: 'b', threshold: 0, images: 3, named: 0, right: 0 });
  expect(c).toEqual({ name: 'c', threshold: 0, images: 0, named: 0, right: 0 });
});

it('images of one probability are on one side of a threshold, and equal scores take the lowest', () => {
  const tied = decidedAs([
    [0.7, true],
    [0.7, false],
    [0.6, true],
  ]);
  expect(chooseClassThresholds(tied, 'f1')[0]).toMatchObject({ threshold: 0, named: 3, right: 2 });
  // F1 is 2/3 with the first alone, and with all four.
  const equal = decidedAs([
    [0.9, true],
    [0.8, false],
    [0.7, false],
    [0.6, true],
  ]);
  expect(chooseClassThresholds(equal, 'f1')[0]).toMatchObject({ threshold: 0, named: 4, right: 2 });
});

it('a precision is promised with one image more counted as wrong, or the class is never named', () => {
  const many = decidedAs([
    ...Array.from({ length: 18 }, (_, i) => [0.9 - i / 1000, true] as const),
    [0.8, false],
    [0.75, true],
    [0.7, false],
  ]);
  // 18/19 of the first 18; 18/20 with the wrong one; 19/21 after it; 19/22 of all.
  expect(chooseClassThresholds(many, { precision: 0.9 })[0]).toMatchObject({ threshold: 0.75, named: 20, right: 19 });
  expect(chooseClassThresholds(many, { precision: 0.92 })[0]).toMatchObject({ named: 18, right: 18 });
  expect(chooseClassThresholds(many, { precision: 0.97 })[0]).toMatchObject({ threshold: Infinity, named: 0 });
  expect(chooseClassThresholds(many, { precision: 0.5 })[0]).toMatchObject({ threshold: 0, named: 21 });
  expect(chooseClassThresholds(many, { precision: 0.5 })[2]).toMatchObject({ threshold: Infinity, images: 0 });
});
