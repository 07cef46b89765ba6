import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { greedyDescent } from '../../src/decision/greedy-descent.js';
import { nodeProbabilities } from '../../src/decision/node-probabilities.js';
import { stopAtAncestor } from '../../src/decision/stop-at-ancestor.js';
import { CladenetError } from '../../src/errors.js';
import { anyCase, predictionsOf } from '../evaluation/arbitraries.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { classes, probabilities, smallTree } from './small-tree.js';

const at = (threshold: number) => stopAtAncestor(probabilities, classes, smallTree, { threshold });

describe('stopAtAncestor, computed by hand', () => {
  it('goes up from the class to the first node that is sure enough, and says which one below was not', () => {
    const [first, second, third, fourth] = at(0.65);
    expect(first).toMatchObject({ path: 'R>A', depth: 1, leaf: 'a1', doubted: { path: 'R>A>a1', probability: 0.6 } });
    expect(first?.probability).toBeCloseTo(0.7, 12);
    expect(second).toMatchObject({ path: 'R>A', leaf: 'a2', doubted: { path: 'R>A>a2', probability: 0.4 } });
    expect(third).toMatchObject({ path: 'R>B', leaf: 'b', doubted: { path: 'R>B>b', probability: 0.3 } });
    expect(fourth).toMatchObject({ path: 'R', depth: 0, leaf: 'a1' });
    expect(fourth?.doubted?.path).toBe('R>A');
    expect(fourth?.doubted?.probability).toBeCloseTo(0.6, 12);
  });

  it('keeps the class where it reaches the threshold, to the digit', () => {
    expect(at(0.6)[0]).toEqual({ path: 'R>A>a1', probability: 0.6, depth: 2, leaf: 'a1', doubted: null });
    expect(at(0.6 + Number.EPSILON)[0]?.path).toBe('R>A');
    for (const { doubted, leaf, path } of nonEmpty(at(0))) {
      expect(doubted).toBeNull();
      expect(path).toBe(smallTree.leafOf(leaf));
    }
  });

  it('stops at the root whatever the threshold', () => {
    for (const { path, depth } of nonEmpty(at(2))) expect([path, depth]).toEqual(['R', 0]);
    // The root of rounded values may fall short of 1.
    const short = Float64Array.of(0, 0, 0, 0, 0.9999);
    expect(stopAtAncestor(short, classes, smallTree, { threshold: 1 })[0]).toMatchObject({ path: 'R', depth: 0 });
  });

  it('never takes a probability for more than 1', () => {
    const over = Float64Array.of(0, 0, 0.5005, 0, 0.5);
    const [decision] = stopAtAncestor(over, classes, smallTree, { threshold: 1 + Number.EPSILON });
    expect(decision).toMatchObject({ path: 'R', probability: 1, doubted: { path: 'R>B', probability: 1 } });
  });

  it('walks from the given leaves', () => {
    const leaves = greedyDescent(probabilities, classes, smallTree);
    const third = stopAtAncestor(probabilities, classes, smallTree, { threshold: 0.35, leaves })[2];
    expect(third).toMatchObject({ path: 'R>B>C', leaf: 'c1', doubted: { path: 'R>B>C>c1', probability: 0.2 } });
  });

  it('names everything that is wrong at once', () => {
    const call = () =>
      stopAtAncestor(probabilities, classes, smallTree, { threshold: Number.NaN, leaves: Int32Array.of(0, 5, -1) });
    expect(call).toThrow(CladenetError);
    expect(call).toThrow(/threshold: expected a number of 0 or more, received NaN/);
    expect(call).toThrow(/leaves: expected 4 values, one per image, received 3/);
    expect(call).toThrow(/leaves\[1\]: expected an index of one of the 5 classes, received 5/);
    expect(call).toThrow(/leaves\[2\]/);
  });
});

describe('stopAtAncestor on any tree', () => {
  const thresholds = fc.array(fc.double({ min: 0, max: 1.01, noNaN: true }), { minLength: 2, maxLength: 6 });

  it('is the deepest node of the lineage that reaches the threshold', () => {
    fc.assert(
      fc.property(anyCase, thresholds, (drawn, [threshold = 0]) => {
        const { predictions, decisions } = predictionsOf(drawn);
        const { paths, probabilities: sums } = nodeProbabilities(
          predictions.probabilities,
          drawn.classes,
          drawn.taxonomy,
        );
        const p = (image: number, path: string) => sums[image * paths.length + paths.indexOf(path)] ?? NaN;
        const options = { threshold, leaves: decisions };
        const stopped = stopAtAncestor(predictions.probabilities, drawn.classes, drawn.taxonomy, options);
        nonEmpty(stopped).forEach(({ path, leaf, doubted, depth }, image) => {
          const lineage = drawn.taxonomy.lineage(drawn.taxonomy.leafOf(leaf));
          const reach = lineage.filter((node) => Math.min(1, p(image, node)) >= threshold);
          expect(path).toBe(reach.at(-1) ?? drawn.taxonomy.root);
          expect(doubted?.path).toBe(lineage[lineage.indexOf(path) + 1]);
          expect(depth).toBe(lineage.indexOf(path));
        });
      }),
    );
  });

  it('only ever goes up as the threshold rises', () => {
    fc.assert(
      fc.property(anyCase, thresholds, (drawn, drawnThresholds) => {
        const { predictions } = predictionsOf(drawn);
        const rising = drawnThresholds.toSorted((a, b) => a - b);
        const runs = rising.map((threshold) =>
          stopAtAncestor(predictions.probabilities, drawn.classes, drawn.taxonomy, { threshold }),
        );
        nonEmpty(runs.slice(1)).forEach((higher, i) => {
          nonEmpty(higher).forEach(({ path, probability }, image) => {
            const lower = runs[i]?.[image];
            expect(drawn.taxonomy.lineage(lower?.path ?? '')).toContain(path);
            expect(probability).toBeGreaterThanOrEqual(lower?.probability ?? NaN);
          });
        });
      }),
    );
  });

  it('from greedy leaves, above one half, is the deepest of all nodes that reach the threshold', () => {
    const high = fc.double({ min: 0.5, minExcluded: true, max: 1, noNaN: true });
    fc.assert(
      fc.property(anyCase, high, (drawn, threshold) => {
        const { probabilities: matrix } = predictionsOf(drawn).predictions;
        const leaves = greedyDescent(matrix, drawn.classes, drawn.taxonomy);
        const { paths, probabilities: sums } = nodeProbabilities(matrix, drawn.classes, drawn.taxonomy);
        nonEmpty(stopAtAncestor(matrix, drawn.classes, drawn.taxonomy, { threshold, leaves })).forEach(
          ({ depth }, image) => {
            const reach = paths.filter((_, v) => (sums[image * paths.length + v] ?? 0) >= threshold);
            expect(depth).toBe(Math.max(0, ...reach.map((path) => drawn.taxonomy.node(path).depth)));
          },
        );
      }),
    );
  });
});
