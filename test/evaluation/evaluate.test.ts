import { describe, expect, it } from 'vitest';
import { greedyDescent } from '../../src/decision/greedy-descent.js';
import { hitsAmongTop } from '../../src/evaluation/accuracy.js';
import { evaluate } from '../../src/evaluation/evaluate.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { classes, labels, probabilities, smallTree } from '../decision/small-tree.js';

const predictions = { classes, probabilities, labels };
const path = (name: string) => [...smallTree.nodes()].find((node) => node.name === name)?.path;

// Decisions are a1 (right), a2 (for a1), b (for c1), a1 (for c2).
describe('evaluate, computed by hand', () => {
  const result = evaluate(predictions, { taxonomy: smallTree });

  it('accuracy, balanced accuracy, top-5', () => {
    expect(result.images).toBe(4);
    expect(result.accuracy).toBe(1 / 4);
    expect(result.balancedAccuracy).toBeCloseTo((1 / 2 + 0 + 0) / 3, 12);
    expect(result.top5).toBe(1);
    // c1 of the third image is behind b, and behind a1 with the same probability and a lower index.
    expect([...hitsAmongTop(predictions, 2)]).toEqual([1, 1, 0, 1]);
  });

  it('log-loss', () => {
    expect(result.logLoss).toBeCloseTo(-Math.log(0.6 * 0.3 * 0.2 * 0.2) / 4, 12);
  });

  it('confusion matrix: true classes down, predicted across', () => {
    expect(result.confusion).toEqual({
      classes,
      counts: [
        [0, 0, 0, 0, 0],
        [0, 1, 0, 1, 0],
        [1, 0, 0, 0, 0],
        [0, 0, 0, 0, 0],
        [0, 1, 0, 0, 0],
      ],
    });
  });

  it('per class, null where nothing defines the number', () => {
    expect(result.perClass).toEqual([
      { class: 'b', precision: 0, recall: null, f1: 0, support: 0 },
      { class: 'a1', precision: 1 / 2, recall: 1 / 2, f1: 1 / 2, support: 2 },
      { class: 'c1', precision: null, recall: 0, f1: 0, support: 1 },
      { class: 'a2', precision: 0, recall: null, f1: 0, support: 0 },
      { class: 'c2', precision: null, recall: 0, f1: 0, support: 1 },
    ]);
  });

  it('hierarchical precision, recall and F1', () => {
    // Shared nodes 2 + 1 + 1 + 0, predicted 2 + 2 + 2 + 2, true 2 + 2 + 3 + 3.
    expect(result.hierarchical).toEqual({ precision: 4 / 8, recall: 4 / 10, f1: 8 / 18 });
  });

  it('average hierarchical distance and mistake severity', () => {
    // The ancestors A, B and R stand 1, 2 and 3 above their deepest leaves.
    expect(result.ahd).toBe((0 + 1 + 2 + 3) / 4);
    expect(result.severity).toBe((1 + 2 + 3) / 3);
  });

  it('accuracy at each depth', () => {
    expect(result.accuracyAtDepth).toEqual([1, 3 / 4, 1 / 4, 1 / 4]);
  });

  it('each node on the images that belong below it, even where the decision went elsewhere', () => {
    expect(result.perNode).toEqual([
      { path: path('R'), images: 4, accuracy: 3 / 4 },
      { path: path('A'), images: 2, accuracy: 1 / 2 },
      { path: path('B'), images: 2, accuracy: 1 },
      { path: path('C'), images: 2, accuracy: 1 },
    ]);
  });
});

describe('evaluate', () => {
  it('judges the decisions it is given, and the probabilities as they are', () => {
    const decisions = greedyDescent(probabilities, classes, smallTree);
    const leaf = evaluate(predictions, { taxonomy: smallTree });
    const greedy = evaluate({ ...predictions, decisions }, { taxonomy: smallTree });
    expect(greedy.accuracy).toBe(2 / 4);
    expect(greedy.ahd).toBe((0 + 1 + 0 + 3) / 4);
    expect([greedy.logLoss, greedy.top5, greedy.perNode]).toEqual([leaf.logLoss, leaf.top5, leaf.perNode]);
  });

  it('leaves null what needs a taxonomy', () => {
    const { hierarchical, ahd, severity, accuracyAtDepth, perNode } = evaluate(predictions);
    expect([hierarchical, ahd, severity, accuracyAtDepth, perNode]).toEqual([null, null, null, null, null]);
  });

  it('has no severity without mistakes, and no accuracy of a node without images', () => {
    const right = evaluate(
      { classes, probabilities: probabilities.slice(0, 5), labels: labels.slice(0, 1) },
      { taxonomy: smallTree },
    );
    expect([right.accuracy, right.ahd, right.severity]).toEqual([1, 0, null]);
    expect(right.perNode?.map(({ images, accuracy }) => [images, accuracy])).toEqual([
      [1, 1],
      [1, 1],
      [0, null],
      [0, null],
    ]);
  });

  it('clips the log-loss of an impossible truth at 1e-15, and never goes below 0', () => {
    const two = (...row: number[]) =>
      evaluate({ classes: ['x', 'y'], probabilities: Float64Array.from(row), labels: Int32Array.of(0) }).logLoss;
    expect(two(0, 1)).toBeCloseTo(34.538776394910684, 10);
    expect(two(1, 0)).toBe(0);
    expect(two(1.0005, 0)).toBe(0);
  });

  it('counts the fifth most probable class in, the sixth out', () => {
    const row = Float64Array.of(0.3, 0.2, 0.18, 0.15, 0.1, 0.07);
    const of = (label: number) =>
      evaluate({ classes: [...'abcdef'], probabilities: row, labels: Int32Array.of(label) }).top5;
    expect([of(4), of(5)]).toEqual([1, 0]);
  });

  it('does not mind a tree 60 levels deep', () => {
    const spine = Array.from({ length: 60 }, (_, i) => `level ${i}`);
    const deep = Taxonomy.fromLineages([
      ...spine.slice(0, -1).map((_, i) => ({ label: `side ${i}`, lineage: [...spine.slice(0, i + 1), `side ${i}`] })),
      { label: 'x', lineage: [...spine, 'x'] },
      { label: 'y', lineage: [...spine, 'y'] },
    ]);
    const k = deep.classes.length;
    const at = (name: string) => deep.classes.indexOf(name);
    const rows = new Float64Array(2 * k);
    rows[at('y')] = 1;
    rows[k + at('side 0')] = 1;
    const truth = Int32Array.of(at('x'), at('x'));
    const result = evaluate({ classes: deep.classes, probabilities: rows, labels: truth }, { taxonomy: deep });
    expect(result.ahd).toBe((1 + 60) / 2);
    expect(result.hierarchical).toEqual({ precision: 59 / 61, recall: 59 / 120, f1: 118 / 181 });
  });
});
