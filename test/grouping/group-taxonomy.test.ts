import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CladenetError } from '../../src/errors.js';
import { groupClasses } from '../../src/grouping/group-classes.js';
import { nameGroups } from '../../src/grouping/group-names.js';
import { groupTaxonomy } from '../../src/grouping/group-taxonomy.js';
import type { Grouping } from '../../src/grouping/grouping.js';
import { parseTaxonomy } from '../../src/taxonomy/parse.js';
import { toCsv, toJson } from '../../src/taxonomy/write.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { anyConfusion, SEVEN } from './samples.js';

describe('names of groups', () => {
  test.each<[string[], string]>([
    [['copepod_calanoid', 'copepod_cyclopoid_oithona'], 'copepod'],
    [['fish_larvae_deep_body', 'fish_larvae_thin_body', 'fish_larvae_myctophids'], 'fish_larvae'],
    [['echinoderm larva (a)', 'Echinoderm-Larva b'], 'echinoderm larva'],
    [['jellies', 'copepod_calanoid', 'copepod_eggs'], 'copepod+1'],
    [['chaetognath_other', 'copepod_other'], 'other'],
    [['diatom_chain', 'copepods'], 'diatom_chain+1'],
    [['a_1', 'a_2'], 'a_1+1'],
    [['copepods', 'copepod_eggs'], 'copepods+1'],
    [['Осётр белый', 'Осётр чёрный'], 'Осётр'],
  ])('%j is %s', (members, name) => {
    expect(nameGroups([members], members)).toEqual([name]);
  });

  test('are none of the classes and none twice, whatever their case', () => {
    const groups = [
      ['copepod_a', 'copepod_b'],
      ['copepod_c', 'copepod_d'],
      ['shrimp_zoea', 'shrimp_adult'],
    ];
    expect(nameGroups(groups, [...groups.flat(), 'Shrimp', 'SHRIMP_zoea+1'])).toEqual([
      'copepod',
      'copepod_c+1',
      'shrimp_zoea+1 (2)',
    ]);
  });
});

function draw(grouping: Grouping, options = {}): string[] {
  const taxonomy = groupTaxonomy(grouping, options);
  return taxonomy.classes.map((label) => taxonomy.leafOf(label));
}

describe('a taxonomy of groups', () => {
  test('flat: a node a group, classes that were left alone at the top', () => {
    expect(draw(groupClasses(SEVEN, { beta: 0.05 }))).toEqual(['0+2>0', '0+2>1', '0+2>2', '3', '4+1>4', '4+1>5', '6']);
    expect(draw(groupClasses(SEVEN, { beta: 0.4 }))).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(groupTaxonomy(groupClasses(SEVEN, { beta: 0.03 })).root).toBe('0+6');
  });

  test('nested: a node a merge', () => {
    const nested = draw(groupClasses(SEVEN, { beta: 0.03 }), { form: 'nested' });
    expect(nested).toEqual([
      '0+6>0+2>0+1>0',
      '0+6>0+2>0+1>2',
      '0+6>0+2>1',
      '0+6>3+3>3+2>3',
      '0+6>3+3>3+2>4+1>4',
      '0+6>3+3>3+2>4+1>5',
      '0+6>3+3>6',
    ]);
  });

  test('nested by levels: only the groups at those similarities', () => {
    const grouping = groupClasses(SEVEN, { beta: 0.03 });
    const levels = (...numbers: number[]) => draw(grouping, { form: 'nested', levels: numbers });
    expect(levels(0.03, 0.2)).toEqual(['0+6>0', '0+6>1', '0+6>2', '0+6>3', '0+6>4+1>4', '0+6>4+1>5', '0+6>6']);
    expect(levels(0.04)).toEqual(['0+2>0', '0+2>1', '0+2>2', '3+3>3', '3+3>4', '3+3>5', '3+3>6']);
    expect(levels(0.03)).toEqual(draw(grouping));
    expect(levels(0.5)).toEqual(['0', '1', '2', '3', '4', '5', '6']);
  });

  test('nested needs merges', () => {
    const grouping = groupClasses(SEVEN, { method: 'kmeans', groups: 4 });
    expect(draw(grouping)).toEqual(draw(groupClasses(SEVEN, { beta: 0.05 })));
    expect(() => groupTaxonomy(grouping, { form: 'nested' })).toThrow(CladenetError);
  });

  test('has each class once, no single children, no name twice, and is read as it was written', () => {
    const form = fc.constantFrom('flat' as const, 'nested' as const);
    const beta = fc.constantFrom(0, 0.02, 0.05);
    const levels = fc.option(fc.array(fc.constantFrom(0, 0.01, 0.03, 0.05, 0.07)), { nil: undefined });
    fc.assert(
      fc.property(anyConfusion, form, beta, levels, (confusion, kind, threshold, at) => {
        const taxonomy = groupTaxonomy(groupClasses(confusion, { beta: threshold }), { form: kind, levels: at });
        expect([...taxonomy.classes].sort()).toEqual([...confusion.classes].sort());
        const names = taxonomy.nodes().map(({ name }) => name.toLowerCase());
        expect(new Set(names).size).toBe(names.length);
        for (const { children } of nonEmpty(taxonomy.internalNodes())) expect(children.length).toBeGreaterThan(1);
        for (const text of [toCsv(taxonomy), toJson(taxonomy)]) {
          expect(parseTaxonomy(text)).toMatchObject({ right: { classes: taxonomy.classes } });
        }
      }),
    );
  });
});
