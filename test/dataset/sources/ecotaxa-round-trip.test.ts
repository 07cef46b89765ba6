/** A whole export, listed, written as a table again and listed again: nothing is lost. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listImages } from '../../../src/dataset/sources/list.js';
import { formatEcotaxaTable } from '../../../src/formats/ecotaxa/write.js';
import { readTaxonomy } from '../../../src/taxonomy/read.js';
import { formatTaxonomy } from '../../../src/taxonomy/write.js';
import { ecotaxaTable, exported } from '../../fixtures/ecotaxa.js';
import { zipOf } from '../../fixtures/zip.js';
import { temporaryFolder, uniform, write } from '../fixtures.js';

const COLUMNS = [
  ...['img_file_name', 'img_rank', 'object_id', 'objid', 'sample_id', 'object_annotation_status', 'classif_id'],
  ...['object_annotation_category', 'object_annotation_hierarchy', 'object_area', 'object_link'],
];
/** In Latin-1, with quotes, a tab and a line break in cells, several images of an object, and two taxa of one name. */
const OBJECTS = [
  exported(1, 'Biota>Copépodes>Oncéidae', { classif_id: '78418', object_area: '12,5', object_id: 'né_1' }),
  exported(2, 'Biota>fiber', {
    classif_id: '1.0',
    object_link: '"a ""b""\tc\nd"',
    object_annotation_status: 'dubious',
  }),
  exported(3, 'not-living>fiber', { classif_id: '2', object_annotation_status: 'predicted' }),
  exported(3, 'not-living>fiber', {
    ...{ classif_id: '2', object_annotation_status: 'predicted', img_rank: '1', img_file_name: 'images/3_1.png' },
  }),
  exported(4, 'Biota>Copépodes', { classif_id: '25828', object_annotation_status: 'discarded', object_id: '=1+1' }),
  exported(5, 'Biota>Copépodes', { classif_id: '25828' }),
];
const STATUSES = ['validated', 'predicted', 'dubious', 'discarded'] as const;

it('an export is the same after it was written as a table, from a folder and from a zip file', async () => {
  const png = await uniform(6, 4, 100).png().toBuffer();
  const images = Object.fromEntries(OBJECTS.map(({ img_file_name }) => [img_file_name, png]));
  const first = Buffer.from(
    ecotaxaTable(
      COLUMNS,
      OBJECTS,
      COLUMNS.map((name) => (name === 'object_area' ? '[f]' : '[t]')),
    ),
    'latin1',
  );
  const root = temporaryFolder();
  const source = join(root, 'export');
  write(source, { 'ecotaxa_export.tsv': first, ...images });
  const options = { status: STATUSES, objectImages: 'all', keepColumns: COLUMNS } as const;
  const listed = async (path: string) => {
    const { records, classes, problems } = await listImages(path, options);
    expect(problems).toEqual([]);
    return {
      classes,
      images: records.map(({ path: own, label, fields }) => [own.replace(`${path}/`, ''), label, fields]),
    };
  };
  const before = await listed(source);
  expect(before.classes).toEqual(['Copépodes', 'Oncéidae', 'fiber<Biota', 'fiber<not-living']);
  expect(before.images).toHaveLength(6);
  expect(before.images.find(([path]) => path === 'images/fiber/2_0.png')?.[2]).toMatchObject({
    ...{ object_link: 'a "b"\tc\nd', object_area: '', classif_id: '1.0', object_annotation_status: 'dubious' },
  });
  const tree = await readTaxonomy(source, { singleChild: 'keep' });
  expect(tree.lineages().map(({ lineage, biological }) => [lineage.join('>'), biological])).toEqual([
    ['Biota>Copépodes>Copépodes', undefined],
    ['Biota>Copépodes>Oncéidae', undefined],
    ['Biota>fiber', undefined],
    ['not-living>fiber', false],
  ]);
  expect(tree.lineages().map(({ taxa }) => taxa?.at(-1)?.id)).toEqual(['25828', '78418', '1', '2']);

  const rows = before.images.map(([, , fields]) => fields as Readonly<Record<string, string>>);
  const columns = COLUMNS.map((name) => ({ name, isNumber: name === 'object_area' }));
  const written = formatEcotaxaTable(columns, rows);
  writeFileSync(join(source, 'ecotaxa_export.tsv'), written);
  expect(await listed(source)).toEqual(before);
  expect((await readTaxonomy(source, { singleChild: 'keep' })).lineages()).toEqual(tree.lineages());

  const zip = join(root, 'export.zip');
  const content = { 'ecotaxa_export.tsv': written, ...images };
  writeFileSync(zip, zipOf(Object.entries(content).map(([name, file]) => ({ name, file }))));
  rmSync(source, { recursive: true });
  expect(await listed(zip)).toEqual(before);

  // Ids, and what is not biological, also come through a taxonomy that is written as Darwin Core.
  const darwinCore = join(root, 'taxa.csv');
  const { text, lost } = formatTaxonomy(tree, 'darwin-core');
  writeFileSync(darwinCore, text);
  expect(lost).toEqual([]);
  expect((await readTaxonomy(darwinCore, { singleChild: 'keep' })).lineages()).toEqual(tree.lineages());
});
