import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { composeProduct } from '../../../src/classifier/predict/compose.js';
import { nodeProbabilities } from '../../../src/decision/node-probabilities.js';
import { random } from '../../../src/random.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';
import { SHAPES, shapesTaxonomy } from '../../fixtures/shapes.js';
import { lineages } from '../../taxonomy/arbitrary.js';

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

  it('on any tree: rows sum to 1, and every node has the product of the decisions above it', () => {
    fc.assert(
      fc.property(lineages, fc.nat(99), (entries, seed) => {
        const taxonomy = Taxonomy.fromLineages(entries, { singleChild: 'keep' });
        const draw = random(seed, 'conditionals');
        const images = 2;
        const conditionals = new Map<string, number[][]>();
        for (const { path, children } of taxonomy.internalNodes()) {
          if (children.length < 2) continue;
          const rows = Array.from({ length: images }, () => children.map(() => 0.05 + draw.uniform()));
          const normed = rows.map((row) => row.map((p) => p / row.reduce((sum, q) => sum + q, 0)));
          conditionals.set(path, normed);
        }
        const decisions = [...conditionals].map(([path, rows]) => ({
          path,
          conditional: Float32Array.from(rows.flat()),
        }));
        const classes = entries.map(({ label }) => label);
        const leaves = composeProduct(taxonomy, classes, decisions, images);
        const { paths, probabilities } = nodeProbabilities(leaves, classes, taxonomy);
        for (let i = 0; i < images; i++) {
          const expected = new Map<string, number>();
          for (const { path, parent } of taxonomy.nodes()) {
            const siblings = parent === undefined ? [path] : taxonomy.node(parent).children;
            const own = conditionals.get(parent ?? '')?.[i]?.[siblings.indexOf(path)] ?? 1;
            expected.set(path, parent === undefined ? 1 : own * (expected.get(parent) ?? Number.NaN));
          }
          paths.forEach((path, k) => {
            expect(probabilities[i * paths.length + k], path).toBeCloseTo(expected.get(path) ?? Number.NaN, 5);
          });
          const row = leaves.subarray(i * classes.length, (i + 1) * classes.length);
          expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('refuses decisions and classes that do not fit the tree, all of them at once', () => {
    const some = [{ path: '', conditional: Float32Array.of(1, 0, 0) }];
    expect(() => composeProduct(shapesTaxonomy, ['bar-long', 'bar-short', 'disc', 'square'], some, 1)).toThrow(
      new RegExp(
        [
          /decision of \(root\): expected 1 x 2 probabilities, received 3 numbers/,
          /decision of bars: .*received none/,
          /decision of round: .*received none/,
          /classes: expected the class 'ring'/,
          /class 'square': expected a class of the taxonomy/,
        ]
          .map(({ source }) => source)
          .join('[\\s\\S]*'),
      ),
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
