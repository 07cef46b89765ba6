import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributeMistakes } from '../../../src/evaluation/attribution/attribute.js';
import { findWeakSubtrees } from '../../../src/evaluation/attribution/weak-subtrees.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';
import { nonEmpty } from '../../fixtures/non-empty.js';
import { anyCase, predictionsOf } from '../arbitraries.js';

const names = ['a1', 'a2', 'b1', 'b2', 'b3', 'b4'];
const taxonomy = Taxonomy.fromLineages(names.map((label) => ({ label, lineage: ['R', label.charAt(0), label] })));

/** Images of `truth` that are called `decided`, so many times, with nothing else in doubt. */
function images(...counts: readonly [truth: string, decided: string, times: number][]) {
  const each = counts.flatMap(([truth, decided, times]) => Array.from({ length: times }, () => ({ truth, decided })));
  const rows = each.map(({ decided }) => names.map((name) => (name === decided ? 0.9 : 0.02)));
  return {
    classes: names,
    probabilities: Float64Array.from(rows.flat()),
    labels: Int32Array.from(each, ({ truth }) => names.indexOf(truth)),
  };
}

describe('findWeakSubtrees', () => {
  it('ranks by what a perfect node wins back, not by what a perfect sub-tree would', () => {
    const predictions = images(['a1', 'a1', 30], ['a1', 'b1', 2], ['b1', 'b2', 8], ['b1', 'b1', 20], ['a2', 'a1', 3]);
    const { images: all, mistakes, nodes } = findWeakSubtrees(predictions, { taxonomy });
    expect([all, mistakes]).toEqual([63, 13]);
    expect(nodes.map(({ path, recoverable, recoverableBelow }) => [path, recoverable, recoverableBelow])).toEqual([
      ['R>b', 8, 8],
      ['R>a', 3, 3],
      ['R', 2, 13],
    ]);
    const [first] = nodes;
    expect(first?.ci95.map(Math.round)).toEqual([4, 15]);
  });

  it('says what children have, and which are taken for which', () => {
    const predictions = images(['b1', 'b2', 3], ['b2', 'b1', 1], ['b1', 'b1', 4], ['b3', 'b1', 2], ['b4', 'a1', 5]);
    const trainingImages = new Map([
      ['b1', 40],
      ['b2', 8],
      ['b3', 10],
      ['b4', 9],
      ['a1', 7],
    ]);
    const { nodes } = findWeakSubtrees(predictions, { taxonomy, trainingImages });
    const b = nodes.find(({ path }) => path === 'R>b');
    expect(b?.children).toEqual([
      { path: 'R>b>b1', arrived: 7, right: 4, training: 40 },
      { path: 'R>b>b2', arrived: 1, right: 0, training: 8 },
      { path: 'R>b>b3', arrived: 2, right: 0, training: 10 },
      { path: 'R>b>b4', arrived: 0, right: 0, training: 9 },
    ]);
    expect(b?.imbalance).toBe(5);
    expect(b?.confused).toEqual([
      { a: 'R>b>b1', b: 'R>b>b2', aAsB: 3, bAsA: 1 },
      { a: 'R>b>b1', b: 'R>b>b3', aAsB: 0, bAsA: 2 },
    ]);
    const root = nodes.find(({ path }) => path === 'R');
    expect(root?.children.map(({ training }) => training)).toEqual([7, 67]);
    expect(root?.confused).toEqual([{ a: 'R>a', b: 'R>b', aAsB: 0, bAsA: 5 }]);
    const untold = findWeakSubtrees(predictions, { taxonomy }).nodes.find(({ path }) => path === 'R');
    expect(untold?.children.map(({ training }) => training)).toEqual([null, null]);
    expect(untold?.imbalance).toBeNull();
  });

  it('flags nodes that too few images reach', () => {
    const { nodes } = findWeakSubtrees(images(['a1', 'a1', 40], ['b1', 'b1', 3], ['b2', 'b1', 1]), { taxonomy });
    expect(nodes.map(({ path, enough, needed }) => [path, enough, needed])).toEqual([
      ['R>b', false, 87],
      ['R', true, 12],
      ['R>a', true, 13],
    ]);
  });

  it('is the attribution in another order, with children that make up their node', () => {
    fc.assert(
      fc.property(anyCase, (drawn) => {
        const { predictions } = predictionsOf(drawn);
        const weak = findWeakSubtrees(predictions, { taxonomy: drawn.taxonomy });
        const plain = attributeMistakes(predictions, { taxonomy: drawn.taxonomy });
        expect([weak.images, weak.mistakes]).toEqual([plain.images, plain.mistakes]);
        expect(weak.nodes).toHaveLength(plain.nodes.length);
        for (const node of nonEmpty(plain.nodes)) {
          const found = weak.nodes.find(({ path }) => path === node.path);
          expect(found).toMatchObject(node);
          const total = (of: 'arrived' | 'right') => found?.children.reduce((sum, child) => sum + child[of], 0);
          expect([total('arrived'), total('right')]).toEqual([node.arrived, node.arrived - node.caused]);
          const [low, high] = found?.ci95 ?? [];
          expect(low).toBeLessThanOrEqual(node.recoverable);
          expect(high).toBeGreaterThanOrEqual(node.recoverable);
        }
        const order = weak.nodes.map(({ recoverable }) => recoverable);
        expect(order).toEqual(order.toSorted((x, y) => y - x));
        expect(JSON.parse(JSON.stringify(weak))).toEqual(weak);
      }),
    );
  });
});
