import { describe, expect, it } from 'vitest';
import { decideNovelty } from '../../../src/decision/novelty/decide-novelty.js';
import { NOVELTY_METHOD_NAMES, NOVELTY_METHODS } from '../../../src/decision/novelty/methods.js';
import { doubtOf, entropyOf } from '../../../src/decision/novelty/per-depth.js';
import { classes, smallTree } from '../small-tree.js';

describe('how uncertain a node is', () => {
  it('is 0 where one child has it all and 1 where all have the same, by entropy and by doubt', () => {
    for (const uncertainty of [entropyOf, doubtOf]) {
      expect(uncertainty(Float64Array.of(0, 1, 0))).toBe(0);
      expect(uncertainty(Float64Array.of(0.25, 0.25, 0.25, 0.25))).toBeCloseTo(1, 12);
    }
    expect(doubtOf(Float64Array.of(0.7, 0.2, 0.1))).toBeCloseTo(0.45, 12);
  });
});

describe('doubt per depth', () => {
  it('keeps at each node what its most probable child is short of certainty', () => {
    // R: A has 0.8, doubt 0.4. A: a1 has 0.75, doubt 0.5. B's children share 0.2 as 0.5 and 0.5.
    const image = Float64Array.of(0.1, 0.6, 0.05, 0.2, 0.05);
    const [decision] = decideNovelty(image, classes, smallTree, { threshold: 1, method: 'doubt' });
    // New: R 0.4, A 0.6 x 0.8 x 0.5 = 0.24, B 0.6 x 0.2 x 1 = 0.12. Known: 0.24.
    expect(decision).toMatchObject({ path: 'R', isNew: true, leaf: 'a1' });
    expect(decision?.novelty).toBeCloseTo(0.76, 12);
    const [known] = decideNovelty(image, classes, smallTree, { threshold: 0.24 - 1e-9, method: 'doubt' });
    expect(known).toMatchObject({ path: 'R>A>a1', isNew: false, doubted: null });
  });
});

describe('siblings', () => {
  it('are the classes that are children of one node, not those further down', () => {
    // C has 0.25 and 0.2, A 0.3 and 0.1; B has its own class b with 0.15, though 0.6 in all.
    const image = Float64Array.of(0.15, 0.3, 0.25, 0.1, 0.2);
    const decide = (threshold: number) =>
      decideNovelty(image, classes, smallTree, { threshold, method: 'siblings' })[0];
    expect(decide(0.31)).toEqual({
      ...{ path: 'R>B>C', isNew: true, novelty: 0.7, leaf: 'a1' },
      doubted: { path: 'R>A>a1', strictness: 0.3 },
    });
    expect(decide(0.3)).toMatchObject({ path: 'R>A>a1', isNew: false });
  });
});

describe('new children of heads', () => {
  const image = Float64Array.of(0.1, 0.6, 0.1, 0.1, 0.1);
  const newChildren = { paths: ['R', 'R>A'], novel: Float64Array.of(0.2, 0.3) };
  const decide = (threshold: number) =>
    decideNovelty(image, classes, smallTree, { threshold, method: 'new-child', newChildren })[0];

  it('are decided on where the class, which has its share of what they leave, is not probable enough', () => {
    // a1 has 0.6 of the 0.5 that is left: 0.3.
    expect(decide(0.3 + 1e-9)).toMatchObject({ path: 'R>A', isNew: true, doubted: { path: 'R>A>a1' } });
    expect(decide(0.3 - 1e-9)).toMatchObject({ path: 'R>A>a1', isNew: false });
    expect(decide(0)?.novelty).toBeCloseTo(0.7, 12);
  });

  it('are needed for that method, and have to fit', () => {
    const options = { threshold: 0.5, method: 'new-child' as const };
    expect(() => decideNovelty(image, classes, smallTree, options)).toThrow(
      'method: expected heads that were trained with new children, received new-child, with a classifier that has none',
    );
    const wrong = { paths: ['R', 'R>D'], novel: Float64Array.of(0.2) };
    expect(() => decideNovelty(image, classes, smallTree, { ...options, newChildren: wrong })).toThrow(
      /nodes of the taxonomy, received 'R>D'[\s\S]*1 images x 2 nodes, received 1 values/,
    );
  });
});

it('says why an image is taken for new, by every method', () => {
  for (const name of NOVELTY_METHOD_NAMES) {
    const { reason, description } = NOVELTY_METHODS[name];
    const text = reason({ node: 'Copepod', next: 'Copepod > calanoid', strictness: 0.25 });
    expect(text).toMatch(/Copepod/);
    expect(text).toMatch(/0\.2500/);
    expect(description).not.toBe('');
  }
});
