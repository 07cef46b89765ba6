import { describe, expect, it } from 'vitest';
import { predictionSets } from '../../src/decision/prediction-sets.js';
import { stopAtAncestor } from '../../src/decision/stop-at-ancestor.js';
import { predictionColumns, predictionRows } from '../../src/report/tables/prediction-rows.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';

const classes = ['a', 'b', 'c'];
const taxonomy = Taxonomy.fromLineages([
  { label: 'a', lineage: ['x', 'a'] },
  { label: 'b', lineage: ['x', 'b'] },
  { label: 'c', lineage: ['c'] },
]);
const probabilities = Float32Array.of(0.5, 0.375, 0.125, 0.0625, 0.0625, 0.875);
const decisions = Int32Array.of(1, 2);
const base = { classes, probabilities, decisions, labels: Int32Array.of(-1, -1) };

describe('predictions as rows', () => {
  it('have the decided class, its probability and lineage, and the most probable classes', () => {
    expect(predictionColumns()).toEqual(['path', 'class', 'probability', 'lineage', 'top5']);
    expect(predictionRows(['1.png', '2.png'], base, { taxonomy })).toEqual([
      ['1.png', 'b', '0.375000', 'x>b', 'a=0.5000; b=0.3750; c=0.1250'],
      ['2.png', 'c', '0.875000', 'c', 'c=0.8750; a=0.0625; b=0.0625'],
    ]);
    expect(predictionRows(['1.png', '2.png'], base).map((row) => row[3])).toEqual(['b', 'c']);
  });

  it('have the node where the classifier stopped, and why', () => {
    const minConfidence = 0.75;
    const nodes = stopAtAncestor(probabilities, classes, taxonomy, { threshold: minConfidence, leaves: decisions });
    const options = { taxonomy, minConfidence };
    expect(predictionColumns(options).slice(5)).toEqual(['node', 'node_probability', 'depth', 'why']);
    const rows = predictionRows(['1.png', '2.png'], { ...base, nodes }, options);
    expect(rows.map((row) => row.slice(5))).toEqual([
      ['x', '0.875000', '1', 'x>b has 0.3750, less than 0.7500'],
      ['c', '0.875000', '1', 'sure of the class'],
    ]);
  });

  it('have the set of taxa last, and how many classes it has', () => {
    const sets = { quantile: 0.6, nodes: 1 };
    const found = predictionSets(probabilities, classes, taxonomy, sets);
    const options = { taxonomy, minConfidence: 0.75, sets };
    expect(predictionColumns(options).slice(-3)).toEqual(['why', 'set', 'set_classes']);
    const rows = predictionRows(['1.png', '2.png'], { ...base, sets: found }, options);
    expect(rows.map((row) => row.slice(-2))).toEqual([
      ['x', '2'],
      ['c', '1'],
    ]);
    expect(rows[0]).toHaveLength(predictionColumns(options).length);
  });
});
