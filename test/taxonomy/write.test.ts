import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { isLeft } from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { CladenetError } from '../../src/errors.js';
import { parseTaxonomy } from '../../src/taxonomy/parse.js';
import { readTaxonomy } from '../../src/taxonomy/read.js';
import { type Lineage, Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { toCsv, toJson, writeTaxonomy } from '../../src/taxonomy/write.js';
import { identified } from './arbitrary.js';

const taxonomy = Taxonomy.fromLineages([
  { label: 'calanoid', lineage: ['Plankton', 'Copepod', 'calanoid'] },
  { label: 'a, "b"', lineage: ['Plankton', 'Copepod', 'b'] },
  { label: 'fish', lineage: ['Plankton', 'fish'] },
]);

describe('text', () => {
  it('as CSV has one class per line', () => {
    expect(toCsv(taxonomy)).toBe(`class,path
"a, ""b""",Plankton>Copepod>b
calanoid,Plankton>Copepod>calanoid
fish,Plankton>fish
`);
  });

  it('as JSON has one node per line', () => {
    expect(toJson(taxonomy)).toBe(`{"name": "Plankton", "children": [
  {"name": "Copepod", "children": [
    {"name": "b", "label": "a, \\"b\\""},
    {"name": "calanoid"}
  ]},
  {"name": "fish"}
]}
`);
  });

  it('reads back as the same taxonomy', () => {
    const isSame = (entries: Lineage[]): void => {
      const tree = Taxonomy.fromLineages(entries, { singleChild: 'keep' });
      for (const text of [toCsv(tree), toJson(tree)]) {
        const again = parseTaxonomy(text, { singleChild: 'keep' });
        if (isLeft(again)) throw new Error(JSON.stringify(again.left));
        expect(again.right.nodes()).toEqual(tree.nodes());
        expect(again.right.root).toBe(tree.root);
        expect(again.right.lineages()).toEqual(tree.lineages());
      }
    };
    fc.assert(fc.property(identified, isSame), { numRuns: 150 });
    // Without a '>' in any path, the slashes in names must not be taken for separators.
    isSame([
      { label: 'x', lineage: ['a/b'] },
      { label: 'y', lineage: ['a/c'] },
    ]);
  });
});

describe('writeTaxonomy', () => {
  it('writes the format of the extension, whole or not at all, and reads back', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cladenet-taxonomy-'));
    try {
      for (const name of ['tree.csv', 'new/tree.JSON']) {
        await writeTaxonomy(taxonomy, join(folder, name));
        expect((await readTaxonomy(join(folder, name))).nodes()).toEqual(taxonomy.nodes());
      }
      await expect(writeTaxonomy(taxonomy, join(folder, 'tree.xml'))).rejects.toThrow(CladenetError);
      expect((await readdir(folder)).sort()).toEqual(['new', 'tree.csv']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
