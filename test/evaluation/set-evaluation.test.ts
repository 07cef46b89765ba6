import { describe, expect, it } from 'vitest';
import { evaluateSets } from '../../src/evaluation/set-evaluation.js';
import { classes, smallTree } from '../decision/small-tree.js';

const sets = [
  { paths: ['R>A'], classes: 2 },
  { paths: ['R>A>a1', 'R>B'], classes: 4 },
  { paths: ['R>B>b'], classes: 1 },
  { paths: ['R'], classes: 5 },
];

describe('sets of taxa', () => {
  it('are judged by whether the true class is below one of their nodes', () => {
    // a2 is below A, c1 below B; a1 is not b; everything is below R.
    const labels = Int32Array.of(3, 2, 1, 0);
    expect(evaluateSets(sets, { classes, labels }, smallTree)).toEqual({
      images: 4,
      covered: 0.75,
      meanNodes: 1.25,
      meanClasses: 3,
      medianClasses: 2,
      single: 0.25,
    });
  });

  it('of classes need no tree', () => {
    const found = [
      { paths: ['b', 'a1'], classes: 2 },
      { paths: ['c1'], classes: 1 },
    ];
    const { covered, single } = evaluateSets(found, { classes, labels: Int32Array.of(1, 0) }, undefined);
    expect([covered, single]).toEqual([0.5, 0.5]);
  });

  it('are refused without a label for each', () => {
    expect(() => evaluateSets(sets, { classes, labels: Int32Array.of(3, 2, -1, 0) }, smallTree)).toThrow(
      /expected one for each labelled image, received 4 sets and 4 labels, 1 of them unknown/,
    );
  });
});
