import { describe, expect, it } from 'vitest';
import { drawTree } from '../../src/taxonomy/draw-tree.js';
import { Taxonomy } from '../../src/taxonomy/taxonomy.js';

const taxonomy = Taxonomy.fromLineages([
  { label: 'calanoid', lineage: ['Plankton', 'Copepod', 'calanoid'] },
  { label: 'cyclo', lineage: ['Plankton', 'Copepod', 'cyclopoid'] },
  { label: 'fish', lineage: ['Plankton', 'fish'] },
  { label: 'stick', lineage: ['stick'] },
]);

describe('drawTree', () => {
  it('draws a node per line, with the class if it differs from the name', () => {
    expect(drawTree(taxonomy)).toBe(`(root)
├─ Plankton
│  ├─ Copepod
│  │  ├─ calanoid
│  │  └─ cyclopoid [cyclo]
│  └─ fish
└─ stick`);
  });

  it('aligns annotations on the right, and leaves out empty ones', () => {
    const counts = new Map([['calanoid', 9]]);
    const annotate = ({ label, path }: { label: string | undefined; path: string }): string =>
      label === undefined ? `${taxonomy.classesBelow(path).length * 500}` : `${counts.get(label) ?? ''}`;
    expect(drawTree(taxonomy, { annotate })).toBe(`(root) ······················ 2000
├─ Plankton ················· 1500
│  ├─ Copepod ··············· 1000
│  │  ├─ calanoid ·············· 9
│  │  └─ cyclopoid [cyclo]
│  └─ fish
└─ stick`);
  });

  it('cuts at a depth and counts what is below', () => {
    expect(drawTree(taxonomy, { maxDepth: 1 })).toBe(`(root)
├─ Plankton (3 classes)
└─ stick`);
    expect(drawTree(taxonomy, { maxDepth: 0 })).toBe('(root) (4 classes)');
  });

  it('counts the columns of the terminal, not the characters', () => {
    const names = ['浮游', 'e\u0301', '😀', 'abcd'];
    const tree = Taxonomy.fromLineages(names.map((label) => ({ label, lineage: ['T', label] })));
    expect(drawTree(tree, { annotate: () => '1' })).toBe(`T ········ 1
├─ abcd ·· 1
├─ e\u0301 ····· 1
├─ 浮游 ·· 1
└─ 😀 ···· 1`);
  });
});
