import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CladenetError } from '../../src/errors.js';
import { lcaHeights } from '../../src/taxonomy/lca-heights.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { lineages } from './arbitrary.js';

it('is the height of the lowest common ancestor, in the given order', () => {
  const taxonomy = Taxonomy.fromLineages(
    [
      ['T', 'A', 'B', 'x'],
      ['T', 'A', 'B', 'y'],
      ['T', 'A', 'z'],
      ['T', 'w'],
    ].map((lineage) => ({
      label: lineage.at(-1) ?? '',
      lineage,
    })),
  );
  expect([...lcaHeights(taxonomy, ['w', 'x', 'z', 'y'])]).toEqual(
    [
      [0, 3, 3, 3],
      [3, 0, 2, 1],
      [3, 2, 0, 2],
      [3, 1, 2, 0],
    ].flat(),
  );
  expect([...lcaHeights(taxonomy, ['y', 'w'])]).toEqual([0, 3, 3, 0]);
  expect([...lcaHeights(taxonomy, ['y', 'y'])]).toEqual([0, 0, 0, 0]);
  expect(lcaHeights(taxonomy, [])).toHaveLength(0);
  expect(() => lcaHeights(taxonomy, ['x', 'zz'])).toThrow(CladenetError);
});

it('agrees with the lowest common ancestor of every pair, for any tree and any selection', () => {
  fc.assert(
    fc.property(
      lineages.chain((entries) => fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries))),
      ([entries, some]) => {
        const taxonomy = Taxonomy.fromLineages(entries, { singleChild: 'keep' });
        const labels = some.map(({ label }) => label);
        const naive = labels.flatMap((a) =>
          labels.map((b) => taxonomy.node(taxonomy.lca(taxonomy.leafOf(a), taxonomy.leafOf(b))).height),
        );
        expect([...lcaHeights(taxonomy, labels)]).toEqual(naive);
      },
    ),
    { numRuns: 100 },
  );
});
