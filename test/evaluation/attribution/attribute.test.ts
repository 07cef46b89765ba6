import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CladenetError } from '../../../src/errors.js';
import { attributeMistakes, type NodeAttribution } from '../../../src/evaluation/attribution/attribute.js';
import type { Routing } from '../../../src/evaluation/attribution/routing.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';
import { classes, labels, probabilities, smallTree } from '../../decision/small-tree.js';
import { nonEmpty } from '../../fixtures/non-empty.js';
import { anyCase, type Case, predictionsOf } from '../arbitraries.js';
import { decide, hitsOf, hitsWith } from './brute-force.js';

const ROUTINGS: readonly Routing[] = ['product', 'greedy'];
const anyRouting = fc.constantFrom(...ROUTINGS);

/** The same trees and images with rows whose sums and quotients do not tie by accident, as those of small numbers do. */
function withoutTies(drawn: Case) {
  const images = drawn.images.map((image) => ({ ...image, row: image.row.map((value) => Math.exp(value / 150)) }));
  return predictionsOf({ classes: drawn.classes, images }).predictions;
}

const sum = (nodes: readonly NodeAttribution[], of: (node: NodeAttribution) => number) =>
  nodes.reduce((total, node) => total + of(node), 0);

describe('attributeMistakes by hand', () => {
  // R > A > (a1, a2), R > B > (C > (c1, c2), b). Most probable: a1, a2, b, a1 for a1, a1, c1, c2.
  it('charges the most probable leaf where its path leaves the true one', () => {
    const { images, mistakes, nodes } = attributeMistakes({ classes, probabilities, labels }, { taxonomy: smallTree });
    expect([images, mistakes]).toEqual([4, 3]);
    const of = (path: string) => nodes.find((node) => node.path === path);
    // Image 4 went to A instead of B. A perfect root leaves B's 0.4: b 0.1, c1 0.1, c2 0.2.
    expect(of('R')).toEqual({
      path: 'R',
      images: 4,
      arrived: 4,
      accuracy: 0.75,
      caused: 1,
      inherited: 0,
      recoverable: 1,
      recoverableBelow: 3,
    });
    expect(of('R>A')).toMatchObject({ images: 2, arrived: 2, accuracy: 0.5, caused: 1, recoverable: 1 });
    // Image 3 (c1) was called b. With B perfect C has all of B's 0.7, so c1 and c2 have 0.35 each and the first wins;
    // image 4 stays at a1, 0.5 against at most 0.4 · 2/3.
    expect(of('R>B')).toMatchObject({
      images: 2,
      arrived: 1,
      accuracy: 0,
      caused: 1,
      inherited: 1,
      recoverable: 1,
      recoverableBelow: 1,
    });
    // With C perfect c1 would have 0.4, more than b's 0.3: won back by a node that the image never reached.
    expect(of('R>B>C')).toMatchObject({
      images: 2,
      arrived: 0,
      accuracy: null,
      inherited: 2,
      caused: 0,
      recoverable: 1,
    });
  });

  it('charges greedy routing the same way, where no node off the path can help', () => {
    const { mistakes, nodes } = attributeMistakes(
      { classes, probabilities, labels },
      { taxonomy: smallTree, routing: 'greedy' },
    );
    // Image 3 now goes down to C, where c1 and c2 tie and c1 is first: a hit.
    expect(mistakes).toBe(2);
    expect(nodes.map(({ path, arrived, caused, recoverable }) => [path, arrived, caused, recoverable])).toEqual([
      ['R', 4, 1, 1],
      ['R>A', 2, 1, 1],
      ['R>B', 1, 0, 0],
      ['R>B>C', 1, 0, 0],
    ]);
  });

  it('does not follow a child of probability 0, of which nothing is known below', () => {
    // c1's C has nothing: with B perfect the image would reach C, but neither c1 nor c2 is known from there.
    const sure = { classes, probabilities: Float64Array.of(0.6, 0.4, 0, 0, 0), labels: Int32Array.of(2) };
    const leaf = { ...sure, labels: Int32Array.of(3), probabilities: Float64Array.of(0.4, 0.6, 0, 0, 0) };
    for (const routing of ROUTINGS) {
      const gains = attributeMistakes(sure, { taxonomy: smallTree, routing }).nodes.map(
        ({ path, recoverable, recoverableBelow }) => [path, recoverable, recoverableBelow],
      );
      expect(gains).toEqual([
        ['R', 0, 1],
        ['R>A', 0, 0],
        ['R>B', 0, 1],
        ['R>B>C', 0, 0],
      ]);
      // Below a leaf there is nothing to know.
      const { nodes } = attributeMistakes(leaf, { taxonomy: smallTree, routing });
      expect(nodes.find(({ path }) => path === 'R>A')?.recoverable).toBe(1);
    }
  });

  it('refuses what cannot be evaluated', () => {
    const call = () => attributeMistakes({ classes: ['b'], probabilities, labels }, { taxonomy: smallTree });
    expect(call).toThrow(CladenetError);
    expect(call).toThrow(/the taxonomy's class 'a1'/);
  });
});

describe('any predictions on any tree', () => {
  it('have sums that add up', () => {
    fc.assert(
      fc.property(anyCase, anyRouting, (drawn, routing) => {
        const { taxonomy } = drawn;
        const { predictions } = predictionsOf(drawn);
        const { images, mistakes, nodes } = attributeMistakes(predictions, { taxonomy, routing });
        const decided = decide(predictions, taxonomy, routing);
        expect(images).toBe(drawn.images.length);
        expect(mistakes).toBe(images - hitsOf(predictions, decided));
        expect(sum(nodes, ({ caused }) => caused)).toBe(mistakes);
        expect(nodes[0]).toMatchObject({ images, arrived: images, inherited: 0, recoverableBelow: mistakes });
        const hits = new Map(predictions.classes.map((name) => [taxonomy.leafOf(name), 0]));
        decided.forEach((name, i) => {
          if (predictions.classes[predictions.labels[i] as number] !== name) return;
          hits.set(taxonomy.leafOf(name), (hits.get(taxonomy.leafOf(name)) ?? 0) + 1);
        });
        for (const node of nonEmpty(nodes)) {
          expect(node.images).toBe(node.arrived + node.inherited);
          expect(node.accuracy).toBe(node.arrived === 0 ? null : (node.arrived - node.caused) / node.arrived);
          // What does not err at a node arrives at its children.
          const on = taxonomy.node(node.path).children.map((child) => {
            return nodes.find(({ path }) => path === child)?.arrived ?? hits.get(child) ?? Number.NaN;
          });
          expect(on.reduce((a, b) => a + b, 0)).toBe(node.arrived - node.caused);
        }
      }),
    );
  });

  it('have no more to win back than there are mistakes below a node', () => {
    fc.assert(
      fc.property(anyCase, anyRouting, (drawn, routing) => {
        const { taxonomy } = drawn;
        const { nodes } = attributeMistakes(predictionsOf(drawn).predictions, { taxonomy, routing });
        for (const node of nonEmpty(nodes)) {
          const below = nodes.filter(({ path }) => path === node.path || path.startsWith(`${node.path}>`));
          const charged = sum(below, ({ caused }) => caused);
          expect(node.recoverable).toBeLessThanOrEqual(node.recoverableBelow);
          expect(node.recoverableBelow).toBeGreaterThanOrEqual(charged);
          expect(node.recoverableBelow).toBeLessThanOrEqual(charged + node.inherited);
          if (routing === 'greedy') {
            expect(node.recoverable).toBeLessThanOrEqual(node.caused);
            expect(node.recoverableBelow).toBe(charged);
          }
        }
      }),
    );
  });

  it('win back what composing and deciding again with the oracle wins back', () => {
    fc.assert(
      fc.property(anyCase, anyRouting, (drawn, routing) => {
        const { taxonomy } = drawn;
        const predictions = withoutTies(drawn);
        const { images, mistakes, nodes } = attributeMistakes(predictions, { taxonomy, routing });
        const paths = nodes.map(({ path }) => path);
        for (const { path, recoverable, recoverableBelow } of nonEmpty(nodes)) {
          const below = paths.filter((other) => other === path || other.startsWith(`${path}>`));
          expect(hitsWith([path], predictions, taxonomy, routing)).toBe(images - mistakes + recoverable);
          expect(hitsWith(below, predictions, taxonomy, routing)).toBe(images - mistakes + recoverableBelow);
        }
      }),
    );
  });

  it('charge a flat tree of one node with everything', () => {
    const names = ['x', 'y', 'z'];
    const taxonomy = Taxonomy.fromLineages(names.map((label) => ({ label, lineage: [label] })));
    const flat = Float64Array.of(0.5, 0.3, 0.2, 0.1, 0.8, 0.1);
    const { nodes } = attributeMistakes(
      { classes: names, probabilities: flat, labels: Int32Array.of(1, 1) },
      { taxonomy },
    );
    expect(nodes).toEqual([
      { path: '', images: 2, arrived: 2, accuracy: 0.5, caused: 1, inherited: 0, recoverable: 1, recoverableBelow: 1 },
    ]);
  });
});
