import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { isLeft } from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { CladenetError } from '../../src/errors.js';
import { parseTaxonomy, TAXONOMY_FORMATS } from '../../src/taxonomy/parse.js';
import { readTaxonomy } from '../../src/taxonomy/read.js';
import { type Lineage, Taxonomy } from '../../src/taxonomy/taxonomy.js';
import { formatTaxonomy, toCsv, toJson, writeTaxonomy } from '../../src/taxonomy/write.js';
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

describe('formatTaxonomy', () => {
  it('reads back as the same taxonomy from every format, or says what is lost', () => {
    fc.assert(
      fc.property(identified, fc.constantFrom(...TAXONOMY_FORMATS), (entries, format) => {
        const tree = Taxonomy.fromLineages(entries, { singleChild: 'keep' });
        const { text, lost } = formatTaxonomy(tree, format);
        const result = parseTaxonomy(text, { singleChild: 'keep', format });
        if (isLeft(result)) throw new Error(`${text}\n${JSON.stringify(result.left)}`);
        const again = result.right;
        if (lost.length === 0) expect(again.lineages()).toEqual(tree.lineages());
        expect(again.nodes().map(({ path }) => path)).toEqual(tree.nodes().map(({ path }) => path));
        const ofWorms = (id: string | undefined) => (/^(0|[1-9]\d*)$/.test(id ?? '') ? id : undefined);
        const kept = { worms: [true, ofWorms], newick: [false, () => undefined] }[format as 'worms' | 'newick'];
        const [ranks, ids] = (kept ?? [true, (id) => id]) as [boolean, (id: string | undefined) => string | undefined];
        expect(again.nodes().map(({ id, rank }) => [id, rank])).toEqual(
          tree.nodes().map(({ id, rank }) => [ids(id), ranks ? rank : undefined]),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('says what WoRMS and Newick cannot hold', () => {
    const tree = Taxonomy.fromLineages([
      { label: 'a class', lineage: ['T', 'a'], taxa: [{ id: '1', rank: 'class' }, { id: 'urn:x' }] },
      { label: 'b', lineage: ['T', 'b'], biological: false },
    ]);
    const others = ['1 class whose label is not the name of its node', 'the marks of 1 non-biological class'];
    expect(formatTaxonomy(tree, 'worms').lost).toEqual(['1 id', ...others]);
    expect(formatTaxonomy(tree, 'newick')).toEqual({ text: '(a,b)T;\n', lost: ['2 ids', '1 rank', ...others] });
    expect(formatTaxonomy(tree, 'darwin-core')).toEqual({
      text: 'taxonID,parentNameUsageID,scientificName,taxonRank,label,biological\n1,,T,class,,\nurn:x,1,a,,a class,true\npath:T>b,1,b,,,false\n',
      lost: [],
    });
    expect(formatTaxonomy(taxonomy, 'worms').text.split('\n')[1]).toBe(
      '  {"AphiaID": null, "rank": null, "scientificname": "Plankton", "child": {"AphiaID": null, "rank": null, ' +
        '"scientificname": "Copepod", "child": {"AphiaID": null, "rank": null, "scientificname": "b", "child": null}}},',
    );
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
