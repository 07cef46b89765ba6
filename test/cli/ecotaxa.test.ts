/** EcoTaxa in and out on the command line: an export in a zip file, split by samples, and predictions that EcoTaxa takes. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, it, onTestFinished } from 'vitest';
import { parseEcotaxaTable } from '../../src/formats/ecotaxa/table.js';
import { EXPORT_COLUMNS, ecotaxaTable, exported } from '../fixtures/ecotaxa.js';
import { zipOf } from '../fixtures/zip.js';
import { cladenet } from './cli.js';

const TAXA = ['Biota>Copepoda>Oncaeidae', 'Biota>Copepoda', 'not-living>detritus'] as const;
const SHAPES = [
  [18, 4],
  [4, 18],
  [9, 9],
] as const;

/** A dark rectangle of its own grey on white, above a black scale bar of 4 rows. */
const vignette = ([width, height]: readonly [number, number], shift: number) =>
  sharp({ create: { width: 24, height: 28, channels: 3, background: 'white' } })
    .composite([
      {
        input: { create: { width, height, channels: 3, background: { r: shift, g: shift, b: shift } } },
        left: 1 + (shift % 4),
        top: 1,
      },
      { input: { create: { width: 24, height: 4, channels: 3, background: 'black' } }, left: 0, top: 24 },
    ])
    .png()
    .toBuffer();

it('trains on an export by samples, and updates its objects', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cladenet-ecotaxa-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const objects = Array.from({ length: 48 }, (_, i) => {
    const state = i < 42 ? {} : { object_annotation_status: 'predicted' };
    return exported(i, TAXA[i % 3] as string, { sample_id: `s${i % 7}`, classif_id: String(100 + (i % 3)), ...state });
  });
  const images = await Promise.all(
    objects.map(async ({ img_file_name: name }, i) => ({
      name,
      file: await vignette(SHAPES[i % 3] as readonly [number, number], i),
    })),
  );
  const zip = join(folder, 'export.zip');
  const table = ecotaxaTable([...EXPORT_COLUMNS, 'classif_id'], objects);
  writeFileSync(zip, zipOf([{ name: 'ecotaxa_export.tsv', file: table }, ...images]));

  const model = join(folder, 'model');
  const forest = ['train', 'forest', '--features', 'biologists', '--trees', '20', '--crop-bottom', '4'];
  const split = ['--split', '0.6/0.2/0.2', '--group-by', 'sample_id', '--images', zip];
  const trained = await cladenet([...forest, ...split, '--out', model]);
  expect([trained.code, trained.stderr]).toEqual([0, expect.any(String)]);
  expect(trained.stderr).toContain('48 rows, 42 images, 6 rows left out (6 predicted)');
  expect(trained.stderr).toMatch(/grouped by sample_id: \d groups train, \d validation, \d test\n/);
  expect(trained.stderr).toMatch(/a random split would take \d+\.\d % of its test images from groups/);

  const out = join(folder, 'out');
  const predicted = await cladenet(['predict', model, zip, '--format', 'ecotaxa', '--taxonomy', zip, '--out', out]);
  expect([predicted.code, predicted.stderr]).toEqual([0, expect.any(String)]);
  expect(predicted.stderr).toContain('6 objects written');
  expect(predicted.stderr).toContain('42 validated objects left alone');
  const update = parseEcotaxaTable(readFileSync(join(out, 'ecotaxa_update.tsv')));
  expect([update.problems, update.objects.map(({ object }) => object).sort()]).toEqual([
    [],
    ['o42', 'o43', 'o44', 'o45', 'o46', 'o47'],
  ]);
  expect(new Set(update.objects.map(({ category, categoryId }) => `${category} ${categoryId}`))).toEqual(
    new Set(['Oncaeidae 100', 'Copepoda 101', 'detritus 102']),
  );
  const scores = JSON.parse(readFileSync(join(out, 'classify_auto_multiple.json'), 'utf8')) as { target_ids: number[] };
  expect(scores.target_ids.sort()).toEqual([42, 43, 44, 45, 46, 47]);

  const missing = await cladenet([...forest, '--group-by', 'sampel_id', '--images', zip, '--out', join(folder, 'no')]);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("Did you mean 'sample_id'?")]);
});
