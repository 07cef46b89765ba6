import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrateNodeSets } from '../../src/calibration/node-set-quantile.js';
import { conformalSets } from '../../src/decision/conformal-sets.js';
import { hierarchicalEnsemble } from '../../src/decision/hierarchical-ensemble.js';
import { nodeSets } from '../../src/decision/node-sets.js';
import { predictionSets } from '../../src/decision/prediction-sets.js';
import { meanRisk, simulate, simulatedTree } from '../calibration/simulated.js';
import { anyCase, predictionsOf } from '../evaluation/arbitraries.js';
import { classes, probabilities, smallTree } from './small-tree.js';

// b 0.3, a1 0.2, c1 0.2, a2 0.1, c2 0.2
const row = probabilities.slice(10, 15);
const setOf = (quantile: number, nodes: number) =>
  nodeSets(row, classes, smallTree, { quantile, nodes }).flatMap(({ paths }) => paths);

describe('nodeSets, computed by hand', () => {
  it('climbs from the most probable class with a single node', () => {
    expect(setOf(0, 1)).toEqual(['R>B>b']);
    expect(setOf(0.3, 1)).toEqual(['R>B']);
    expect(setOf(0.69, 1)).toEqual(['R>B']);
    expect(setOf(1, 1)).toEqual(['R']);
  });

  it('takes more classes or climbs, by what a class brings', () => {
    // After b: a1 brings 0.2 for one class, B 0.4 for two, the same: the class comes first.
    expect(setOf(0.3, 2)).toEqual(['R>A>a1', 'R>B>b']);
    // Two nodes: from b to B brings 0.2 a class, from a1 to A 0.1.
    expect(setOf(0.5, 2)).toEqual(['R>A>a1', 'R>B']);
    expect(setOf(0.95, 2)).toEqual(['R']);
    expect(nodeSets(row, classes, smallTree, { quantile: 0.5, nodes: 2 })[0]?.classes).toBe(4);
  });

  it('makes a parent of siblings that are all there', () => {
    const siblings = Float64Array.of(0.1, 0.4, 0.05, 0.4, 0.05);
    expect(nodeSets(siblings, classes, smallTree, { quantile: 0.4, nodes: 3 })).toEqual([
      { paths: ['R>A'], classes: 2 },
    ]);
  });

  it('refuses quantiles and numbers of nodes that there are not', () => {
    expect(() => nodeSets(row, classes, smallTree, { quantile: 2, nodes: 0 })).toThrow(
      /nodes: .*0[\s\S]*quantile: .*2/,
    );
  });
});

describe('predictionSets', () => {
  // By falling probability: b 0.3, then the ties a1, c1 and c2 in the order of the columns, a2 0.1.
  it('are classes, as many as it takes, by their paths where there is a tree', () => {
    expect(predictionSets(row, classes, smallTree, { quantile: 0.6 })).toEqual([
      { paths: ['R>B>b', 'R>A>a1', 'R>B>C>c1'], classes: 3 },
    ]);
    expect(predictionSets(row, classes, undefined, { quantile: 0.6 })).toEqual([
      { paths: ['b', 'a1', 'c1'], classes: 3 },
    ]);
  });

  it('are a few nodes where their number is given', () => {
    expect(predictionSets(row, classes, smallTree, { quantile: 0.5, nodes: 2 })).toEqual([
      { paths: ['R>A>a1', 'R>B'], classes: 4 },
    ]);
  });
});

describe('nodeSets on any tree', () => {
  it('are conformal sets where nodes are not bounded, and grow with the quantile where they are', () => {
    fc.assert(
      fc.property(
        anyCase,
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        fc.integer({ min: 1, max: 3 }),
        (drawn, q, nodes) => {
          const { predictions } = predictionsOf(drawn);
          const args = [predictions.probabilities, drawn.classes, drawn.taxonomy] as const;
          const k = drawn.classes.length;
          const labelsOf = (paths: readonly string[]) =>
            paths.flatMap((path) => drawn.taxonomy.classesBelow(path)).sort();
          const free = nodeSets(...args, { quantile: q, nodes: k });
          const flat = conformalSets(predictions.probabilities, k, q);
          free.forEach((set, i) => {
            const expected = Array.from(flat[i] ?? [], (c) => drawn.classes[c] as string).sort();
            // Ties and rounding may make one set a step longer.
            if (set.classes === expected.length) expect(set.classes).toBe(labelsOf(set.paths).length);
            expect(Math.abs(set.classes - expected.length)).toBeLessThanOrEqual(1);
          });
          const [small, large] = [q / 2, q].map((quantile) => nodeSets(...args, { quantile, nodes }));
          (small ?? []).forEach(({ paths }, i) => {
            expect(paths.length).toBeLessThanOrEqual(nodes);
            const outer = new Set(labelsOf(large?.[i]?.paths ?? []));
            for (const label of labelsOf(paths)) expect(outer).toContain(label);
          });
        },
      ),
    );
  });
});

describe('calibrateNodeSets', () => {
  it('covers as many new images as promised, with one node and with two', () => {
    const pool = simulate(2000, { seed: 4, off: 1.8 });
    for (const nodes of [1, 2]) {
      const { mean, error } = meanRisk(pool, { draws: 200, calibration: 49, fresh: 40 }, (calibration, fresh) => {
        const { quantile } = calibrateNodeSets(calibration, { coverage: 0.9, nodes, taxonomy: simulatedTree });
        const sets = nodeSets(fresh.probabilities, fresh.classes, simulatedTree, { quantile, nodes });
        const missed = sets.filter(({ paths }, i) => {
          const truth = fresh.classes[fresh.labels[i] as number] as string;
          return !paths.some((path) => simulatedTree.classesBelow(path).includes(truth));
        });
        return missed.length / sets.length;
      });
      expect(mean).toBeLessThan(0.1 + 3.5 * error);
      expect(mean).toBeGreaterThan(0.02);
    }
  });
});

describe('hierarchicalEnsemble', () => {
  it('multiplies each class by its parent, computed by hand', () => {
    // Parents: b has B (0.7), a1 and a2 have A (0.3), c1 and c2 have C (0.4).
    const amended = hierarchicalEnsemble(row, row, classes, smallTree);
    const weights = [0.3 * 0.7, 0.2 * 0.3, 0.2 * 0.4, 0.1 * 0.3, 0.2 * 0.4];
    const sum = weights.reduce((a, b) => a + b);
    weights.forEach((weight, c) => {
      expect(amended[c]).toBeCloseTo(weight / sum, 12);
    });
  });

  it('keeps the fine classifier where the coarse one excludes it, and refuses another shape', () => {
    const fine = Float64Array.of(0, 1, 0, 0, 0);
    expect(hierarchicalEnsemble(fine, Float64Array.of(1, 0, 0, 0, 0), classes, smallTree)).toEqual(fine);
    expect(() => hierarchicalEnsemble(fine, probabilities, classes, smallTree)).toThrow(/coarse: expected 5 values/);
  });
});
