/** EcoTaxa's own examples on the command line, beside images made for them. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EcotaxaTable } from '../../src/formats/ecotaxa/table.js';
import { counted } from '../../src/units.js';
import { describeWhere, NEEDS } from '../fixtures/needs.js';
import { cladenet } from './cli.js';

const real = resolve(process.env.CLADENET_DATA ?? '../shared/data', 'ecotaxa-tsv');
const files = (folder: string) => (existsSync(real) ? readdirSync(join(real, folder)) : []);
const readable = ['valid', 'exports'].flatMap((folder) => files(folder).map((name) => join(folder, name)));

describeWhere(existsSync(real), NEEDS.sharedData)("EcoTaxa's own examples", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cladenet-examples-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('read under valid and exports, and are measured image by image', async () => {
    for (const name of readable) await measured(name);
  });

  it('are refused under invalid, with line and column', async () => {
    expect(files('invalid')).toHaveLength(5);
    for (const name of files('invalid')) await refused(name);
  });

  async function measured(name: string): Promise<void> {
    const place = join(folder, name.replaceAll('/', '_'));
    const bytes = readFileSync(join(real, name));
    const images: string[] = [];
    const table = new EcotaxaTable({
      onLine: ({ image, objid }) => images.push(image === '' ? `images/${objid}_0.jpg` : image),
    });
    table.push(bytes);
    expect(table.end().problems).toEqual([]);
    const bar = { create: { width: 9, height: 4, channels: 3, background: 'black' } } as const;
    const image = await sharp({ create: { width: 24, height: 28, channels: 3, background: 'white' } })
      .composite([{ input: bar, left: 5, top: 5 }])
      .png()
      .toBuffer();
    for (const path of images) {
      mkdirSync(join(place, dirname(path)), { recursive: true });
      writeFileSync(join(place, path), image);
    }
    writeFileSync(join(place, `ecotaxa_${basename(name)}`), bytes);
    const all = ['--object-images', 'all', '--status', 'validated,predicted,dubious,discarded'];
    const isAnnotated = /annotation_status/.test(bytes.toString('latin1'));
    const out = join(folder, 'features.csv');
    const { code, stderr } = await cladenet([
      'features',
      place,
      ...(isAnnotated ? all : all.slice(0, 2)),
      '--out',
      out,
    ]);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(`56 features of ${counted(new Set(images).size, 'image')} `);
    expect(stderr).not.toContain('problem');
    // Areas of 9 x 4 pixels in each row.
    const rows = readFileSync(out, 'utf8').trim().split('\n');
    const area = rows[0]?.split(',').indexOf('area') ?? -1;
    expect(new Set(rows.slice(1).map((row) => row.split(',')[area]))).toEqual(new Set(['36']));
  }

  async function refused(name: string): Promise<void> {
    const path = join(real, 'invalid', name);
    const { code, stdout, stderr } = await cladenet(['features', path, '--out', join(folder, 'none.csv')]);
    expect([code, stdout]).toEqual([1, '']);
    const column = name.startsWith('empty') ? '' : ', column \\w+';
    expect(stderr).toMatch(new RegExp(`${name}:\\d+${column}: expected .+, received .+`));
    expect(existsSync(join(folder, 'none.csv'))).toBe(false);
  }
});
