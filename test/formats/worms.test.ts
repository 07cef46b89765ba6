import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLeft } from 'fp-ts/lib/Either.js';
import { describe, expect, it } from 'vitest';
import { parseTaxonomy } from '../../src/taxonomy/parse.js';
import { readTaxonomy } from '../../src/taxonomy/read.js';
import type { Taxonomy } from '../../src/taxonomy/taxonomy.js';

type Step = [id: number | string | null, rank: string, name: string, more?: object];
/** A classification as WoRMS nests it, from the top down. */
const record = (...steps: Step[]): object | null => {
  const [step, ...below] = steps;
  if (step === undefined) return null;
  const [AphiaID, rank, scientificname, more] = step;
  return { AphiaID, rank, scientificname, ...more, child: record(...below) };
};
const COPEPODA: Step[] = [
  [1, 'Superdomain', 'Biota'],
  [1080, 'Class', 'Copepoda'],
];
const acartia = record(...COPEPODA, [1100, 'Order', 'Calanoida'], [104108, 'Genus', 'Acartia']);
const temora = record(...COPEPODA, ['1100.0', 'Order', 'Calanoida'], [104241, 'Genus', 'Temora']);
const oithona = record(...COPEPODA, [106485, 'Genus', 'Oithona']);
const nodes = [
  ['Biota', '1', 'superdomain'],
  ['Biota>Copepoda', '1080', 'class'],
  ['Biota>Copepoda>Calanoida', '1100', 'order'],
  ['Biota>Copepoda>Calanoida>Acartia', '104108', 'genus'],
  ['Biota>Copepoda>Calanoida>Temora', '104241', 'genus'],
  ['Biota>Copepoda>Oithona', '106485', 'genus'],
];
const shown = (taxonomy: Taxonomy) => taxonomy.nodes().map(({ path, id, rank }) => [path, id, rank]);
const parse = (records: unknown, notes: string[] = []) => {
  const text = typeof records === 'string' ? records : JSON.stringify(records, undefined, 1);
  const result = parseTaxonomy(text, { source: 'w.json', singleChild: 'keep', onNote: (note) => notes.push(note) });
  return isLeft(result) ? result.left.map(({ remedy: _, ...problem }) => problem) : shown(result.right);
};

describe('classifications of WoRMS', () => {
  it('are joined: an array, one a line, and a folder of files', async () => {
    expect(parse([acartia, temora, oithona])).toEqual(nodes);
    expect(parse([acartia, temora, oithona].map((one) => JSON.stringify(one)).join('\n'))).toEqual(nodes);
    const folder = await mkdtemp(join(tmpdir(), 'cladenet-worms-'));
    try {
      await writeFile(join(folder, '104108.json'), JSON.stringify(acartia));
      await writeFile(join(folder, 'others.jsonl'), `${JSON.stringify(temora)}\n${JSON.stringify(oithona)}\n`);
      expect(shown(await readTaxonomy(folder, { singleChild: 'keep' }))).toEqual(nodes);
      await writeFile(join(folder, 'more.json'), '{"AphiaID": 5,\n "scientificname": }');
      await expect(readTaxonomy(folder)).rejects.toMatchObject({
        problems: [{ where: `${join(folder, 'more.json')}, line 2`, expected: 'a value', received: "'}'" }],
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('of a name that is not accepted stand for the accepted one, if that is there', () => {
    const old = record(...COPEPODA, [
      9,
      'Genus',
      'Acartiella',
      { status: 'unaccepted', valid_AphiaID: 104108, valid_name: 'Acartia' },
    ]);
    const notes: string[] = [];
    expect(parse([acartia, old, temora, oithona], notes)).toEqual(nodes);
    expect(notes).toEqual(["Names that are not accepted stand for the accepted ones: 'Acartiella' is 'Acartia'."]);
    expect(parse([temora, old, oithona])).toMatchObject([
      { expected: 'an accepted name', received: "'Acartiella', whose accepted name is 'Acartia', AphiaID 104108" },
    ]);
  });

  it('are refused with all that contradicts in them, each with its line', () => {
    const text = [
      acartia,
      record(...COPEPODA, [1100, 'Order', 'Cyclopoida'], [2, 'Genus', 'X']),
      record(...COPEPODA, [104108, 'Genus', 'Acartia']),
      { AphiaID: 3 },
      7,
    ]
      .map((one) => JSON.stringify(one))
      .join('\n');
    expect(parse(text)).toEqual([
      {
        where: 'w.json, line 2',
        expected: 'each AphiaID for one name',
        received: "1100 for 'Cyclopoida' and for 'Calanoida' (line 1)",
      },
      {
        where: 'w.json, line 3',
        expected: "one place for 'Acartia'",
        received: "below 'Copepoda', and below 'Calanoida' (line 1)",
      },
      { where: 'w.json, line 4', expected: "a record with a 'scientificname'", received: 'none for the AphiaID 3' },
      { where: 'w.json, line 5', expected: 'a classification record of WoRMS', received: '7' },
    ]);
  });

  it('are refused where the last taxon of one has others below it', () => {
    expect(parse([acartia, temora, record(...COPEPODA)])).toEqual([
      {
        where: 'w.json, line 6',
        expected: 'a class only at a leaf',
        received: expect.stringMatching(/^'Copepoda' at 'Biota>Copepoda', which has nodes below it/),
      },
    ]);
  });
});
