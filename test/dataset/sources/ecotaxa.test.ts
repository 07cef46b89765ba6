import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadImages } from '../../../src/dataset/load.js';
import { type ListOptions, listImages } from '../../../src/dataset/sources/list.js';
import { EXPORT_COLUMNS, ecotaxaTable, exported } from '../../fixtures/ecotaxa.js';
import { zipOf } from '../../fixtures/zip.js';
import { grey, temporaryFolder, uniform, write } from '../fixtures.js';

const OBJECTS = [
  exported(1, 'Biota>Copepoda>Oncaeidae'),
  exported(2, 'Biota>Copepoda'),
  exported(3, 'not-living>detritus', { object_annotation_status: 'predicted' }),
  exported(4, 'Biota>Copepoda', { img_file_name: 'images/4_1.png', img_rank: '1' }),
  exported(4, 'Biota>Copepoda', { img_file_name: 'images/4_0.png' }),
  exported(5, 'not-living>detritus'),
];
const IMAGES = OBJECTS.map(({ img_file_name }) => img_file_name);

/** The files of an export, with the image 5 elsewhere than the table says. */
async function files(): Promise<Record<string, Uint8Array | string>> {
  const png = await uniform(6, 4, 100).png().toBuffer();
  const names = IMAGES.map((name) => (name.includes('5_0') ? 'moved/5_0.png' : name));
  return {
    'export/ecotaxa_export.tsv': ecotaxaTable(EXPORT_COLUMNS, OBJECTS),
    'README.txt': 'text',
    ...Object.fromEntries(names.map((name) => [`export/${name}`, png])),
  };
}

/** The same export as a folder and as a zip file. */
async function both(): Promise<readonly [folder: string, zip: string]> {
  const root = temporaryFolder();
  const content = await files();
  write(join(root, 'folder'), content);
  const zip = join(root, 'export.zip');
  writeFileSync(zip, zipOf(Object.entries(content).map(([name, file]) => ({ name, file }))));
  return [join(root, 'folder'), zip];
}

async function listed(source: string, options: ListOptions = {}) {
  const { records, problems, table, classes } = await listImages(source, options);
  const images = records.map(({ path, label }) => [path.replace(`${source}/`, ''), label]);
  return { images, problems, table, classes, records };
}

describe('EcoTaxa exports', () => {
  it('are listed from a folder and from a zip file alike', async () => {
    for (const source of await both()) {
      const { images, problems, table, classes } = await listed(source);
      expect(images).toEqual([
        ['export/images/4_0.png', 'Copepoda'],
        ['export/images/Copepoda/2_0.png', 'Copepoda'],
        ['export/images/Oncaeidae/1_0.png', 'Oncaeidae'],
        ['export/moved/5_0.png', 'detritus'],
      ]);
      expect([problems, classes]).toEqual([[], ['Copepoda', 'Oncaeidae', 'detritus']]);
      expect(table).toEqual({
        ...{ pathColumn: 'img_file_name', labelColumn: 'object_annotation_category', rows: 6, images: 4 },
        leftOut: { predicted: 1, 'further images of objects': 1 },
      });
      const { images: loaded, rejected } = await loadImages(await listImages(source), grey(6), { cacheDir: false });
      expect([loaded.count, rejected]).toEqual([4, []]);
    }
  });

  it('are chosen from by state, rank and column, and columns are kept', async () => {
    const [folder, zip] = await both();
    const predicted = await listed(zip, { status: ['predicted', 'dubious'] });
    expect(predicted.images).toEqual([['export/images/detritus/3_0.png', 'detritus']]);
    expect((await listed(folder, { objectImages: 'all' })).images).toHaveLength(5);
    const every = await listed(folder, { labelColumn: false, keepColumns: ['sample_id'], keepIfPresent: ['acq_id'] });
    expect(every.images.map(([, label]) => label)).toEqual(Array.from({ length: 5 }, () => undefined));
    expect(every.records.map(({ fields }) => fields)).toContainEqual({ sample_id: 's1' });
    expect((await listed(folder, { labelColumn: 'sample_id' })).classes).toEqual(['s0', 's1']);
    await expect(listImages(folder, { keepColumns: ['sampel_id'] })).rejects.toMatchObject({
      code: 'USAGE',
      problems: [{ received: expect.stringContaining('object_id'), remedy: "Did you mean 'sample_id'?" }],
    });
    await expect(listImages(folder, { status: ['dubious'] })).rejects.toMatchObject({
      problems: [{ received: '4 validated, 1 predicted', remedy: 'Choose others with `status`.' }],
    });
    await expect(listImages(join(folder, 'export', 'images'), { status: ['dubious'] })).rejects.toMatchObject({
      problems: [{ where: 'status' }],
    });
  });

  it('report images that are not there, are in no table, or are of several taxa', async () => {
    const [folder] = await both();
    const lines = [
      exported(1, 'Biota>Copepoda>Oncaeidae'),
      exported(7, 'Biota>Copepoda', { img_file_name: 'images/7.png' }),
      exported(2, 'Biota>Copepoda'),
      exported(8, 'Biota', { img_file_name: 'images/Copepoda/2_0.png' }),
    ];
    write(folder, { 'export/ecotaxa_export.tsv': ecotaxaTable(EXPORT_COLUMNS, lines) });
    const { images, problems } = await listed(folder);
    expect(images).toEqual([['export/images/Oncaeidae/1_0.png', 'Oncaeidae']]);
    const table = `${folder}/export/ecotaxa_export.tsv`;
    expect(problems).toMatchObject([
      { where: `${table}:3, column img_file_name`, received: 'images/7.png, which is not there; the line is left out' },
      { where: `${table}:5, column img_file_name`, received: expect.stringContaining('as Biota, but as Copepoda at') },
      { where: folder, received: expect.stringMatching(/^4 without one, such as /) },
    ]);
  });

  it('are refused with all that is wrong in all of their tables', async () => {
    const [folder] = await both();
    const broken = { ...OBJECTS[0], object_annotation_status: '' };
    write(folder, { 'ecotaxa_b.txt': ecotaxaTable(EXPORT_COLUMNS, [broken, { ...broken, object_id: '' }]) });
    await expect(listImages(folder)).rejects.toMatchObject({ code: 'DATASET', problems: { length: 3 } });
  });

  it('are recognised by the header of a table that is given by itself', async () => {
    const [folder] = await both();
    const { images } = await listed(join(folder, 'export', 'ecotaxa_export.tsv'));
    expect(images.map(([path]) => path?.replace(`${folder}/export/`, ''))).toContain('images/detritus/5_0.png');
  });

  it('hold unlabelled images where no object is annotated', async () => {
    const folder = temporaryFolder();
    const png = await uniform(6, 4, 100).png().toBuffer();
    const text = 'img_file_name\tobject_id\na.png\to1\n';
    write(folder, { 'a.png': png, 'ecotaxa_a.tsv': text });
    expect((await listed(folder)).images).toEqual([['a.png', undefined]]);
  });

  it('say which tables of a zip file are damaged', async () => {
    const [, zip] = await both();
    const content = Object.entries(await files()).map(([name, file]) => ({ name, file }));
    writeFileSync(zip, zipOf(content.map((item) => (item.name.endsWith('.tsv') ? { ...item, crc: 1 } : item))));
    await expect(listImages(zip)).rejects.toMatchObject({
      problems: [{ where: `${zip}/export/ecotaxa_export.tsv`, received: expect.stringContaining('another checksum') }],
    });
  });
});

describe('EcoTaxa tables that name no images', () => {
  const COLUMNS = ['object_id', 'objid', 'object_annotation_status', 'object_annotation_category', 'img_rank'];
  const objects = [
    exported(1, 'Biota>Copepoda'),
    exported(2, 'Biota>other'),
    exported(2, 'Biota>other', { img_rank: '1' }),
    exported(3, 'Biota>Copepoda', { object_id: 'net_a' }),
    exported(4, 'Biota>Copepoda', { object_id: 'net' }),
  ];
  const NAMES = [
    'images/Copepoda/1_0.jpg',
    'images/other_Biota/2_0.png',
    '2_1.jpg',
    'net_a.png',
    'net_0.jpg',
    '9_0.jpg',
  ];

  async function exportOf(columns: readonly string[], lines: readonly Record<string, string>[], names = NAMES) {
    const png = await uniform(6, 4, 100).png().toBuffer();
    const content = {
      'ecotaxa_export.tsv': ecotaxaTable(columns, lines),
      ...Object.fromEntries(names.map((name) => [name, png])),
    };
    const root = temporaryFolder();
    write(join(root, 'folder'), content);
    const zip = join(root, 'export.zip');
    writeFileSync(zip, zipOf(Object.entries(content).map(([name, file]) => ({ name, file }))));
    return [join(root, 'folder'), zip, join(root, 'folder', 'ecotaxa_export.tsv')] as const;
  }

  it('use those that are called after their numbers and ranks, or their names, in folders of any name', async () => {
    const [folder, zip, table] = await exportOf(COLUMNS, objects);
    const expected = [
      ['2_1.jpg', 'other'],
      ['images/Copepoda/1_0.jpg', 'Copepoda'],
      ['images/other_Biota/2_0.png', 'other'],
      ['net_0.jpg', 'Copepoda'],
      ['net_a.png', 'Copepoda'],
    ];
    for (const [source, root] of [
      [folder, folder],
      [zip, zip],
      [table, folder],
    ] as const) {
      const { records, table: read, problems } = await listImages(source, { objectImages: 'all' });
      expect(records.map(({ path, label }) => [path.replace(`${root}/`, ''), label])).toEqual(expected);
      expect(read).toMatchObject({ pathColumn: 'objid', isByObject: true, rows: 5, images: 5 });
      const others = [{ where: source, received: `1 without one, such as ${folder}/9_0.jpg; left out` }];
      expect(problems).toMatchObject(source === folder ? others : []);
      const first = await listImages(source);
      expect(first.records).toHaveLength(4);
      expect(first.table?.leftOut).toEqual({ 'further images of objects': 1 });
      const { images, rejected } = await loadImages(first, grey(6), { cacheDir: false });
      expect([images.count, rejected]).toEqual([4, []]);
    }
  });

  it('use the images of all ranks where the table has none, and the object_id where it has no numbers', async () => {
    const columns = ['object_id', 'sample_id'];
    const [folder] = await exportOf(columns, [{ object_id: '2' }, { object_id: 'net_a' }]);
    const names = async (objectImages: 'all' | 'first') =>
      (await listImages(folder, { objectImages })).records.map(({ path }) => path.replace(`${folder}/`, ''));
    expect(await names('all')).toEqual(['2_1.jpg', 'images/other_Biota/2_0.png', 'net_a.png']);
    expect(await names('first')).toEqual(['images/other_Biota/2_0.png', 'net_a.png']);
    expect((await listImages(folder)).table?.pathColumn).toBe('object_id');
  });

  it('prefer images below the folder of their table, and leave out objects whose image is not clear', async () => {
    const [folder] = await exportOf(COLUMNS, objects.slice(0, 2), ['a/1_0.jpg', 'b/1_0.jpg', 'a/2_0.jpg', 'b/2_0.jpg']);
    write(folder, { 'b/ecotaxa_b.tsv': ecotaxaTable(COLUMNS, objects.slice(0, 1)) });
    const { records, problems } = await listImages(folder);
    expect(records.map(({ path }) => path)).toEqual([`${folder}/b/1_0.jpg`]);
    expect(problems.filter(({ where }) => where.includes(':'))).toEqual(
      [1, 2].map((id) => ({
        where: `${folder}/ecotaxa_export.tsv:${id + 1}, column object_id`,
        expected: `one image called ${id}_0, o${id} or o${id}_0`,
        received: `${folder}/a/${id}_0.jpg and ${folder}/b/${id}_0.jpg; the line is left out`,
      })),
    );
  });

  it('say what is missing: an image of one object, or all of them', async () => {
    const [folder] = await exportOf(COLUMNS, objects, ['images/1_0.jpg']);
    const { records, problems } = await listImages(folder);
    expect(records).toHaveLength(1);
    expect(problems).toHaveLength(4);
    expect(problems[3]).toEqual({
      where: `${folder}/ecotaxa_export.tsv:6, column object_id`,
      expected: 'one image called 4_0, net or net_0',
      received: 'none; the line is left out',
    });
    const [none] = await exportOf(COLUMNS, objects, []);
    await expect(listImages(none)).rejects.toMatchObject({
      code: 'DATASET',
      problems: [
        {
          where: `${none}/ecotaxa_export.tsv:1`,
          expected: 'a column img_file_name with the names of the images, or images called after the objects',
          received:
            'no such column, and for none of 5 objects an image, such as one called 4_0, net or net_0 (.jpg, .png, ...)',
          remedy: expect.stringMatching(/^Export the project from EcoTaxa with its images/),
        },
      ],
    });
  });
});

describe('zip files of class folders', () => {
  it('are listed as folders are', async () => {
    const zip = join(temporaryFolder(), 'images.zip');
    const png = await uniform(6, 4, 100).png().toBuffer();
    const names = ['ring/1.png', 'disc/2.png', '3.png', '__MACOSX/ring/._1.png', 'ring/notes.txt'];
    writeFileSync(zip, zipOf(names.map((name) => ({ name, file: png }))));
    expect((await listed(zip)).images).toEqual([
      ['3.png', undefined],
      ['disc/2.png', 'disc'],
      ['ring/1.png', 'ring'],
    ]);
    await expect(listImages(zip, { labelColumn: 'x' })).rejects.toMatchObject({ code: 'USAGE' });
  });
});
