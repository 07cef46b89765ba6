import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listImages } from '../../src/dataset/list.js';
import { describeWhere, NEEDS } from '../fixtures/needs.js';
import { temporaryFolder, write } from './fixtures.js';

async function listTable(name: string, text: string, options = {}) {
  const root = temporaryFolder();
  write(root, { [name]: text });
  const { records, ...rest } = await listImages(join(root, name), options);
  const relative = records.map(({ path, label }) => [path.replace(`${root}/`, ''), label]);
  return { ...rest, records: relative };
}

describe('tables', () => {
  it('reads paths relative to the table, sorted, whatever the delimiter', async () => {
    const expected = [
      ['a/1.jpg', 'copepod'],
      ['b/2.jpg', 'worm, long'],
    ];
    const rows = [
      ['id', 'img_path', 'label'],
      ['2', 'b/2.jpg', '"worm, long"'],
      ['1', 'a/1.jpg', 'copepod'],
    ];
    for (const [name, separator] of [
      ['t.csv', ','],
      ['t.csv', ';'],
      ['t.tsv', '\t'],
      ['t.txt', '\t'],
    ] as const) {
      const text = rows.map((row) => row.join(separator)).join('\r\n');
      const { records, classes, problems } = await listTable(name, `\ufeff${text}\r\n`);
      expect({ records, classes, problems }).toEqual({
        records: expected,
        classes: ['copepod', 'worm, long'],
        problems: [],
      });
    }
  });

  it('keeps absolute paths and reads the columns named in the options', async () => {
    const text = 'path,where,label,what\nx,/data/1.jpg,y,worm\n';
    const { records } = await listTable('t.csv', text, { pathColumn: 'where', labelColumn: 'what' });
    expect(records).toEqual([['/data/1.jpg', 'worm']]);
    await expect(listTable('t.csv', text, { pathColumn: 'wher' })).rejects.toMatchObject({
      code: 'USAGE',
      problems: [{ received: 'wher', remedy: "Did you mean 'where'?" }],
    });
  });

  it("skips EcoTaxa's line of types and knows its columns", async () => {
    const text = 'img_file_name\timg_rank\tobject_annotation_category\n[t]\t[f]\t[t]\nx.png\t\tegg<other\n';
    expect(await listTable('t.tsv', text)).toMatchObject({ records: [['x.png', 'egg<other']], problems: [] });
  });

  it('reports every odd row with its line', async () => {
    const text = [
      'path,class',
      'a.jpg,worm',
      ',worm',
      'b.jpg,',
      'a.jpg,worm',
      'c.jpg,worm',
      'd.jpg,worm,more',
      '',
      'c.jpg,egg',
      'e.jpg',
    ].join('\n');
    const { records, problems } = await listTable('t.csv', text);
    expect(records).toEqual([
      ['a.jpg', 'worm'],
      ['b.jpg', undefined],
      ['e.jpg', undefined],
    ]);
    expect(problems.map(({ where, received }) => `${where.split(':')[1]}: ${received}`)).toEqual([
      '3: none; the row is left out',
      '4: none for b.jpg',
      '5: a.jpg again (first in line 2)',
      '7: 3; the row is left out',
      '9: c.jpg as egg, but as worm in line 6; the image is left out',
      '10: none for e.jpg',
    ]);
  });

  it('reads a table of paths only, and reports the missing labels', async () => {
    const { records, problems } = await listTable('t.csv', 'file\na.jpg\n');
    expect(records).toEqual([['a.jpg', undefined]]);
    expect(problems).toMatchObject([{ remedy: 'Name the column with `labelColumn`.' }]);
  });

  it('refuses a table without paths, without rows, empty, or broken', async () => {
    await expect(listTable('t.csv', 'id,label\n1,a\n')).rejects.toMatchObject({
      code: 'DATASET',
      problems: [{ received: 'id, label' }],
    });
    await expect(listTable('t.csv', 'path,label\n')).rejects.toMatchObject({ code: 'DATASET' });
    await expect(listTable('t.csv', '')).rejects.toMatchObject({ code: 'DATASET' });
    await expect(listTable('t.csv', 'path,label\n"a.jpg,worm\n')).rejects.toMatchObject({ code: 'DATASET' });
  });
});

const ecotaxa = resolve(process.env.CLADENET_DATA ?? '../shared/data', 'ecotaxa-tsv');

describeWhere(existsSync(ecotaxa), NEEDS.sharedData)('EcoTaxa tables', () => {
  const list = (name: string) => listImages(join(ecotaxa, name));

  it('reads imports and exports', async () => {
    expect(await list('exports/doi.tsv')).toMatchObject({ records: { length: 12 }, problems: [] });
    expect(await list('exports/backup.tsv')).toMatchObject({ records: { length: 5 }, problems: [] });
    expect(await list('valid/ecotaxa_m106_mn01_n3_sml.tsv')).toMatchObject({
      records: { length: 4 },
      classes: ['detritus', 'small<egg'],
      problems: [],
    });
  });

  it('reports what is missing or doubled', async () => {
    await expect(list('exports/with_ids.tsv')).rejects.toMatchObject({ code: 'DATASET' });
    await expect(list('invalid/empty_tsv.tsv')).rejects.toMatchObject({ code: 'DATASET' });
    expect((await list('invalid/classif_without_state.tsv')).problems).toHaveLength(1);
    expect((await list('invalid/duplicate_in_tsv.tsv')).problems).toMatchObject([
      { received: 'm106_mn01_n3_sml_1111.jpg again (first in line 3)' },
    ]);
  });
});
