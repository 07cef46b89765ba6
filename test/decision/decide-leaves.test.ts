import { describe, expect, it } from 'vitest';
import { decideLeaves, type requireDecidable } from '../../src/decision/decide-leaves.js';
import { greedyDescent } from '../../src/decision/greedy-descent.js';
import { minimumExpectedHeight } from '../../src/decision/minimum-expected-height.js';
import { mostProbableLeaf } from '../../src/decision/most-probable-leaf.js';
import { CladenetError } from '../../src/errors.js';
import { classes, probabilities, smallTree } from './small-tree.js';

const decide = (options: Parameters<typeof decideLeaves>[2] = {}) => [...decideLeaves(probabilities, classes, options)];

describe('decideLeaves', () => {
  const likeliest = [...mostProbableLeaf(probabilities, classes.length)];
  const descended = [...greedyDescent(probabilities, classes, smallTree)];
  const mildest = [...minimumExpectedHeight(probabilities, classes, smallTree)];

  it('takes the most probable class, whatever shaped the probabilities', () => {
    expect(decide()).toEqual(likeliest);
    for (const routing of ['product', 'path-sum', 'combined'] as const) {
      expect(decide({ routing, decide: 'leaf', taxonomy: smallTree })).toEqual(likeliest);
    }
  });

  it('descends with greedy routing, and takes the mildest class with lca', () => {
    expect(descended).not.toEqual(likeliest);
    expect(mildest).not.toEqual(likeliest);
    expect(decide({ routing: 'greedy', taxonomy: smallTree })).toEqual(descended);
    expect(decide({ decide: 'lca', taxonomy: smallTree })).toEqual(mildest);
    expect(decide({ decide: 'lca', routing: 'combined', taxonomy: smallTree })).toEqual(mildest);
  });

  it('refuses options that exclude each other or lack a taxonomy, all at once', () => {
    const problemsOf = (options: Parameters<typeof requireDecidable>[0]) => {
      try {
        decideLeaves(probabilities, classes, options);
      } catch (error) {
        if (error instanceof CladenetError && error.code === 'USAGE') return error.problems;
        throw error;
      }
      return [];
    };
    expect(problemsOf({ decide: 'lca' }).map(({ received }) => received)).toEqual(["'lca' without a taxonomy"]);
    expect(problemsOf({ routing: 'greedy' }).map(({ received }) => received)).toEqual(["'greedy' without a taxonomy"]);
    expect(problemsOf({ decide: 'lca', routing: 'greedy', taxonomy: smallTree })).toEqual([
      { where: 'decide', expected: "'leaf' with greedy routing", received: "'lca'" },
    ]);
    expect(problemsOf({ decide: 'lca', routing: 'greedy' })).toHaveLength(3);
  });
});
