import { describe, expect, it } from 'vitest';
import { EcotaxaCategories, ecotaxaLineages } from '../../../src/formats/ecotaxa/categories.js';

/** Taxa of lines given as `[category, id, hierarchy]`. */
function taxaOf(...lines: readonly (readonly [category: string, id?: string, hierarchy?: string])[]) {
  const categories = new EcotaxaCategories();
  const numbers = lines.map(([category, categoryId = '', hierarchy = '']) =>
    categories.add({ category, categoryId, hierarchy }),
  );
  const { categories: all, problems } = categories.all('export');
  return { taxa: numbers.map((number) => all[number ?? -1]), problems };
}
const labelsOf = (...lines: readonly (readonly [category: string, id?: string, hierarchy?: string])[]) =>
  taxaOf(...lines).taxa.map((taxon) => taxon?.label);

describe('taxa of EcoTaxa tables', () => {
  it('are told apart by number and path, never by name alone', () => {
    expect(
      labelsOf(
        ['fiber', '', 'not-living>detritus>fiber'],
        ['fiber', '', 'not-living>plastic>fiber'],
        ['egg', '1'],
        ['egg', '2'],
        ['Oncaeidae', '78418'],
      ),
    ).toEqual(['fiber<detritus', 'fiber<plastic', 'egg (1)', 'egg (2)', 'Oncaeidae']);
  });

  it('are one where number or path are the same, whatever they are called', () => {
    const { taxa, problems } = taxaOf(
      ['Copepoda', '12', ''],
      ['Copepods', '12', 'living>Copepoda'],
      ['Copepoda', '', 'living>Copepoda'],
      ['Copepoda', '', 'living > Copepoda'],
      ['Copepods'],
      [''],
    );
    expect(problems).toEqual([]);
    expect(taxa[0]).toEqual({ label: 'Copepoda', id: '12', path: ['living', 'Copepoda'] });
    expect(taxa.slice(0, 5)).toAllSatisfy((taxon) => taxon === taxa[0]);
    expect(taxa[5]).toBeUndefined();
  });

  it('are not guessed from a name that several have', () => {
    expect(taxaOf(['egg', '1'], ['egg', '2'], ['egg']).problems).toMatchObject([
      { where: 'export', received: "'egg', which several taxa are called: 1 and 2" },
    ]);
  });

  it('make a taxonomy, in which a taxon above others has a leaf of its own', () => {
    const { taxa } = taxaOf(
      ['Cyclopoida', '', 'Biota>Copepoda>Cyclopoida'],
      ['Oncaeidae', '', 'Biota>Copepoda>Cyclopoida>Oncaeidae'],
      ['detritus', '', 'not-living>detritus'],
      ['t001', '85012', ''],
    );
    const { lineages, problems } = ecotaxaLineages(
      taxa.flatMap((taxon) => taxon ?? []),
      'export',
    );
    expect(lineages).toEqual([
      { label: 'Cyclopoida', lineage: ['Biota', 'Copepoda', 'Cyclopoida', 'Cyclopoida'] },
      { label: 'Oncaeidae', lineage: ['Biota', 'Copepoda', 'Cyclopoida', 'Oncaeidae'] },
      { label: 'detritus', lineage: ['not-living', 'detritus'], biological: false },
    ]);
    expect(problems).toMatchObject([{ received: 'none for t001' }]);
  });
});
