/** Bins as sources of images: what comes out of a `.roi` file, byte for byte. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentOf } from '../../../src/dataset/decode/content.js';
import type { ImageRecord } from '../../../src/dataset/listing.js';
import { loadImages } from '../../../src/dataset/load.js';
import { listImages } from '../../../src/dataset/sources/list.js';
import { listSources } from '../../../src/dataset/sources/list-sources.js';
import { describeWhere, NEEDS } from '../../fixtures/needs.js';
import { grey, temporaryFolder, write } from '../fixtures.js';

const HDR =
  'ADCFileFormat: trigger#, ROIx, ROIy, ROIwidth, ROIheight, start_byte, RunTime, InhibitTime\nrunTime: 60\ninhibitTime: 0\n';
const ADC = '1,5,5,3,2,0,30,0\n2,5,5,0,0,6,45,0\n3,5,5,2,2,6,60,0\n';
const ROI = Uint8Array.from([1, 2, 3, 4, 5, 6, 10, 20, 30, 40]);
const BIN = 'D20220519T124533_IFCB134';

function writeBin(base: string, files: Partial<Record<'adc' | 'hdr' | 'roi', string | Uint8Array>> = {}): void {
  for (const [extension, content] of Object.entries({ adc: ADC, hdr: HDR, roi: ROI, ...files })) {
    writeFileSync(`${base}.${extension}`, content);
  }
}

async function pixelsOf(record: ImageRecord | undefined): Promise<number[]> {
  if (record === undefined) throw new Error('no such image');
  const content = await contentOf(record);
  if (!('raster' in content)) throw new Error('not raw pixels');
  const { data, width, height } = content.raster;
  return [width, height, ...data];
}

describe('a bin', () => {
  it('is listed by any of its files or by their name, and has its volume beside each image', async () => {
    const folder = temporaryFolder();
    const base = join(folder, BIN);
    writeBin(base);
    for (const source of [base, `${base}.adc`, `${base}.hdr`, `${base}.roi`]) {
      const { records, problems } = await listImages(source);
      expect(problems).toEqual([]);
      expect(records.map(({ path, fields }) => [path, fields])).toEqual([
        [`${base}.roi/00001`, { bin: BIN, sample_id: BIN, ml_analyzed: '0.25', roi_number: '1' }],
        [`${base}.roi/00003`, { bin: BIN, sample_id: BIN, ml_analyzed: '0.25', roi_number: '3' }],
      ]);
      expect(await pixelsOf(records[0])).toEqual([3, 2, 1, 2, 3, 4, 5, 6]);
      expect(await pixelsOf(records[1])).toEqual([2, 2, 10, 20, 30, 40]);
    }
    await expect(listImages(join(folder, 'D20220519T124534_IFCB134'))).rejects.toThrow(
      /an IFCB bin or an image, received no such file/,
    );
  });

  it('is one of several whose reading is reported, in a folder and from a table', async () => {
    const folder = temporaryFolder();
    const names = ['D20220519T124533_IFCB134', 'D20220519T130000_IFCB134', 'D20220520T130000_IFCB134'];
    mkdirSync(join(folder, 'more'));
    for (const name of names) writeBin(join(folder, name.startsWith('D20220520') ? 'more' : '', name));
    const rows = names.flatMap((name) => [`${name}_00001,a\n`, `${name}_00003,b\n`]);
    write(folder, { 'labels.csv': `file_name,class_name\n${rows.join('')}`, 'a.png': '' });
    const reported = async (source: string) => {
      const steps: unknown[] = [];
      await listImages(source, { onRead: (progress) => steps.push(progress) });
      return steps;
    };
    const expected = [1, 2, 3].map((done) => ({ done, total: 3, unit: 'bins' }));
    expect(await reported(folder)).toEqual(expected);
    expect(await reported(join(folder, 'labels.csv'))).toEqual(expected);
  });

  it('is found at any depth of a folder, beside images and what other programs call .roi and .hdr', async () => {
    const folder = temporaryFolder();
    const day = join(folder, '2022', 'D20220519');
    mkdirSync(day, { recursive: true });
    writeBin(join(day, BIN));
    writeBin(join(day, 'D20220519T130000_IFCB134'), { adc: '' });
    write(folder, { 'scene.hdr': 'ENVI', 'outline.roi': 'Iout', 'a.png': '' });
    const { records, problems, classes } = await listImages(folder);
    expect(records.map(({ path }) => path)).toEqual([
      `${day}/${BIN}.roi/00001`,
      `${day}/${BIN}.roi/00003`,
      join(folder, 'a.png'),
    ]);
    expect(classes).toEqual([]);
    expect(problems.map(({ where }) => where)).toEqual([`${day}/D20220519T130000_IFCB134.adc`]);
    const strict = listImages(folder, { strict: true });
    await expect(strict).rejects.toThrow(/an empty file: a bin without images/);
  });

  it('that is damaged gives its good images, and all problems at once where all have to be good', async () => {
    const base = join(temporaryFolder(), BIN);
    writeBin(base, { roi: ROI.subarray(0, 8) });
    const { records, problems } = await listImages(`${base}.roi`);
    expect(records.map(({ path }) => path)).toEqual([`${base}.roi/00001`]);
    expect(problems).toMatchObject([{ where: `${base}.roi`, received: '8; the image is left out' }]);
    writeBin(base, { adc: `${ADC}4,5\n5,6\n`, roi: ROI.subarray(0, 8) });
    await expect(listImages(base, { strict: true })).rejects.toMatchObject({
      problems: [{ where: `${base}.adc:4` }, { where: `${base}.adc:5` }, { where: `${base}.roi` }],
    });
    await expect(listSources([base], { strict: true })).rejects.toMatchObject({ problems: { length: 3 } });
  });

  it('has classes from a table of its image names', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'D20220519'));
    writeBin(join(folder, 'D20220519', BIN));
    write(folder, {
      'labels.csv': [
        'file_name,class_name,class_name_auto,score',
        `${BIN}_00003.png,diatom,ciliate,0.7`,
        `${BIN}_00001.png,ciliate,ciliate,0.9`,
        `${BIN}_00002.png,ciliate,ciliate,0.9`,
        'other_00001.png,ciliate,ciliate,0.9',
      ].join('\n'),
    });
    const { records, problems, classes } = await listImages(join(folder, 'labels.csv'), { keepColumns: ['score'] });
    expect(classes).toEqual(['ciliate', 'diatom']);
    expect(records.map(({ path, label, fields }) => [path, label, fields?.score, fields?.roi_number])).toEqual([
      [`${folder}/D20220519/${BIN}.roi/00001`, 'ciliate', '0.9', '1'],
      [`${folder}/D20220519/${BIN}.roi/00003`, 'diatom', '0.7', '3'],
      [`${folder}/other_00001.png`, 'ciliate', '0.9', undefined],
    ]);
    expect(problems).toMatchObject([
      { where: `${folder}/labels.csv:4`, received: `${BIN}.roi/00002: no such image; the row is left out` },
    ]);
    // What predictions name images by.
    write(folder, { 'paths.csv': `path,label\nD20220519/${BIN}.roi/00003,diatom\n` });
    const byPath = await listImages(join(folder, 'paths.csv'));
    expect(await pixelsOf(byPath.records[0])).toEqual([2, 2, 10, 20, 30, 40]);
  });
});

const data = resolve(process.env.CLADENET_DATA ?? '../shared/data', 'ifcb');

describeWhere(existsSync(data), NEEDS.sharedData)('real bins', () => {
  it.each([
    ['v1/IFCB5_2012_028_081515', 11, 13, 6],
    ['v2/D20220519T124533_IFCB134', 15, 17, 17],
  ])('%s comes out pixel for pixel', async (name, width, start, count) => {
    const base = join(data, name);
    const roi = readFileSync(`${base}.roi`);
    const rows = readFileSync(`${base}.adc`, 'latin1')
      .trim()
      .split('\n')
      .map((line) => line.split(',').map(Number));
    const images = rows.flatMap((row, i) => ((row[width] ?? 0) > 0 ? [{ number: i + 1, row }] : []));
    const { records } = await listImages(base, { stitch: 'never' });
    expect(records).toHaveLength(images.length);
    for (const [i, { number, row }] of images.entries()) {
      const [w = 0, h = 0, from = 0] = [row[width], row[width + 1], row[start]];
      expect(records[i]?.path).toBe(`${base}.roi/${String(number).padStart(5, '0')}`);
      expect(await pixelsOf(records[i])).toEqual([w, h, ...roi.subarray(from, from + w * h)]);
    }
    expect(images.length).toBe(count);
    const listing = await listImages(base);
    const { rejected, images: loaded } = await loadImages(listing, grey(8), { cacheDir: false });
    expect([rejected, loaded.count]).toEqual([[], name.startsWith('v1') ? 5 : count]);
    expect(loaded.fields?.roi_number?.[2]).toBe('3');
  });
});
