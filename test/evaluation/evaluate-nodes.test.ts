import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CladenetError } from '../../src/errors.js';
import { evaluate } from '../../src/evaluation/evaluate.js';
import { evaluateNodes, nodeLogLosses } from '../../src/evaluation/evaluate-nodes.js';
import { classes, probabilities, smallTree } from '../decision/small-tree.js';
import { anyCase, predictionsOf } from './arbitraries.js';

describe('evaluateNodes, computed by hand', () => {
  const truths = ['R>A>a1', 'R>A>a1', 'R>B>C>c1', 'R>B>C>c2', 'R>B', 'R>B'];
  const decided = ['R>A>a1', 'R>A', 'R', 'R>B>b', 'R>B>C>c1', 'R>A'];
  const result = evaluateNodes({ decided, truths }, smallTree);

  it('is right where the decision contradicts nothing', () => {
    expect(result.images).toBe(6);
    expect(result.relations).toEqual({ same: 1 / 6, above: 2 / 6, below: 1 / 6, apart: 2 / 6 });
    expect(result.accuracy).toBeCloseTo(4 / 6, 12);
  });

  it('counts by the depth of the decision', () => {
    expect(result.depths).toEqual([
      { depth: 0, share: 1 / 6, accuracy: 1 },
      { depth: 1, share: 2 / 6, accuracy: 1 / 2 },
      { depth: 2, share: 2 / 6, accuracy: 1 / 2 },
      { depth: 3, share: 1 / 6, accuracy: 1 },
    ]);
    expect(result.meanDepth).toBe((2 + 1 + 0 + 2 + 3 + 1) / 6);
  });

  it('keeps less information the more leaves are below, none at the root', () => {
    const a = 1 - Math.log(2) / Math.log(5);
    expect(result.information).toBeCloseTo((1 + a + 0 + 1 + 1 + a) / 6, 12);
    expect(result.rightInformation).toBeCloseTo((1 + a + 0 + 1) / 6, 12);
  });

  it('has no accuracy at depths without decisions, and is plain JSON', () => {
    const one = evaluateNodes({ decided: ['R'], truths: ['R>A'] }, smallTree);
    expect(one.depths.map(({ accuracy }) => accuracy)).toEqual([1, null, null, null]);
    expect(JSON.parse(JSON.stringify(one))).toEqual(one);
  });

  it('refuses everything that is wrong in one error', () => {
    const call = () => evaluateNodes({ decided: ['R>A', 'R>D', 'a1'], truths: ['R>A', 'R>A>a3'] }, smallTree);
    expect(call).toThrow(CladenetError);
    expect(call).toThrow(/decided: expected 2 values, one per truth, received 3/);
    expect(call).toThrow(/decided\[1\]: expected the path of a node, received 'R>D'\n\s+Did you mean 'R>A'\?/);
    expect(call).toThrow(/decided\[2\].*'a1'/);
    expect(call).toThrow(/truths\[1\].*'R>A>a3'/);
    expect(() => evaluateNodes({ decided: [], truths: [] }, smallTree)).toThrow('at least one image');
  });
});

describe('evaluateNodes on any tree', () => {
  it('is what evaluate says where decisions and truths are leaves', () => {
    fc.assert(
      fc.property(anyCase, (drawn) => {
        const { predictions, decisions } = predictionsOf(drawn);
        const paths = (list: Int32Array) => Array.from(list, (c) => drawn.taxonomy.leafOf(drawn.classes[c] as string));
        const { accuracy } = evaluate({ ...predictions, decisions });
        const input = { decided: paths(decisions), truths: paths(predictions.labels) };
        const result = evaluateNodes(input, drawn.taxonomy);
        expect(result.accuracy).toBeCloseTo(accuracy, 12);
        expect(result.relations.same).toBeCloseTo(accuracy, 12);
        expect(result.information).toBe(1);
        expect(result.rightInformation).toBeCloseTo(accuracy, 12);
      }),
    );
  });

  it('agrees with the lineages on every pair of nodes', () => {
    fc.assert(
      fc.property(anyCase, ({ taxonomy }) => {
        const paths = taxonomy.nodes().map(({ path }) => path);
        const pairs = paths.flatMap((decided) => paths.map((truth) => ({ decided, truth })));
        const right = pairs.filter(({ decided, truth }) => {
          return taxonomy.lineage(decided).includes(truth) || taxonomy.lineage(truth).includes(decided);
        });
        const input = { decided: pairs.map(({ decided }) => decided), truths: pairs.map(({ truth }) => truth) };
        expect(evaluateNodes(input, taxonomy).accuracy).toBeCloseTo(right.length / pairs.length, 12);
      }),
    );
  });
});

describe('nodeLogLosses', () => {
  it('asks only for what the label says', () => {
    const losses = nodeLogLosses(probabilities, classes, smallTree, ['R>A>a1', 'R', 'R>B', 'R>B>C']);
    expect([...losses]).toEqual([0.6, 1, 0.7, 0.3].map((p) => expect.closeTo(-Math.log(p), 12)));
    expect(losses[1]).toBeGreaterThanOrEqual(0);
  });

  it('is the usual log-loss of leaves, and clips', () => {
    fc.assert(
      fc.property(anyCase, (drawn) => {
        const { predictions } = predictionsOf(drawn);
        const truths = Array.from(predictions.labels, (c) => drawn.taxonomy.leafOf(drawn.classes[c] as string));
        const losses = nodeLogLosses(predictions.probabilities, drawn.classes, drawn.taxonomy, truths);
        const mean = losses.reduce((a, b) => a + b, 0) / losses.length;
        expect(mean).toBeCloseTo(evaluate(predictions).logLoss, 10);
      }),
    );
    const sure = Float64Array.of(0, 1, 0, 0, 0);
    expect(nodeLogLosses(sure, classes, smallTree, ['R>B'])[0]).toBeCloseTo(-Math.log(1e-15), 10);
  });

  it('refuses paths that are none and lists that do not fit', () => {
    const call = () => nodeLogLosses(probabilities, classes, smallTree, ['R>X']);
    expect(call).toThrow(/truths: expected 4 paths, one per image, received 1/);
    expect(call).toThrow(/truths\[0\]: expected the path of a node, received 'R>X'/);
  });
});
