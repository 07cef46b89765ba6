import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeProduct } from '../../src/classifier/compose.js';
import { nodeProbabilities } from '../../src/decision/node-probabilities.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { SHAPES, shapesTaxonomy } from '../fixtures/shapes.js';

describe('the product of conditionals', () => {
  it('by hand, in the order of the classes asked for', () => {
    const decisions = [
      { path: '', conditional: Float32Array.of(0.75, 0.25) },
      { path: 'bars', conditional: Float32Array.of(0.5, 0.5) },
      { path: 'round', conditional: Float32Array.of(0.25, 0.75) },
    ];
    const classes = ['ring', 'bar-long', 'disc', 'bar-short'];
    expect(Array.from(composeProduct(shapesTaxonomy, classes, decisions, 1))).toEqual([0.1875, 0.375, 0.0625, 0.375]);
  });

  it('rows sum to 1, and the sums below a node give its conditionals back', () => {
    const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(share, share, share), { minLength: 1, maxLength: 5 }), (rows) => {
        const column = (k: number) => Float32Array.from(rows.flatMap((row) => [row[k] ?? 0, 1 - (row[k] ?? 0)]));
        const decisions = ['', 'bars', 'round'].map((path, k) => ({ path, conditional: column(k) }));
        const leaves = composeProduct(shapesTaxonomy, SHAPES, decisions, rows.length);
        const { paths, probabilities } = nodeProbabilities(leaves, SHAPES, shapesTaxonomy);
        rows.forEach(([root, bars], i) => {
          const at = (path: string) => probabilities[i * paths.length + paths.indexOf(path)] ?? 0;
          expect(at('')).toBeCloseTo(1, 5);
          expect(at('bars')).toBeCloseTo(root, 5);
          expect(at('bars>bar-long') / at('bars')).toBeCloseTo(bars, 4);
        });
      }),
    );
  });

  it('a node of one child passes its probability on', () => {
    const chain = Taxonomy.fromLineages(
      [
        { label: 'a', lineage: ['x', 'y', 'a'] },
        { label: 'b', lineage: ['x', 'b'] },
      ],
      { singleChild: 'keep' },
    );
    const decisions = [{ path: 'x', conditional: Float32Array.of(0.25, 0.75) }];
    const leaves = composeProduct(chain, ['a', 'b'], decisions, 1);
    expect(Array.from(leaves).sort()).toEqual([0.25, 0.75]);
    expect(leaves[0]).toBe(chain.node('x').children[0] === 'x>b' ? 0.75 : 0.25);
  });
});
