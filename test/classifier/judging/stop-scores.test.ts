import { describe, expect, it } from 'vitest';
import type { Classifier } from '../../../src/classifier/classifier.js';
import { evaluateInnerLabels } from '../../../src/classifier/judging/evaluate-inner.js';
import { keptStopScores } from '../../../src/classifier/judging/stop-scores.js';
import { shapesTaxonomy } from '../../fixtures/shapes.js';

const stop = { images: 16, errsUpTo: [0.5], surest: 0.9 };
const tree = { description: { kind: 'tree', decision: { routing: 'product', stop } } } as unknown as Classifier;

describe('stop scores', () => {
  it('are those that a tree kept, where it decides as its validation images chose', () => {
    expect(keptStopScores(tree)).toBe(stop);
    expect(keptStopScores(tree, { routing: 'product', decide: 'leaf', tta: 1, stopBy: 'probability' })).toBe(stop);
    const others = [
      ...([{ routing: 'greedy' }, { decide: 'lca' }, { tta: 2 }, { taxonomy: shapesTaxonomy }] as const),
      ...([{ stopBy: 'information' }, { balance: { tau: 1, counts: new Map() } }] as const),
    ];
    for (const options of others) expect(keptStopScores(tree, options)).toBeUndefined();
    expect(keptStopScores({ description: { kind: 'flat' } } as unknown as Classifier)).toBeUndefined();
  });
});

describe('images labelled at inner nodes', () => {
  it('are right where the class decided on lies below their node', () => {
    const classification = { classes: shapesTaxonomy.classes, decisions: Int32Array.of(0, 1, 2, 3) };
    const truths = ['bars', 'round', 'round', 'round'];
    expect(evaluateInnerLabels(classification, truths, shapesTaxonomy)).toMatchObject({ images: 4, accuracy: 0.75 });
  });
});
