/** Folds: each training image with a class is held out once, classes are spread evenly, copies stay together. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrainingData } from '../../../src/classifier/data/training-data.js';
import { planFolds } from '../../../src/classifier/out-of-fold/fold-plan.js';
import { nonEmpty } from '../../fixtures/non-empty.js';
import { shapes } from '../../fixtures/shapes.js';

const CLASSES = ['a', 'b', 'c'];
const GROUP = CLASSES.length;

/** Data of which only labels (3: the inner node), fingerprints and the training set matter. */
function dataOf(
  labels: readonly number[],
  prints = labels.map((_, i) => `${i}`),
  train = [...labels.keys()],
): TrainingData {
  return {
    images: shapes(1),
    truth: { classes: CLASSES, groups: [{ name: 'a or b', classes: [0, 1] }], labels: Int32Array.from(labels) },
    split: { train: Int32Array.from(train), validation: new Int32Array(0), test: new Int32Array(0), notes: [] },
    drawnBy: { seed: 1, fractions: { train: 1, validation: 0, test: 0 } },
    prints,
  };
}

const sorted = (images: Iterable<number>) => [...images].sort((a, b) => a - b);

describe('folds', () => {
  it('hold out every known image once, and neither learn from it nor from a copy of it', () => {
    const image = fc.record({ label: fc.integer({ min: 0, max: GROUP }), print: fc.integer({ min: 0, max: 25 }) });
    const samples = fc.record({
      // The first six, below, make sure of two pictures of each class.
      images: fc.array(image, { minLength: 1, maxLength: 40 }),
      folds: fc.integer({ min: 2, max: 6 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(samples, ({ images, folds, seed }) => {
        const first = [0, 1, 2, 0, 1, 2].map((label, i) => ({ label, print: 100 + i }));
        const all = [...first, ...images];
        const data = dataOf(
          all.map(({ label }) => label),
          all.map(({ print }) => `${print}`),
        );
        const plan = planFolds(data, { folds, seed });
        const known = sorted(data.split.train).filter((i) => (data.truth.labels[i] ?? -1) < GROUP);
        expect(sorted(plan.folds.flatMap(({ heldOut }) => [...heldOut]))).toEqual(known);
        const inner = data.split.train.filter((i) => data.truth.labels[i] === GROUP);
        for (const { train, heldOut } of nonEmpty(plan.folds)) {
          const out = new Set(Array.from(heldOut, (i) => data.prints[i]));
          expect(heldOut.length).toBeGreaterThan(0);
          expect(nonEmpty(train).some((i) => out.has(data.prints[i]))).toBe(false);
          const rest = sorted(data.split.train).filter((i) => !out.has(data.prints[i]));
          expect([...train]).toEqual(rest);
          expect(rest.filter((i) => inner.includes(i))).toEqual([...inner].filter((i) => !out.has(data.prints[i])));
        }
        expect(planFolds(data, { folds, seed })).toEqual(plan);
      }),
      { numRuns: 100 },
    );
  });

  it('are stratified within one image, of one size within one, and drawn by the seed', () => {
    const labels = Array.from({ length: 97 }, (_, i) => (i % 10 === 0 ? 0 : i % 3 === 0 ? 1 : 2));
    const { folds } = planFolds(dataOf(labels), { folds: 5, seed: 3 });
    const spread = (counts: number[]) => Math.max(...counts) - Math.min(...counts);
    expect(spread(folds.map(({ heldOut }) => heldOut.length))).toBeLessThanOrEqual(1);
    for (const label of [0, 1, 2]) {
      expect(spread(folds.map(({ heldOut }) => heldOut.filter((i) => labels[i] === label).length))).toBeLessThanOrEqual(
        1,
      );
    }
    expect(planFolds(dataOf(labels), { folds: 5, seed: 4 }).folds).not.toEqual(folds);
  });

  it('take only the training set', () => {
    const { folds } = planFolds(dataOf([0, 1, 2, 0, 1, 2, 0, 1], undefined, [0, 1, 2, 3, 4, 5]), { folds: 2, seed: 1 });
    expect(sorted(folds.flatMap(({ heldOut }) => [...heldOut]))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(folds).toAllSatisfy(({ train }) => !train.includes(6) && !train.includes(7));
  });

  it('let a class of two images be learned in every fold, and say where a class cannot be', () => {
    // b has two images, c has one, twice.
    const data = dataOf([0, 0, 0, 0, 1, 1, 2, 2], ['0', '1', '2', '3', '4', '5', '6', '6']);
    const { folds, notes } = planFolds(data, { folds: 6, seed: 1 });
    for (const { train } of nonEmpty(folds)) {
      const learned = new Set(Array.from(train, (i) => data.truth.labels[i]));
      expect([learned.has(0), learned.has(1)]).toEqual([true, true]);
    }
    expect(notes).toEqual([
      'c: 2 training images are predicted by a model that has never seen the class: no other picture of it is left to learn from',
    ]);
  });

  it('are refused with everything that is wrong', () => {
    const data = dataOf([0, 0, 1, 3], ['x', 'x', 'y', 'z']);
    expect(() => planFolds(data, { folds: 3, seed: 1 })).toThrow(
      /class c: expected at least one training image[\s\S]*folds: expected a whole number from 2 to 2, .*received 3/,
    );
    for (const folds of [1, 2.5, Number.NaN, 4]) {
      expect(() => planFolds(dataOf([0, 1, 2]), { folds, seed: 1 })).toThrow(
        /folds: expected a whole number from 2 to 3/,
      );
    }
  });
});
