/** Which nodes decide otherwise when the taxonomy is changed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planGrowth } from '../../src/growing/growth-plan.js';
import { editTaxonomy, type TaxonomyEdit } from '../../src/taxonomy/edit.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { lineages } from '../taxonomy/arbitrary.js';

const of = (paths: readonly string[]) =>
  Taxonomy.fromLineages(paths.map((path) => ({ label: path.split('>').at(-1) ?? '', lineage: path.split('>') })));
const before = of(['A>a', 'A>b', 'B>C>c', 'B>C>d', 'B>e', 'f>g', 'f>h']);
const nodesOf = (taxonomy: Taxonomy) =>
  taxonomy.decidingNodes().map(({ path, children }) => ({ path, children, images: 1, summary: null }));
const grow = (...edits: TaxonomyEdit[]) => planGrowth(before, nodesOf(before), editTaxonomy(before, edits));
const trained = (...edits: TaxonomyEdit[]) => grow(...edits).changed.map(({ path }) => path);

describe('what a change of the taxonomy changes', () => {
  it('a new class changes what is decided in the node that it is put below, and in those above', () => {
    const { kept, changed, added } = grow({ kind: 'add', label: 'z', parent: 'B>C' });
    expect(added).toEqual(['z']);
    expect(changed).toMatchObject([
      { path: '', gained: ['z'], lost: [] },
      { path: 'B', gained: ['z'], lost: [] },
      { path: 'B>C', gained: ['z'], lost: [] },
    ]);
    expect(kept.map(({ path }) => path)).toEqual(['A', 'f']);
  });

  it('a move changes what is decided between the old place and the new one, but not in what moves', () => {
    expect(trained({ kind: 'move', node: 'B>C', parent: 'A' })).toEqual(['', 'A']);
    // B lost C and gave its place to e.
    expect(trained({ kind: 'move', node: 'e', parent: 'B>C' })).toEqual(['C']);
    expect(grow({ kind: 'move', node: 'e', parent: 'B>C' }).changed).toMatchObject([{ gained: [], lost: [] }]);
  });

  it('a merge changes the merged node and those above the old ones', () => {
    const { changed, kept } = grow({ kind: 'merge', nodes: ['A', 'f'], name: 'AF' });
    expect(changed).toMatchObject([{ path: '' }, { path: 'AF', before: undefined, gained: [] }]);
    expect(kept.map(({ path, from }) => [path, from.path])).toEqual([
      ['B', 'B'],
      ['B>C', 'B>C'],
    ]);
  });

  it('names do not decide: a node goes on under another name, its children in another order', () => {
    const renamed = of(['A>a', 'A>b', 'Y>Z>c', 'Y>Z>d', 'Y>e', 'X>g', 'X>h']);
    const { kept, changed } = planGrowth(before, nodesOf(before), renamed);
    expect(changed).toEqual([]);
    expect(kept.map(({ path, from, order }) => [path, from.path, order])).toEqual([
      // A, B, f became A, X, Y.
      ['', '', [0, 2, 1]],
      ['A', 'A', [0, 1]],
      ['X', 'f', [0, 1]],
      ['Y', 'B', [0, 1]],
      ['Y>Z', 'B>C', [0, 1]],
    ]);
  });

  it('any new class: exactly the nodes above it are trained', () => {
    fc.assert(
      fc.property(lineages, fc.nat(), (entries, pick) => {
        const taxonomy = Taxonomy.fromLineages(entries, { singleChild: 'keep' });
        const inner = taxonomy.internalNodes();
        const parent = inner[pick % inner.length]?.path ?? '';
        const grown = editTaxonomy(taxonomy, [
          { kind: 'add', label: 'a class that is new', parent: parent || '(root)' },
        ]);
        const { changed, kept } = planGrowth(taxonomy, nodesOf(taxonomy), grown);
        const above = grown.lineage(grown.leafOf('a class that is new')).slice(0, -1);
        const deciding = new Set(grown.decidingNodes().map(({ path }) => path));
        expect(changed.map(({ path }) => path)).toEqual(above.filter((path) => deciding.has(path)));
        expect(kept.length + changed.length).toBe(deciding.size);
      }),
    );
  });
});
