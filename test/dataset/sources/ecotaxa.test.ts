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
