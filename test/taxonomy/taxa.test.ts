import { isLeft } from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { editTaxonomy } from '../../src/taxonomy/edit.js';
import { markNonBiological } from '../../src/taxonomy/mark-non-biological.js';
import { parseTaxonomy } from '../../src/taxonomy/parse.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';

const copepods = Taxonomy.fromLineages([
  {
    label: 'Acartia',
    lineage: ['Copepoda', 'Calanoida', 'Acartia'],
    taxa: [
      { id: '1080', rank: 'Class' },
      { id: '1100.0', rank: 'Order' },
      { id: '104108', rank: 'genus' },
    ],
  },
  { label: 'Oithona', lineage: ['Copepoda', 'Oithona'], taxa: [{}, { id: '106485', rank: 'Genus' }] },
  { label: 'Temora', lineage: ['Copepoda', 'Calanoida', 'Temora'] },
]);
const taxonOf = (taxonomy: Taxonomy, path: string) => {
  const { id, rank } = taxonomy.node(path);
  return { id, rank };
};
const problemsOf = (text: string) => {
  const result = parseTaxonomy(text, { source: 't', singleChild: 'keep' });
  return isLeft(result) ? result.left : [];
};

describe('ids and ranks', () => {
  it('are on the nodes, ranks in lower case, whole numbers without decimals', () => {
    expect(copepods.nodes().map(({ path, id, rank }) => [path, id, rank])).toEqual([
      ['Copepoda', '1080', 'class'],
      ['Copepoda>Calanoida', '1100', 'order'],
      ['Copepoda>Calanoida>Acartia', '104108', 'genus'],
      ['Copepoda>Calanoida>Temora', undefined, undefined],
      ['Copepoda>Oithona', '106485', 'genus'],
    ]);
  });

  it('stay when classes are taken out, marked, added, moved and merged', () => {
    const fewer = copepods.restrictTo(['Acartia', 'Oithona']);
    // Calanoida has a single child left, which takes its place.
    expect(taxonOf(fewer, 'Copepoda>Acartia')).toEqual({ id: '104108', rank: 'genus' });
    expect(taxonOf(markNonBiological(copepods, ['Temora']), 'Copepoda')).toEqual({ id: '1080', rank: 'class' });
    const moved = editTaxonomy(copepods, [
      { kind: 'add', label: 'nauplius', parent: 'Copepoda' },
      { kind: 'add', label: 'Centropages', parent: 'Calanoida' },
      { kind: 'move', node: 'Acartia', parent: 'Copepoda' },
    ]);
    expect(taxonOf(moved, 'Copepoda>Acartia')).toEqual({ id: '104108', rank: 'genus' });
    expect(taxonOf(moved, 'Copepoda>Calanoida')).toEqual({ id: '1100', rank: 'order' });
    expect(taxonOf(moved, 'Copepoda>nauplius')).toEqual({ id: undefined, rank: undefined });
  });

  it('are read from columns of paths and of edges', () => {
    const paths = parseTaxonomy(
      'class,path,ranks,ids\nAcartia,Copepoda>Acartia,Class>Genus,1080>104108.0\nfibre,detritus>fibre,,\nfaeces,detritus>faeces,,\nb,Copepoda>b,,\n',
    );
    const edges = parseTaxonomy(
      'parent,child,id,rank\n,Copepoda,1080,Class\nCopepoda,Acartia,104108,Genus\nCopepoda,b,,\n',
    );
    for (const [result, root] of [
      [paths, ''],
      [edges, 'Copepoda'],
    ] as const) {
      if (isLeft(result)) throw new Error(JSON.stringify(result.left));
      expect(result.right.root).toBe(root);
      expect(taxonOf(result.right, 'Copepoda')).toEqual({ id: '1080', rank: 'class' });
      expect(taxonOf(result.right, 'Copepoda>Acartia')).toEqual({ id: '104108', rank: 'genus' });
      expect(taxonOf(result.right, 'Copepoda>b')).toEqual({ id: undefined, rank: undefined });
    }
  });

  it('are refused where they contradict each other, each with its line', () => {
    expect(
      problemsOf(
        'class,path,ids,ranks\na,T>a,1>2,order>genus\nb,T>b,9>3,\nc,T>c,1>2,\nd,T>d,1>2>3,\ne,T>e,1>,family>\n',
      ),
    ).toEqual([
      { where: 't, line 3', expected: "one id for 'T'", received: "'9' besides '1' (t, line 2)" },
      {
        where: 't, line 4',
        expected: 'each id on one node',
        received: "'2' on 'T>c' and on 'T>a' (t, line 2)",
        remedy: 'Give the id to the node above both, or to one of them.',
      },
      {
        where: 't, line 5',
        expected: "2 ids joined by '>', one for each name of the path, empty where it is not known",
        received: "3: '1>2>3'",
      },
      { where: 't, line 6', expected: "one rank for 'T'", received: "'family' besides 'order' (t, line 2)" },
    ]);
  });
});
