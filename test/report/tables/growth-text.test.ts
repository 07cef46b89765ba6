import { describe, expect, it } from 'vitest';
import { planGrowth } from '../../../src/growing/growth-plan.js';
import { decisionLines } from '../../../src/report/tables/decision-text.js';
import { growthLines, knownLine } from '../../../src/report/tables/growth-text.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';

const treeOf = (lineages: Readonly<Record<string, readonly string[]>>) =>
  Taxonomy.fromLineages(
    Object.entries(lineages).flatMap(([parent, labels]) =>
      labels.map((label) => ({ label, lineage: [parent, label] })),
    ),
  );

describe('growthLines and knownLine', () => {
  const before = treeOf({ round: ['disc', 'ring'], long: ['rod', 'worm'], flat: ['sheet', 'leaf'] });
  const after = treeOf({
    round: ['disc', 'ring', 'a', 'b', 'c', 'd'],
    long: ['rod', 'worm'],
    odd: ['sheet', 'star'],
    flat: ['leaf', 'wing'],
  });
  const nodes = before.internalNodes().map(({ path, children }) => ({
    path,
    children: [...children],
    decidedBy: 'head' as const,
    images: 4,
    summary: null,
  }));

  it('say which nodes are trained and why, and which keep their weights', () => {
    const plan = planGrowth(before, nodes, after);
    expect(growthLines(plan)).toEqual([
      '4 of 5 nodes decide differently than before and are trained:',
      '  (root): gains wing, star, a and 3 more',
      '  flat: gains wing, loses sheet',
      '  odd: new, 2 children',
      '  round: gains a, b, c, d',
      '1 node keeps its weights',
    ]);
    expect(knownLine({ images: 18, before: 0.5, after: 0.4 }, plan)).toBe(
      'accuracy on the 18 test images of classes known before: 50.0 % before, 40.0 % now',
    );
  });

  it('say of a change without new classes that all were known', () => {
    const merged = treeOf({ round: ['disc', 'ring', 'rod', 'worm'], flat: ['sheet', 'leaf'] });
    const plan = planGrowth(before, nodes, merged);
    expect(knownLine({ images: 18, before: 0.5, after: 0.999999 }, plan)).toBe(
      'accuracy on the 18 test images: 50.0 % before, >99.9 % now',
    );
  });
});

describe('decisionLines', () => {
  const validation = [
    { routing: 'combined', accuracy: 0.7, logLoss: 0.9 },
    { routing: 'product', accuracy: 0.7, logLoss: 0.9123 },
  ] as const;

  it('name the routing, the share of the flat head, and the scores of all routings', () => {
    const decision = { routing: 'combined', flatShare: 0.3, temperatures: null, validation: [...validation] } as const;
    const scores = 'chosen by log-loss on the validation images (combined 0.900, product 0.912)';
    expect(decisionLines({ ...decision, validation: [...validation] })).toEqual([
      `decides by combined routing with 30 % flat, ${scores}`,
    ]);
    expect(decisionLines({ ...decision, routing: 'product', validation: [...validation] })).toEqual([
      `decides by product routing, ${scores}`,
    ]);
    expect(decisionLines({ ...decision, validation: [] })).toEqual([]);
  });
});
