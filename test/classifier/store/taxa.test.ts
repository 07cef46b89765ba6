import { describe, expect, it } from 'vitest';
import { storedTaxonomy } from '../../../src/classifier/store/check-description.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';

describe('the taxonomy of a stored tree', () => {
  it('keeps ids and ranks, and is that of older folders without them', () => {
    const lineages = [
      { label: 'a', lineage: ['T', 'a'], taxa: [{ id: '1', rank: 'class' }, { rank: 'genus' }] },
      { label: 'b', lineage: ['T', 'b'] },
    ];
    const taxonomy = Taxonomy.fromLineages(lineages);
    const stored = JSON.parse(JSON.stringify({ lineages: taxonomy.lineages() }));
    expect(stored.lineages[1]).toEqual({ label: 'b', lineage: ['T', 'b'], taxa: [{ id: '1', rank: 'class' }, {}] });
    expect(storedTaxonomy(stored).nodes()).toEqual(taxonomy.nodes());
    const old = storedTaxonomy({ lineages: lineages.map(({ label, lineage }) => ({ label, lineage })) });
    expect(old.lineages()).toEqual(lineages.map(({ label, lineage }) => ({ label, lineage })));
  });
});
