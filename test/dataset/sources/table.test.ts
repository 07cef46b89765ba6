import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listImages } from '../../../src/dataset/sources/list.js';
import { temporaryFolder, write } from '../fixtures.js';

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

  it('says which columns are read, and of how many rows', async () => {
    const text = 'File,Species,note\na.jpg,worm,x\nb.jpg,egg,x\nb.jpg,egg,y\n,egg,z\nTotal,3,\n';
    const { table, problems } = await listTable('t.csv', text);
    expect(table).toEqual({ pathColumn: 'File', labelColumn: 'Species', rows: 5, images: 2 });
    expect(problems.map(({ where, received }) => `${where.split(':')[1]}: ${received}`)).toEqual([
      '4: b.jpg again (first in line 3)',
      '5: none; the row is left out',
      '6: Total, as a row of totals has; the row is left out',
    ]);
  });

  it('finds images of a table that was moved with them', async () => {
    const root = temporaryFolder();
    write(root, {
      't.csv': 'path,label\nio/images/1.jpg,a\nio/images/2.jpg,b\n',
      'images/1.jpg': '',
      'images/2.jpg': '',
    });
    const { records, problems } = await listImages(join(root, 't.csv'));
    expect(records.map(({ path }) => path)).toEqual([join(root, 'images/1.jpg'), join(root, 'images/2.jpg')]);
    expect(problems).toMatchObject([{ received: expect.stringMatching(/^paths that begin with io\/, /) }]);
  });

  it('keeps the columns that are named with the images', async () => {
    const table = 'path,label,sample_id,Depth\nb.jpg,worm,s2,5\na.jpg,worm,s1,\n';
    const root = temporaryFolder();
    write(root, { 't.csv': table, 'a.jpg': '' });
    const { records } = await listImages(join(root, 't.csv'), { keepColumns: ['sample_id', 'depth'] });
    expect(records.map(({ fields }) => fields)).toEqual([
      { sample_id: 's1', depth: '' },
      { sample_id: 's2', depth: '5' },
    ]);
    await expect(listImages(join(root, 't.csv'), { keepColumns: ['sample_i', 'cruise'] })).rejects.toMatchObject({
      code: 'USAGE',
      problems: [{ received: 'sample_i', remedy: "Did you mean 'sample_id'?" }, { received: 'cruise' }],
    });
    await expect(listImages(root, { keepColumns: ['cruise'] })).rejects.toMatchObject({
      problems: [{ where: 'keepColumns', received: 'cruise' }],
    });
  });

  it('asks where several columns could be read and differ', async () => {
    const failure = (text: string) => listTable('t.csv', text).catch((error: unknown) => error);
    expect(await failure('path,class,species\na.jpg,x,y\nb.jpg,x,x\n')).toMatchObject({
      code: 'DATASET',
      problems: [{ received: 'class and species', remedy: 'Name the column with `labelColumn`.' }],
    });
    expect(await failure('path,file,label\na.jpg,b.jpg,x\n')).toMatchObject({
      problems: [{ received: 'path and file', remedy: 'Name the column with `pathColumn`.' }],
    });
    expect(await failure('path,label,Label\na.jpg,x,y\n')).toMatchObject({
      problems: [{ received: 'label and Label' }],
    });
    const twice = { problems: [{ received: 'label and label', remedy: 'Rename or remove one of them.' }] };
    expect(await failure('path,label,label\na.jpg,x,y\n')).toMatchObject(twice);
    const named = await listTable('t.csv', 'path,class,species\na.jpg,x,y\n', { labelColumn: 'species' });
    expect(named.classes).toEqual(['y']);
    const same = await listTable('t.csv', 'path,class,species\na.jpg,x,x\nb.jpg,y,y\n');
    expect(same.table).toMatchObject({ labelColumn: 'class' });
    const without = await listTable('t.csv', 'path,class,species\na.jpg,x,y\n', { labelColumn: false });
    expect(without).toMatchObject({ classes: [], problems: [], table: { labelColumn: undefined } });
  });

  it('takes class for a rank beside columns of other ranks', async () => {
    const row = 'a.jpg,Animalia,Copepoda,Calanus,Calanus finmarchicus\n';
    const read = await listTable('t.csv', `path,kingdom,class,genus,species\n${row}`);
    expect(read).toMatchObject({ classes: ['Calanus finmarchicus'], table: { labelColumn: 'species' } });
    await expect(listTable('t.csv', `path,Kingdom,Class,Genus,name\n${row}`)).rejects.toMatchObject({
      code: 'DATASET',
      problems: [{ received: /rank beside/, remedy: 'Name the column with `labelColumn`.' }].map((problem) =>
        expect.objectContaining({ ...problem, received: expect.stringMatching(problem.received) }),
      ),
    });
    const named = await listTable('t.csv', `path,kingdom,class,genus,species\n${row}`, { labelColumn: 'class' });
    expect(named.classes).toEqual(['Copepoda']);
  });

  it('refuses a stray quote that swallows rows, with both lines', async () => {
    const rows = Array.from({ length: 9 }, (_, i) => `${i}.jpg,class ${i % 3},fine`);
    rows[2] = '2.jpg,class 2,"broken';
    rows[6] = '6.jpg,class 0,leg"';
    await expect(listTable('t.csv', ['path,label,comment', ...rows].join('\n'))).rejects.toMatchObject({
      code: 'DATASET',
      problems: [{ where: /t\.csv:4$/, received: 'a quoted cell from line 4 to line 8 that seems to hold rows' }].map(
        ({ where, received }) => ({ where: expect.stringMatching(where), received }),
      ),
    });
    const { records } = await listTable('t.csv', 'path,label,comment\na.jpg,x,"two\nlines"\nb.jpg,y,\n');
    expect(records).toEqual([
      ['a.jpg', 'x'],
      ['b.jpg', 'y'],
    ]);
  });

  it('refuses bytes of another encoding, with their line', async () => {
    const root = temporaryFolder();
    write(root, { 't.csv': Buffer.from('path,label\na.jpg,x\nb.jpg,Cop\xe9pode\n', 'latin1') });
    await expect(listImages(join(root, 't.csv'))).rejects.toMatchObject({
      code: 'DATASET',
      problems: [{ where: `${join(root, 't.csv')}:3`, expected: 'text in UTF-8' }],
    });
  });

  it('reports classes that differ only in Unicode form', async () => {
    const { problems, classes } = await listTable('t.csv', 'path,label\na.jpg,cop\u00e9\nb.jpg,cope\u0301\n');
    expect(classes).toHaveLength(2);
    expect(problems.map(({ received }) => received)).toEqual([
      "two that differ only in Unicode form or spaces: 'cope\\u{301}' and 'cop\\u{e9}'",
    ]);
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
