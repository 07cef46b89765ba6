import { describe, expect, it } from 'vitest';
import { evaluate } from '../../../src/evaluation/evaluate.js';
import { scoredTree } from '../../../src/report/tables/scored-tree.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';

describe('scoredTree', () => {
  it('has the accuracy of inner nodes, the recall of leaves, and their images, whatever the names', () => {
    const taxonomy = Taxonomy.fromLineages([
      { label: 'a', lineage: ['top', '橈脚類', 'a'] },
      { label: 'b', lineage: ['top', '橈脚類', 'b'] },
      { label: 'none', lineage: ['top', 'none'] },
    ]);
    const probabilities = Float64Array.of(0.8, 0.1, 0.1, 0.6, 0.3, 0.1, 0.1, 0.2, 0.7);
    const predictions = { classes: ['a', 'b', 'none'], probabilities, labels: Int32Array.of(0, 1, 1) };
    expect(scoredTree(taxonomy, evaluate(predictions, { taxonomy })).split('\n')).toEqual([
      'top ········· 66.7 % of    3',
      '├─ none ·········· - of    0',
      '└─ 橈脚類 ··· 66.7 % of    3',
      '   ├─ a ···· 100.0 % of    1',
      '   └─ b ······ 0.0 % of    2',
    ]);
  });
});
