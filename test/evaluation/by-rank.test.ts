import { describe, expect, it } from 'vitest';
import { accuracyAtRank } from '../../src/evaluation/by-rank.js';
import { evaluate } from '../../src/evaluation/evaluate.js';
import { rankTable } from '../../src/report/tables/rank-table.js';
import { nodesAtRank, ranksOf } from '../../src/taxonomy/ranks.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';

/** Lineages as `name rank` steps; ragged, with skipped ranks, a life stage below a genus, and something without ranks. */
const taxonomy = Taxonomy.fromLineages(
  [
    ['Copepoda class', 'Calanoida order', 'Acartiidae family', 'Acartia genus', 'A clausi species'],
    ['Copepoda class', 'Calanoida order', 'Acartiidae family', 'Acartia genus', 'A tonsa species'],
    // No order and no family.
    ['Copepoda class', 'Oithona genus', 'O similis species'],
    ['Copepoda class', 'Oithona genus', 'nauplius'],
    ['Copepoda class', 'Calanoida order', 'Temoridae family'],
    ['detritus'],
  ].map((steps) => {
    const names = steps.map((step) => step.split(/ (?=[a-z]+$)/));
    return {
      label: names.at(-1)?.[0] ?? '',
      lineage: names.map(([name = '']) => name),
      taxa: names.map(([, rank]) => ({ rank })),
    };
  }),
  { singleChild: 'keep' },
);

describe('accuracy at each rank', () => {
  it('lists ranks from the top down, those without a known place last', () => {
    expect(ranksOf(taxonomy)).toEqual(['class', 'order', 'family', 'genus', 'species']);
    const [a, b] = [{ rank: 'section' }, { rank: 'Subclass' }];
    const other = Taxonomy.fromLineages([
      { label: 'x', lineage: ['T', 'x'], taxa: [{ rank: 'infraorder' }, a] },
      { label: 'y', lineage: ['T', 'y'], taxa: [{}, b] },
    ]);
    expect(ranksOf(other)).toEqual(['subclass', 'infraorder', 'section']);
  });

  it('lets the first taxon below a skipped rank stand for it, and nothing for a class above the rank', () => {
    const classes = taxonomy.classes;
    expect(Object.fromEntries(nodesAtRank(taxonomy, 'order').map((path, i) => [classes[i], path]))).toEqual({
      'A clausi': 'Copepoda>Calanoida',
      'A tonsa': 'Copepoda>Calanoida',
      'O similis': 'Copepoda>Oithona',
      nauplius: 'Copepoda>Oithona',
      Temoridae: 'Copepoda>Calanoida',
      detritus: undefined,
    });
    expect(nodesAtRank(taxonomy, 'species')[classes.indexOf('nauplius')]).toBeUndefined();
    expect(nodesAtRank(taxonomy, 'genus')[classes.indexOf('Temoridae')]).toBeUndefined();
  });

  it('counts what is right at each, and leaves out what lies above', () => {
    const classes = ['A clausi', 'A tonsa', 'O similis', 'nauplius', 'Temoridae', 'detritus'];
    const decisions = Int32Array.of(1, 1, 3, 2, 0, 0, 4);
    const labels = Int32Array.of(0, 1, 2, 3, 4, 5, 0);
    const ranks = accuracyAtRank(taxonomy, classes, labels, decisions) ?? [];
    expect(ranks).toEqual([
      { rank: 'class', images: 6, leftOut: 1, accuracy: 1 },
      { rank: 'order', images: 6, leftOut: 1, accuracy: 1 },
      { rank: 'family', images: 6, leftOut: 1, accuracy: 4 / 6 },
      { rank: 'genus', images: 5, leftOut: 2, accuracy: 4 / 5 },
      { rank: 'species', images: 4, leftOut: 3, accuracy: 1 / 4 },
    ]);
    expect(rankTable(ranks).split('\n').slice(-4)).toEqual([
      'genus      80.0 %       5         2',
      'species    25.0 %       4         3',
      '',
      'Left out: images whose true class lies above the rank, or has no rank.',
    ]);
  });

  it('is part of an evaluation, null where no node has a rank', () => {
    const input = { classes: ['a', 'b'], probabilities: Float64Array.of(1, 0), labels: Int32Array.of(0) };
    const lineages = [
      { label: 'a', lineage: ['a'], taxa: [{ rank: 'genus' }] },
      { label: 'b', lineage: ['b'] },
    ];
    const { accuracyAtRank: ranked } = evaluate(input, { taxonomy: Taxonomy.fromLineages(lineages) });
    expect(ranked).toEqual([{ rank: 'genus', images: 1, leftOut: 0, accuracy: 1 }]);
    const bare = Taxonomy.fromLineages(lineages.map(({ label, lineage }) => ({ label, lineage })));
    expect(evaluate(input, { taxonomy: bare }).accuracyAtRank).toBeNull();
    expect(evaluate(input).accuracyAtRank).toBeNull();
  });
});
