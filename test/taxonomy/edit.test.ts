import { describe, expect, it } from 'vitest';
import { CladenetError } from '../../src/errors.js';
import { editTaxonomy, parseEdit, type TaxonomyEdit } from '../../src/taxonomy/edit.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';

const of = (paths: readonly string[], options = {}) =>
  Taxonomy.fromLineages(
    paths.map((path) => ({ label: path.split('>').at(-1) ?? '', lineage: path.split('>') })),
    options,
  );
const paths = (taxonomy: Taxonomy) => taxonomy.classes.map((name) => taxonomy.leafOf(name));

const plankton = of([
  'Plankton>Crustacea>Copepoda>calanoid',
  'Plankton>Crustacea>Copepoda>cyclopoid',
  'Plankton>Crustacea>krill',
  'Plankton>Cnidaria>hydra',
  'Plankton>Cnidaria>medusa',
  'Plankton>Gelata>salp',
  'Plankton>Gelata>Ctenophora>beroe',
  'Plankton>Gelata>Ctenophora>cydippid',
]);
const edit = (...edits: TaxonomyEdit[]) => paths(editTaxonomy(plankton, edits));

describe('changes of a taxonomy', () => {
  it('adds a class below a node, given by its path or by a unique name', () => {
    for (const parent of ['Copepoda', 'Plankton>Crustacea>Copepoda']) {
      const added = edit({ kind: 'add', label: 'harpacticoid', parent });
      expect(added).toHaveLength(9);
      expect(added).toContain('Plankton>Crustacea>Copepoda>harpacticoid');
    }
  });

  it('moves a node with all that is below it', () => {
    expect(edit({ kind: 'move', node: 'Ctenophora', parent: 'Cnidaria' })).toEqual([
      'Plankton>Cnidaria>Ctenophora>beroe',
      'Plankton>Cnidaria>Ctenophora>cydippid',
      'Plankton>Cnidaria>hydra',
      'Plankton>Cnidaria>medusa',
      'Plankton>Crustacea>Copepoda>calanoid',
      'Plankton>Crustacea>Copepoda>cyclopoid',
      'Plankton>Crustacea>krill',
      // Gelata had two children: the one that is left takes its place.
      'Plankton>salp',
    ]);
    expect(edit({ kind: 'move', node: 'krill', parent: 'Plankton' })).toContain('Plankton>krill');
  });

  it('merges nodes at the place of the first', () => {
    const merged = edit({ kind: 'merge', nodes: ['Ctenophora', 'Cnidaria'], name: 'Coelenterata' });
    expect(merged.filter((path) => path.includes('Gelata'))).toEqual([
      'Plankton>Gelata>Coelenterata>beroe',
      'Plankton>Gelata>Coelenterata>cydippid',
      'Plankton>Gelata>Coelenterata>hydra',
      'Plankton>Gelata>Coelenterata>medusa',
      'Plankton>Gelata>salp',
    ]);
    expect(edit({ kind: 'merge', nodes: ['Cnidaria', 'Gelata'], name: 'Gelata' })).toContain('Plankton>Gelata>medusa');
  });

  it('makes them in the given order', () => {
    const edited = edit(
      { kind: 'merge', nodes: ['Cnidaria', 'Gelata'], name: 'Jelly' },
      { kind: 'move', node: 'Ctenophora', parent: 'Plankton' },
      { kind: 'add', label: 'siphonophore', parent: 'Jelly' },
    );
    expect(edited.filter((path) => path.includes('Jelly'))).toEqual([
      'Plankton>Jelly>hydra',
      'Plankton>Jelly>medusa',
      'Plankton>Jelly>salp',
      'Plankton>Jelly>siphonophore',
    ]);
    expect(edited).toContain('Plankton>Ctenophora>beroe');
  });

  it('works below an implicit root, and leaves chains that were kept', () => {
    const two = of(['A>a', 'A>b', 'B>C>c', 'B>C>d'], { singleChild: 'keep' });
    expect(paths(editTaxonomy(two, [{ kind: 'add', label: 'e', parent: '(root)' }]))).toContain('e');
    expect(paths(editTaxonomy(two, [{ kind: 'move', node: 'C', parent: '(root)' }]))).toEqual([
      'A>a',
      'A>b',
      'C>c',
      'C>d',
    ]);
    expect(paths(editTaxonomy(two, [{ kind: 'move', node: 'c', parent: 'A' }]))).toContain('B>C>d');
    expect(paths(editTaxonomy(two, [{ kind: 'move', node: 'A', parent: 'C' }]))).toEqual([
      'B>C>A>a',
      'B>C>A>b',
      'B>C>c',
      'B>C>d',
    ]);
  });

  it('reports everything that is wrong with any of them, and changes nothing', () => {
    const before = paths(plankton);
    const wrong: TaxonomyEdit[] = [
      { kind: 'add', label: 'x', parent: 'Copepda' },
      { kind: 'add', label: 'salp', parent: 'Cnidaria' },
      { kind: 'add', label: 'Copepoda', parent: 'Crustacea' },
      { kind: 'add', label: 'x', parent: 'krill' },
      { kind: 'add', label: 'x>y', parent: 'Cnidaria' },
      { kind: 'move', node: 'Plankton', parent: 'Cnidaria' },
      { kind: 'move', node: 'Gelata', parent: 'Ctenophora' },
      { kind: 'move', node: 'krill', parent: 'Crustacea' },
      { kind: 'merge', nodes: ['Gelata', 'Ctenophora'], name: 'Jelly' },
      { kind: 'merge', nodes: ['Gelata'], name: 'Jelly' },
      { kind: 'merge', nodes: ['Cnidaria', 'Gelata'], name: 'Crustacea' },
    ];
    const attempt = () => {
      try {
        editTaxonomy(plankton, wrong);
      } catch (error) {
        return error instanceof CladenetError ? error.problems : [];
      }
      return [];
    };
    const problems = attempt();
    expect(problems.map(({ where }) => where)).toEqual([
      'add x below Copepda',
      'add salp below Cnidaria',
      'add Copepoda below Crustacea',
      'add x below krill',
      'add x>y below Cnidaria',
      'move Plankton below Cnidaria',
      'move Gelata below Ctenophora',
      'move krill below Crustacea',
      'merge Gelata and Ctenophora',
      'merge Gelata',
      'merge Cnidaria and Gelata',
    ]);
    expect(problems[0]?.remedy).toMatch(/Did you mean 'Copepoda'/);
    expect(problems[3]?.received).toBe('the leaf of krill');
    expect(paths(plankton)).toEqual(before);
  });
});

describe('edits as they are typed', () => {
  it('are read', () => {
    expect(parseEdit('add', 'ring=Gelata')).toEqual({ kind: 'add', label: 'ring', parent: 'Gelata' });
    expect(parseEdit('move', ' Gelata = Plankton ')).toEqual({ kind: 'move', node: 'Gelata', parent: 'Plankton' });
    expect(parseEdit('merge', 'soft=Gelata, Cnidaria')).toEqual({
      kind: 'merge',
      name: 'soft',
      nodes: ['Gelata', 'Cnidaria'],
    });
  });

  it('of another form are none', () => {
    for (const typed of ['ring', '=Gelata', 'ring=', ' = ']) expect(parseEdit('add', typed), typed).toBeUndefined();
  });
});
