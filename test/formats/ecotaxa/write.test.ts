import { expect, it } from 'vitest';
import { parseEcotaxaTable } from '../../../src/formats/ecotaxa/table.js';
import {
  ecotaxaHeader,
  formatClassifyAutoMultiple,
  formatEcotaxaTable,
  UPDATE_COLUMNS,
  updateRows,
} from '../../../src/formats/ecotaxa/write.js';

it('tables read back as they were written', () => {
  const columns = [
    'object_id',
    'img_file_name',
    'object_annotation_status',
    'object_annotation_category',
    'object_area',
  ];
  const rows = [
    {
      object_id: '=o"1"',
      img_file_name: 'a b.jpg',
      object_annotation_status: 'validated',
      object_annotation_category: 'é<α',
    },
    { object_id: '-2', img_file_name: 'b.jpg', object_area: '1.5' },
    { object_id: "it's\n3", img_file_name: 'c.jpg' },
  ];
  const text = formatEcotaxaTable(
    columns.map((name) => ({ name, isNumber: name === 'object_area' })),
    rows,
  );
  const { objects, problems, columns: names } = parseEcotaxaTable(Buffer.from(text));
  expect([names, problems]).toEqual([columns, []]);
  expect(objects.map(({ object, image, status, category }) => [object, image, status, category])).toEqual([
    ['=o"1"', 'a b.jpg', 'validated', 'é<α'],
    ['-2', 'b.jpg', undefined, ''],
    ["it's\n3", 'c.jpg', undefined, ''],
  ]);
});

it('updates are what EcoTaxa takes', () => {
  const update = { object: 'o1', category: 'egg<other', categoryId: '92731' };
  const text = ecotaxaHeader(UPDATE_COLUMNS) + updateRows([update], new Date('2026-03-04T05:06:07.089Z'));
  expect(text.split('\n')).toEqual([
    '\ufeffobject_id\tobject_annotation_status\tobject_annotation_category\tobject_annotation_category_id\tobject_annotation_date\tobject_annotation_time',
    '[t]\t[t]\t[t]\t[t]\t[t]\t[t]',
    'o1\tpredicted\tegg<other\t92731\t20260304\t050607',
    '',
  ]);
  expect(parseEcotaxaTable(Buffer.from(text))).toMatchObject({ problems: [], objects: [{ category: 'egg<other' }] });
  expect(JSON.parse(formatClassifyAutoMultiple([{ objid: 7, taxa: [3, 1], scores: [0.75, 0.25] }]))).toEqual({
    ...{ target_ids: [7], classifications: [[3, 1]], scores: [[0.75, 0.25]], keep_log: true },
  });
});
