/** `features`: from images to tables and pictures. */
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFeatureTable } from '../../src/features/tables/read-feature-table.js';
import { disc } from '../features/masks.js';
import { cladenet } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-features-'));
  await mkdir(at('images', 'discs'), { recursive: true });
  for (const radius of [4, 6]) {
    const { pixels, width, height } = disc(radius);
    await sharp(pixels, { raw: { width, height, channels: 1 } })
      .extend({ bottom: 5, background: '#000' })
      .png()
      .toFile(at('images', 'discs', `${radius}.png`));
  }
  await sharp({ create: { width: 9, height: 9, channels: 3, background: '#fff' } })
    .png()
    .toFile(at('images', 'empty.png'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('features', () => {
  it('writes a row an image, says what is odd, and draws what was found', async () => {
    const to = ['--out', at('own.csv'), '--figures', at('figures'), '--crop-bottom', '5'];
    const { code, stdout, stderr } = await cladenet(['features', at('images'), ...to]);
    expect([code, stdout], stderr).toEqual([0, '']);
    expect(stderr).not.toContain('has no class');
    const none = 'no object: none of its 36 pixels has a grey level of at most 243';
    expect(stderr).toContain(`1 image: ${none} (${at('images', 'empty.png')})\n`);
    expect(stderr).toMatch(/^56 features of 3 images in .*, written to .*own\.csv$/m);
    const { names, rows, values, notes } = await readFeatureTable(at('own.csv'));
    expect(rows).toEqual([at('images', 'discs', '4.png'), at('images', 'discs', '6.png'), at('images', 'empty.png')]);
    const areas = rows.map((_, row) => values[row * names.length + names.indexOf('area')]);
    expect(areas).toEqual([49, 113, Number.NaN]);
    expect(notes?.get(2)).toBe(none);
    expect(await readdir(at('figures'))).toEqual(['1-4.png', '2-6.png', '3-empty.png', 'sheet.png']);
    const { data, info } = await sharp(at('figures', '2-6.png')).raw().toBuffer({ resolveWithObject: true });
    // Outline, tint and axes have their colours; the picture to the left has none of them.
    const has = (red: number, green: number, blue: number) => {
      for (let i = 0; i < data.length; i += info.channels) {
        if (data[i] === red && data[i + 1] === green && data[i + 2] === blue) return true;
      }
      return false;
    };
    expect([has(0xd5, 0x5e, 0x00), has(0x00, 0x72, 0xb2)]).toEqual([true, true]);
  });

  it("writes EcoTaxa's columns of another set, where they are asked for", async () => {
    const to = ['--set', 'uvp6', '--out', at('ecotaxa_own.tsv'), '--ecotaxa', '--background', 'light'];
    const { code, stderr } = await cladenet(['features', at('images', 'discs'), '--threshold', '120', ...to]);
    expect(code, stderr).toBe(0);
    const [header, types, first] = (await readFile(at('ecotaxa_own.tsv'), 'utf8')).split('\n');
    expect(header?.split('\t').slice(0, 4)).toEqual(['img_file_name', 'object_id', 'object_area', 'object_width']);
    expect(types?.split('\t').slice(0, 3)).toEqual(['[t]', '[t]', '[f]']);
    expect(first?.split('\t').slice(1, 4)).toEqual(['4', '65', '13']);
  });

  it('says which images and files it cannot use', async () => {
    const cut = await cladenet(['features', at('images'), '--out', at('x.csv'), '--crop-bottom', '18']);
    const unmeasured = /^2 images: not measured: cropBottom: .* received 18 \(.*discs\/4\.png, .*empty\.png\)$/m;
    expect([cut.code, cut.stderr]).toEqual([0, expect.stringMatching(unmeasured)]);
    expect(await readFile(at('x.csv'), 'utf8')).toContain(
      'not measured: cropBottom: expected less than the 18 rows of the image',
    );
    const kind = await cladenet(['features', at('images'), '--out', at('x.xlsx')]);
    expect([kind.code, kind.stderr]).toEqual([2, expect.stringContaining('*.csv, *.tsv, *.txt, *.npy')]);
  });
});
