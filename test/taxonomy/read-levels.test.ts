/** Grouping tables: `class,level0,level1,...`. */
import { isLeft } from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { type ParseOptions, parseTaxonomy } from '../../src/taxonomy/parse.js';
import type { TaxonomyTable } from '../../src/taxonomy/read-table.js';

function read(text: string, options: ParseOptions = {}) {
  const parsed = parseTaxonomy(text, options);
  if (isLeft(parsed)) throw new Error(JSON.stringify(parsed.left));
  return parsed.right;
}
const leaves = (text: string, options?: ParseOptions) => {
  const taxonomy = read(text, options);
  return Object.fromEntries(taxonomy.classes.map((label) => [label, taxonomy.leafOf(label)]));
};
const problems = (text: string) => {
  const parsed = parseTaxonomy(text, { source: 'groups.csv' });
  return isLeft(parsed)
    ? parsed.left.map(({ where, received }) => `${where}: ${received}`)
    : expect.fail('it was read');
};

describe('a grouping table', () => {
  // As plankton_classif has them, with blanks as R writes them.
  const table = [
    'lineage,taxon,level1,level2,plankton',
    '/a,Calanidae,Calanidae,Copepoda,TRUE',
    '/b,Oithonidae,Oithonidae,Copepoda,TRUE',
    '/c,larvae<Annelida,larvae_Annelida,Annelida,TRUE',
    '/d,Annelida,Annelida,Annelida,TRUE',
    '/e,detritus,detritus,detritus,FALSE',
    '/f,fiber,,detritus,FALSE',
    '/g,bubble,NA,,FALSE',
  ].join('\n');

  it('is read from the finest level to the coarsest; blank and repeated ones are skipped', () => {
    const paths = leaves(table, { singleChild: 'keep' });
    expect(paths).toEqual({
      Calanidae: 'Copepoda>Calanidae',
      Oithonidae: 'Copepoda>Oithonidae',
      'larvae<Annelida': 'Annelida>larvae_Annelida>larvae<Annelida',
      Annelida: 'Annelida>Annelida',
      detritus: 'detritus>detritus',
      fiber: 'detritus>fiber',
    });
    // Levels that only rename have nothing to decide.
    expect(leaves(table)['larvae<Annelida']).toBe('Annelida>larvae<Annelida');
  });

  it('leaves out classes without any group', () => {
    expect([...read(table).dropped]).toEqual(['bubble']);
    expect(read(table).classes).not.toContain('bubble');
    expect(problems('class,level0\na,\nb,\n')).toEqual(['groups.csv: none']);
  });

  it('is read the other way around where only that makes groups of groups', () => {
    const tables: TaxonomyTable[] = [];
    const coarsest =
      'class;level_0;level_1\nc1;Crustacea;Copepoda\nc2;Crustacea;Copepoda\nk;Crustacea;Krill\nm;Mollusca;\n';
    expect(leaves(coarsest, { onTable: (one) => tables.push(one) })).toEqual({
      c1: 'Crustacea>Copepoda>c1',
      c2: 'Crustacea>Copepoda>c2',
      k: 'Crustacea>k',
      m: 'm',
    });
    read(table, { onTable: (one) => tables.push(one) });
    expect(tables).toEqual([
      { columns: ['class', 'level_0', 'level_1'], separator: undefined, isFinestFirst: false, rows: 4 },
      { columns: ['taxon', 'level1', 'level2'], separator: undefined, isFinestFirst: true, rows: 7 },
    ]);
  });

  it('is refused with every problem and its line', () => {
    expect(problems('class,level0,level1\na,A,X\na,B,X\nb,B\n,C,X\nd,"e>f",X\n')).toEqual([
      expect.stringMatching(/^groups.csv, line 3: 'a' in a second place: 'X>B>a' besides 'X>A>a'/),
      'groups.csv, line 4: 2',
      expect.stringMatching(/^groups.csv, line 5: .*an empty name/),
      expect.stringMatching(/^groups.csv, line 6: a '>' in the name 'e>f'/),
    ]);
  });

  it('with a column of paths is read by these', () => {
    expect(leaves('class,path,level0\na,T>a,x\nb,T>b,y\n')).toEqual({ a: 'T>a', b: 'T>b' });
  });
});
