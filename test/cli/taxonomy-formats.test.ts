import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cladenet } from './cli.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cladenet-names-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

const TAXA = `taxonID,parentNameUsageID,scientificName,taxonRank,taxonomicStatus,acceptedNameUsageID
1080,,Copepoda,Class,accepted,
104108,1080,Acartia,Genus,accepted,
9,1080,Acartiella,Genus,unaccepted,104108
106485,1080,Oithona,Genus,accepted,
`;

describe('cladenet taxonomy', () => {
  it('shows ids and ranks, follows synonyms, and converts among all formats', async () => {
    writeFileSync(at('taxa.csv'), TAXA);
    const shown = await cladenet(['taxonomy', at('taxa.csv')]);
    expect(shown.stderr).toMatch(/'Acartiella' is 'Acartia'/);
    expect(shown.stdout).toMatch(
      /^Copepoda [·]+ class {2}1080 {2}2 classes\n├─ Acartia [·]+ genus {2}104108\n└─ Oithona [·]+ genus {2}106485\n/,
    );
    const names = ['tree.csv', 'tree.json', 'taxon.csv', 'worms.json', 'tree.nwk', 'end.csv'];
    const formats: Record<string, string[]> = {
      'taxon.csv': ['--format', 'darwin-core'],
      'worms.json': ['--format', 'worms'],
    };
    let from = at('taxa.csv');
    for (const name of names.filter((one) => one !== 'tree.nwk')) {
      const { stderr, code } = await cladenet(['taxonomy', from, '--out', at(name), ...(formats[name] ?? [])]);
      expect([code, stderr]).toEqual([0, expect.stringMatching(new RegExp(`taxonomy written to .*${name}\\n`))]);
      from = at(name);
    }
    const ends =
      'class,path,ranks,ids\nAcartia,Copepoda>Acartia,class>genus,1080>104108\nOithona,Copepoda>Oithona,class>genus,1080>106485\n';
    expect(readFileSync(at('end.csv'), 'utf8')).toBe(ends);
    const newick = await cladenet(['taxonomy', from, '--out', at('tree.nwk')]);
    expect(newick.stderr).toMatch(/tree\.nwk; the format cannot hold 3 ids, 3 ranks/);
    expect(readFileSync(at('tree.nwk'), 'utf8')).toBe('(Acartia,Oithona)Copepoda;\n');
  });

  it('takes labels of images that are synonyms as the accepted names, and refuses homonyms', async () => {
    writeFileSync(at('taxa.csv'), TAXA);
    for (const name of ['Acartiella', 'Oithona']) {
      mkdirSync(join(at('images'), name), { recursive: true });
      writeFileSync(join(at('images'), name, '1.png'), '');
    }
    const shown = await cladenet(['taxonomy', at('taxa.csv'), '--images', at('images')]);
    expect([shown.code, shown.stdout]).toEqual([
      0,
      expect.stringMatching(/^Copepoda [·]+ 2\n├─ Acartia [·]+ 1\n└─ Oithona [·]+ 1\n/),
    ]);
    writeFileSync(at('homonyms.csv'), `${TAXA}10,1080,Acartiella,Genus,synonym,106485\n`);
    const refused = await cladenet(['taxonomy', at('homonyms.csv'), '--images', at('images')]);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/images of 'Acartiella': .*received a synonym of 'Acartia' and 'Oithona'/),
    ]);
  });

  it('refuses a format without a file, and a file whose extension names no format', async () => {
    writeFileSync(at('tree.nwk'), '(a,b)T;');
    const alone = await cladenet(['taxonomy', at('tree.nwk'), '--format', 'json']);
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringMatching(/--format: expected none, only with --out/)]);
    const unknown = await cladenet(['taxonomy', at('tree.nwk'), '--out', at('tree.xml')]);
    expect([unknown.code, unknown.stderr]).toEqual([
      2,
      expect.stringMatching(/expected a file name with the extension .csv, .json or .nwk, or a --format/),
    ]);
  });
});
