import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minimumExpectedHeight } from '../../src/decision/minimum-expected-height.js';
import { mostProbableLeaf } from '../../src/decision/most-probable-leaf.js';
import { lcaHeights } from '../../src/taxonomy/lca-heights.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { anyCase, type Case } from '../evaluation/arbitraries.js';
import { classes, probabilities, smallTree } from './small-tree.js';

/** The definition, leaf by leaf and class by class; the rows are whole numbers, so that sums are exact. */
function bruteForce(taxonomy: Taxonomy, names: readonly string[], rows: readonly (readonly number[])[]): number[] {
  const heights = lcaHeights(taxonomy, names);
  const cost = (row: readonly number[], leaf: number) =>
    row.reduce((sum, p, c) => sum + p * (heights[leaf * row.length + c] ?? NaN), 0);
  return rows.map((row) => {
    const costs = row.map((_, leaf) => cost(row, leaf));
    return costs.indexOf(Math.min(...costs));
  });
}

const decide = ({ classes, taxonomy }: Pick<Case, 'classes' | 'taxonomy'>, rows: readonly (readonly number[])[]) => [
  ...minimumExpectedHeight(Float64Array.from(rows.flat()), classes, taxonomy),
];

describe('minimumExpectedHeight', () => {
  it('leaves the most probable class for one among probable relatives', () => {
    // Expected heights: b 3 × 0.3 + 2 × 0.42 = 1.74; c1 3 × 0.3 + 2 × 0.28 + 0.2 = 1.66.
    const row = Float64Array.of(0.28, 0.2, 0.22, 0.1, 0.2);
    expect(classes[mostProbableLeaf(row, 5)[0] as number]).toBe('b');
    expect(classes[minimumExpectedHeight(row, classes, smallTree)[0] as number]).toBe('c1');
    expect(
      Array.from(minimumExpectedHeight(probabilities.slice(0, 10), classes, smallTree), (c) => classes[c]),
    ).toEqual(['a1', 'a2']);
  });

  it('takes the lowest index of equal classes', () => {
    expect(classes[minimumExpectedHeight(Float64Array.of(0, 0, 1, 0, 1), classes, smallTree)[0] as number]).toBe('c1');
    expect([...minimumExpectedHeight(new Float64Array(5), classes, smallTree)]).toEqual([0]);
  });

  it('is what trying every leaf gives, ties included, for any tree', () => {
    fc.assert(
      fc.property(anyCase, fc.boolean(), (drawn, coarse) => {
        // Small numbers tie often.
        const rows = drawn.images.map(({ row }) => (coarse ? row.map((p) => p % 3) : row));
        expect(decide(drawn, rows)).toEqual(bruteForce(drawn.taxonomy, drawn.classes, rows));
      }),
    );
  });

  it('is the most probable leaf where all mistakes are alike', () => {
    const star = Taxonomy.fromLineages([...'abcd'].map((label) => ({ label, lineage: ['R', label] })));
    const rows = fc.array(fc.array(fc.nat(5), { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(rows, (drawn) => {
        const leaves = mostProbableLeaf(Float64Array.from(drawn.flat()), 4);
        expect(decide({ classes: [...'cadb'], taxonomy: star }, drawn)).toEqual([...leaves]);
      }),
    );
  });

  it('refuses what does not fit together', () => {
    expect(() => minimumExpectedHeight(probabilities, ['b', 'a1'], smallTree)).toThrow("the taxonomy's class 'a2'");
    expect(() => minimumExpectedHeight(new Float64Array(7), classes, smallTree)).toThrow('a multiple of 5 values');
  });
});
