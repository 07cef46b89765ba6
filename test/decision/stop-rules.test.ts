import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forEachDescent, stopAtAncestor } from '../../src/decision/stop-at-ancestor.js';
import { type Descent, STOP_RULES, type StopRule } from '../../src/decision/stop-rules.js';
import { indexTree, isBelow } from '../../src/decision/tree-index.js';
import { anyCase, predictionsOf } from '../evaluation/arbitraries.js';
import { classes, probabilities, smallTree } from './small-tree.js';

const tree = indexTree(smallTree, classes);

function descents(rule: StopRule, leaves: Int32Array, matrix = probabilities): Descent[] {
  const all: Descent[] = [];
  forEachDescent(tree, matrix, leaves, rule, (descent) => all.push(descent));
  return all;
}
const named = ({ nodes, strictness }: Descent) => nodes.map((node, i) => [tree.paths[node], strictness[i]]);

// P(R) = 1, P(R>A) = 0.7, P(R>A>a1) = 0.6; information 0, 1 - ln 2 / ln 5, 1.
const first = probabilities.slice(0, 5);
const ofA = 1 - Math.log(2) / Math.log(5);

describe('the rules for stopping, computed by hand', () => {
  it('goes by the probability of each node', () => {
    const [descent] = descents('probability', Int32Array.of(1), first);
    expect(descent?.nodes.map((node) => tree.paths[node])).toEqual(['R', 'R>A', 'R>A>a1']);
    expect(descent?.strictness[1]).toBeCloseTo(0.7, 12);
    expect(descent?.strictness[2]).toBe(0.6);
  });

  it('rejects all but the class', () => {
    expect(descents('rejection', Int32Array.of(1), first).map(named)).toEqual([
      [
        ['R', Number.POSITIVE_INFINITY],
        ['R>A>a1', 0.6],
      ],
    ]);
  });

  it('weighs what a step down says against the risk that it adds', () => {
    // From the root: A gains 0.569 for a risk of 0.3 (weight 0.655), a1 gains 1 for 0.4 (weight 0.714): A is passed over.
    const [descent] = descents('information', Int32Array.of(1), first);
    expect(descent?.nodes.map((node) => tree.paths[node])).toEqual(['R', 'R>A>a1']);
    expect(descent?.strictness[1]).toBeCloseTo(1 / 1.4, 12);
    // With P(A) = 0.95 and P(a1) = 0.5 the first step is worth it long before the second.
    const [two] = descents('information', Int32Array.of(1), Float64Array.of(0.05, 0.5, 0, 0.45, 0));
    expect(two?.nodes.map((node) => tree.paths[node])).toEqual(['R', 'R>A', 'R>A>a1']);
    expect(two?.strictness[1]).toBeCloseTo(ofA / (ofA + 0.05), 12);
    expect(two?.strictness[2]).toBeCloseTo((1 - ofA) / (1 - ofA + 0.45), 12);
  });

  it('keeps the class of a certain image up to a threshold of 1, by every rule', () => {
    for (const rule of STOP_RULES) {
      const [sure] = stopAtAncestor(Float64Array.of(0, 1, 0, 0, 0), classes, smallTree, { threshold: 1, rule });
      expect(sure).toMatchObject({ path: 'R>A>a1', probability: 1, doubted: null });
      const [none] = stopAtAncestor(first, classes, smallTree, { threshold: 1 + Number.EPSILON, rule });
      expect(none?.path).toBe('R');
    }
  });

  it('refuses a rule that there is not', () => {
    const call = () => stopAtAncestor(first, classes, smallTree, { threshold: 0.5, rule: 'hope' as StopRule });
    expect(call).toThrow(/rule: expected one of probability, information, rejection, received hope/);
  });
});

describe('the rules on any tree', () => {
  it('descends the lineage, at thresholds that never rise', () => {
    fc.assert(
      fc.property(anyCase, fc.constantFrom(...STOP_RULES), (drawn, rule) => {
        const { predictions, decisions } = predictionsOf(drawn);
        const index = indexTree(drawn.taxonomy, drawn.classes);
        let seen = 0;
        forEachDescent(index, predictions.probabilities, decisions, rule, ({ nodes, strictness }, image) => {
          seen++;
          expect(nodes[0]).toBe(0);
          expect(nodes.at(-1)).toBe(index.leaf[decisions[image] as number]);
          for (let i = 1; i < nodes.length; i++) {
            expect(isBelow(index, nodes[i] as number, nodes[i - 1] as number)).toBe(true);
            expect(strictness[i]).toBeLessThanOrEqual(Math.min(1, strictness[i - 1] as number));
          }
        });
        expect(seen).toBe(decisions.length);
      }),
    );
  });

  it('takes the best node of the lineage for the weight, by information', () => {
    fc.assert(
      fc.property(anyCase, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (drawn, weight) => {
        const { predictions, decisions } = predictionsOf(drawn);
        const { taxonomy, classes: names } = drawn;
        const leavesBelow = (path: string) => taxonomy.classesBelow(path).length;
        const value = (path: string, p: number) =>
          (1 - weight) * (1 - Math.log(leavesBelow(path)) / Math.log(names.length)) + weight * p;
        const options = { threshold: weight, leaves: decisions, rule: 'information' } as const;
        const chosen = stopAtAncestor(predictions.probabilities, names, taxonomy, options);
        const climbs = [0, 0.2, 0.4, 0.6, 0.8, 1, 2].map((threshold) =>
          stopAtAncestor(predictions.probabilities, names, taxonomy, { threshold, leaves: decisions }),
        );
        chosen.forEach(({ path, probability }, image) => {
          for (const climb of climbs) {
            const other = climb[image];
            if (other === undefined) throw new Error('no decision');
            expect(value(path, probability)).toBeGreaterThanOrEqual(value(other.path, other.probability) - 1e-9);
          }
        });
      }),
    );
  });
});
