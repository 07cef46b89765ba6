import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EcotaxaTable, parseEcotaxaTable } from '../../../src/formats/ecotaxa/table.js';
import { ecotaxaTable } from '../../fixtures/ecotaxa.js';
import { describeWhere, NEEDS } from '../../fixtures/needs.js';

const parse = (text: string, options = {}) =>
  parseEcotaxaTable(Buffer.from(text, 'latin1'), { source: 'ecotaxa_t.tsv', ...options });
const faults = ({ problems }: ReturnType<typeof parse>) =>
  problems.map(({ where, received }) => `${where.replace('ecotaxa_t.tsv:', '')}: ${received}`);

describe('EcoTaxa tables', () => {
  it('are read with quotes, types, capitals, short lines and Latin-1', () => {
    const text =
      ' Object_ID \timg_file_name\t"object_annotation_status"\tobject_annotation_category\tobject_area\tsample_id\n' +
      '[t]\t[t]\t[t]\t[t]\t[f]\t[t]\n' +
      '"o""1"\t a.jpg\tValidated\t"other<\u00e9ponge"\t"12,5"\t"two\nlines"\r\n' +
      '\n' +
      'o2\tb.jpg\tpredicted\tx\n';
    const { columns, lines, problems, objects } = parse(text);
    expect(columns.slice(0, 2)).toEqual(['object_id', 'img_file_name']);
    expect([lines, problems]).toEqual([2, []]);
    expect(objects).toMatchObject([
      { line: 3, object: 'o"1', image: 'a.jpg', status: 'validated', category: 'other<\u00e9ponge', rank: 0 },
      { line: 6, object: 'o2', image: 'b.jpg', status: 'predicted', category: 'x' },
    ]);
    const utf8 = Buffer.from('\ufeffobject_id\tobject_link\n\u03b1\t\n');
    expect(parseEcotaxaTable(utf8).objects).toMatchObject([{ object: '\u03b1' }]);
  });

  it('give the same however their bytes come', () => {
    const bytes = Buffer.from('\ufeffobject_id\tobject_link\r\n"a ""b"" c"\t"x\ny"\r\nd\t"e" f\r\n');
    const whole = parseEcotaxaTable(bytes).objects;
    expect(whole.map(({ object, line }) => [object, line])).toEqual([
      ['a "b" c', 2],
      ['d', 4],
    ]);
    for (let size = 1; size < 8; size++) {
      const objects: unknown[] = [];
      const table = new EcotaxaTable({ onLine: ({ text: _, ...line }) => objects.push(line) });
      for (let at = 0; at < bytes.length; at += size) table.push(bytes.subarray(at, at + size));
      expect(table.end().problems).toEqual([]);
      expect(objects).toEqual(whole);
    }
  });

  it('report all that is wrong at once, by line and column', () => {
    const columns = [
      ...['object_id', 'img_file_name', 'img_rank', 'object_lat', 'object_lon', 'object_date', 'object_time'],
      ...['object_annotation_status', 'object_annotation_category', 'object_area', 'object_perim'],
    ];
    const right = { object_id: 'a', img_file_name: 'a.jpg' };
    const lines = [
      { ...right, object_lat: '91', object_lon: '-180.5', object_date: '20230229', object_time: '1260' },
      { ...right, img_file_name: 'a.jpg2', img_rank: '-1', object_area: 'big', object_perim: '1e3' },
      { object_annotation_status: 'valid', object_annotation_category: 'x' },
      { ...right, img_file_name: 'b.jpg', object_annotation_category: 'x' },
      { ...right, img_file_name: 'c.jpg', object_annotation_status: 'dubious' },
      { ...right, img_file_name: 'b.jpg', object_lat: '43\u00b030 12', object_time: '420.5', object_area: 'nan' },
      right,
      { ...right, object_perim: '1\t2' },
    ];
    const types = columns.map((name) => (name === 'object_area' ? '[f]' : name === 'object_perim' ? '[x]' : '[t]'));
    expect(faults(parse(ecotaxaTable(columns, lines, types)))).toEqual([
      '2, column object_perim: [x]',
      "3, column object_lat: '91'",
      "3, column object_lon: '-180.5'",
      "3, column object_date: '20230229'",
      "3, column object_time: '1260'",
      "4, column img_rank: '-1'",
      "4, column object_area: 'big'",
      "4, column img_file_name: 'a.jpg2'",
      '5, column img_file_name: nothing',
      "5, column object_annotation_status: 'valid'",
      '5, column object_id: nothing',
      '6, column object_annotation_status: nothing, but the category x',
      '7, column object_annotation_category: nothing, but the status dubious',
      '8, column img_file_name: b.jpg of a again (first in line 6)',
      '9, column img_file_name: a.jpg of a again (first in line 3)',
      '10, column img_file_name: a.jpg of a again (first in line 3)',
      '10: 12',
    ]);
  });

  it('report what keeps the whole from being read', () => {
    expect(faults(parse(''))).toEqual(['1: an empty file']);
    expect(faults(parse('object_id\n[t]\n'))).toEqual(['2: a header and types only']);
    expect(faults(parse('object_id\tOBJECT_ID\n1\t2\n'))).toEqual([
      '1, column object_id: several columns of this name',
    ]);
    expect(faults(parse('img_rank\n0\n'))).toEqual(['1, column object_id: no column of this name']);
    expect(faults(parse('object_id\tsample_id\na\t1\nb\t1\na\t1\n'))).toEqual([
      '4, column object_id: a again (first in line 2)',
    ]);
    expect(faults(parse('object_id\timg_rank\na\t0\na\t1\na\t0\n'))).toEqual([
      '4, column img_rank: 0 for a again (first in line 2)',
    ]);
    expect(faults(parse('object_id\n"a\nb\nc\n'))).toEqual(['2: \'"a\', with a " that no other closes']);
    expect(faults(parse('\xff\xfeo\0b\0'))).toEqual(['1: text in UTF-16']);
    const many = Array.from({ length: 61 }, (_, i) => `sample_x${i}`);
    expect(faults(parse(`${['object_id', 'sample_id', ...many].join('\t')}\n1\n`))).toEqual([
      '1, column sample_x60: 61',
    ]);
  });

  it('name the first lines of a fault that all lines have, and count the others', () => {
    const lines = Array.from({ length: 1000 }, (_, i) => ({ object_id: `o${i}`, object_lat: 'N' }));
    const { problems } = parse(ecotaxaTable(['object_id', 'object_lat'], lines));
    expect(problems).toHaveLength(21);
    expect(problems[20]).toMatchObject({ where: 'ecotaxa_t.tsv, 980 more lines down to 1001' });
  });
});

const real = resolve(process.env.CLADENET_DATA ?? '../shared/data', 'ecotaxa-tsv');

describeWhere(existsSync(real), NEEDS.sharedData)("EcoTaxa's own examples", () => {
  const read = (folder: string, name: string) =>
    parseEcotaxaTable(readFileSync(join(real, folder, name)), { source: name });
  const files = (folder: string) => readdirSync(join(real, folder));

  it('read, every one under valid and exports', () => {
    const found = ['valid', 'exports'].flatMap((folder) => files(folder).map((name) => read(folder, name)));
    expect(found.map(({ objects, lines }) => [objects.length, lines])).toEqual(
      [6, 4, 1, 5, 12, 5].map((count) => [count, count]),
    );
    expect(found.flatMap(({ problems }) => problems)).toEqual([]);
  });

  it('are refused with line, column and reason, every one under invalid', () => {
    const reasons = Object.fromEntries(
      files('invalid').map((name) => [
        name,
        read('invalid', name).problems.map(({ where, received }) => `${where.slice(name.length + 1)}: ${received}`),
      ]),
    );
    expect(reasons).toEqual({
      'classif_without_state.tsv': ['3, column object_annotation_status: nothing, but the category 84963'],
      'duplicate_in_tsv.tsv': [
        '4, column img_file_name: m106_mn01_n3_sml_1111.jpg of m106_mn01_n3_sml_1120 again (first in line 3)',
      ],
      'empty_tsv.tsv': ['2: a header and types only'],
      'tsv_issues.tsv': [
        '2, column object_wrongtype: [H]',
        "3, column object_buggy_float: 'a'",
        "3, column object_lat: '100'",
        "3, column object_lon: '200'",
        "3, column object_date: '20140433'",
        "3, column object_time: '9920'",
        "3, column object_annotation_status: 'predit'",
        "5, column object_annotation_date: '2015-11-31'",
        "5, column object_annotation_time: '5:31'",
        "6, column img_file_name: 'm106_mn01_n3_sml_1081.jpg2'",
        '8, column object_id: nothing',
      ],
      'tsv_too_many_cols.tsv': ['1, column acq_cus29: 33', '1, column sample_cus59: 63', '1, column process_cus29: 33'],
    });
  });
});
