/** Readers of what EcoTaxa exports: tables with their images, in a folder, by themselves and in a zip file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadImages } from '../../src/dataset/load.js';
import { type ListOptions, listImages } from '../../src/dataset/sources/list.js';
import { EXPORT_COLUMNS, ecotaxaTable, exported } from '../fixtures/ecotaxa.js';
import { zipOf } from '../fixtures/zip.js';
import type { Reader } from './harness.js';

/** 1 x 1 grey pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
);
const OBJECTS = [
  exported(1, 'Biota>Copepoda>Oncaeidae'),
  exported(2, 'Biota>Copepoda', { object_id: '"a ""b"""' }),
  exported(3, 'not-living>d\u00e9tritus', { object_annotation_status: 'predicted' }),
  exported(4, 'Biota>Copepoda', { img_file_name: 'images/4_1.png', img_rank: '1' }),
  exported(4, 'Biota>Copepoda', { img_file_name: 'images/4_0.png' }),
];
const COLUMNS = [...EXPORT_COLUMNS, 'object_lat', 'object_date', 'object_area'];
const TYPES = COLUMNS.map((name) => (name === 'object_area' ? '[f]' : '[t]'));
const TABLE = Buffer.from(ecotaxaTable(COLUMNS, OBJECTS, TYPES), 'latin1');
/** Without names of images, which are found by the objects. */
const UNNAMED = ecotaxaTable(
  EXPORT_COLUMNS.filter((name) => name !== 'img_file_name'),
  OBJECTS,
);
const FILES = OBJECTS.map(({ img_file_name: name }) => name);

const preprocessing = { size: 8, channels: 1, background: 'white', fit: 'longer-side' } as const;
const all: ListOptions = { status: ['validated', 'predicted', 'dubious', 'discarded'], objectImages: 'all' };

/** Whatever is listed has pixels, or says why not. */
async function read(path: string, options: ListOptions = all): Promise<unknown> {
  const listing = await listImages(path, options);
  return loadImages(listing, preprocessing, { cacheDir: false, allowNone: true });
}

const tables: Reader = {
  name: 'ecotaxa-tables',
  async seeds(folder) {
    for (const [name, table] of Object.entries({ named: TABLE, unnamed: UNNAMED })) {
      mkdirSync(join(folder, name, 'images'), { recursive: true });
      writeFileSync(join(folder, name, 'ecotaxa_export.tsv'), table);
      for (const [i] of FILES.entries()) writeFileSync(join(folder, name, 'images', `${i + 1}_0.png`), PNG);
    }
    writeFileSync(join(folder, 'ecotaxa_alone.tsv'), TABLE);
    return ['named', 'unnamed', 'ecotaxa_alone.tsv'];
  },
  read,
};

const zips: Reader = {
  name: 'zip-files',
  async seeds(folder) {
    const images = FILES.map((name, i) => ({ name, file: PNG, method: i % 2 === 0 ? 8 : 0 }));
    writeFileSync(
      join(folder, 'export.zip'),
      zipOf([{ name: 'ecotaxa_export.tsv', file: TABLE }, ...images], 'made here'),
    );
    writeFileSync(join(folder, 'large.zip'), zipOf(images.map((item) => ({ ...item, is64: true }))));
    writeFileSync(join(folder, 'classes.zip'), zipOf(images));
    return ['export.zip', 'large.zip', 'classes.zip'];
  },
  /** Columns and states are those of tables only. */
  read: (path) => read(path, path.endsWith('export.zip') ? all : {}),
};

export const exportReaders: readonly Reader[] = [tables, zips];
