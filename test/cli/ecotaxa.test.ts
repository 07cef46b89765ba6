/** EcoTaxa in and out on the command line: an export in a zip file, split by samples, and predictions that others take. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseEcotaxaTable } from '../../src/formats/ecotaxa/table.js';
import { EXPORT_COLUMNS, ecotaxaTable, exported } from '../fixtures/ecotaxa.js';
import { zipOf } from '../fixtures/zip.js';
import { cladenet, type Outcome } from './cli.js';

const TAXA = ['Biota>Copepoda>Oncéidae', 'Biota>Copepoda', 'not-living>detritus'] as const;
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

let folder: string;
let zip: string;
let trained: Outcome;
const at = (name: string) => join(folder, name);
const forest = ['train', 'forest', '--features', 'biologists', '--trees', '20', '--crop-bottom', '4'];

/** 48 objects of 7 samples, of which 6 are predicted, in Latin-1: the sixth sample has no volume. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cladenet-ecotaxa-'));
  zip = at('export.zip');
  const objects = Array.from({ length: 48 }, (_, i) => {
    const state = i < 42 ? {} : { object_annotation_status: 'predicted' };
    const net = { sample_id: `s${i % 7}`, sample_tot_vol: i % 7 === 6 ? '' : '50', acq_sub_part: '4' };
    return exported(i, TAXA[i % 3] as string, {
      object_id: `ô${i}`,
      ...net,
      classif_id: String(100 + (i % 3)),
      ...state,
    });
  });
  const images = await Promise.all(
    objects.map(async ({ img_file_name: name }, i) => ({
      name,
      file: await vignette(SHAPES[i % 3] as readonly [number, number], i),
    })),
  );
  const columns = [...EXPORT_COLUMNS, 'classif_id', 'sample_tot_vol', 'acq_sub_part'];
  const table = Buffer.from(ecotaxaTable(columns, objects), 'latin1');
  writeFileSync(zip, zipOf([{ name: 'ecotaxa_export.tsv', file: table }, ...images]));
  const split = ['--split', '0.6/0.2/0.2', '--group-by', 'sample_id', '--images', zip];
  trained = await cladenet([...forest, ...split, '--out', at('model')]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function predict(...more: string[]): Promise<string> {
  const { code, stderr } = await cladenet(['predict', at('model'), zip, '--taxonomy', zip, ...more]);
  expect(code, stderr).toBe(0);
  return stderr;
}

it('trains on an export by samples', async () => {
  expect([trained.code, trained.stderr]).toEqual([0, expect.any(String)]);
  expect(trained.stderr).toContain('48 rows, 42 images, 6 rows left out (6 predicted)');
  expect(trained.stderr).toMatch(/grouped by sample_id: \d groups train, \d validation, \d test\n/);
  expect(trained.stderr).toMatch(/a random split would take \d+\.\d % of its test images from groups/);
  const missing = await cladenet([...forest, '--group-by', 'sampel_id', '--images', zip, '--out', at('no')]);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("Did you mean 'sample_id'?")]);
});

it('updates the objects of the export that nobody has validated', async () => {
  const said = await predict('--format', 'ecotaxa', '--out', at('out'));
  expect(said).toContain('6 objects written');
  expect(said).toContain('42 validated objects left alone');
  const update = parseEcotaxaTable(readFileSync(join(at('out'), 'ecotaxa_update.tsv')));
  expect([update.problems, update.objects.map(({ object }) => object).sort()]).toEqual([
    [],
    ['ô42', 'ô43', 'ô44', 'ô45', 'ô46', 'ô47'],
  ]);
  expect(new Set(update.objects.map(({ category, categoryId }) => `${category} ${categoryId}`))).toEqual(
    new Set(['Oncéidae 100', 'Copepoda 101', 'detritus 102']),
  );
  const json = readFileSync(join(at('out'), 'classify_auto_multiple.json'), 'utf8');
  const scores = JSON.parse(json) as { target_ids: number[]; classifications: number[][] };
  expect(scores.target_ids.sort()).toEqual([42, 43, 44, 45, 46, 47]);
  // The first taxon is the one of the table.
  const decided = update.objects.map(({ categoryId }) => Number(categoryId)).sort();
  expect(scores.classifications.map(([first]) => first).sort()).toEqual(decided);
});

it('publishes what it predicts as Darwin Core, the same as in its table', async () => {
  await predict('--out', at('p.csv'), '--keep-columns', 'object_id,sample_id');
  const rows = (file: string) =>
    parse(readFileSync(file, 'utf8'), { columns: true }) as Readonly<Record<string, string>>[];
  const predicted = rows(at('p.csv'));
  const organisms = predicted.filter(({ class: name }) => name !== 'detritus');
  const said = await predict('--format', 'darwin-core', '--out', at('dwc'));
  expect(said).toContain(`${organisms.length} identifications in 7 samples written to ${at('dwc')}`);
  expect(said).toContain(`${48 - organisms.length} images of no taxon left out; 1 sample without a known volume`);

  const identified = rows(join(at('dwc'), 'identification.csv'));
  const taxa = { Oncéidae: '100', Copepoda: '101' } as Record<string, string>;
  expect(identified.map((row) => [row.associatedMedia, row.identificationID, row.eventID, row.taxonID])).toEqual(
    organisms.map((row) => [row.path, row.object_id, row.sample_id, taxa[row.class ?? '']]),
  );
  expect(new Set(identified.map(({ scientificName }) => scientificName))).toEqual(new Set(['Oncéidae', 'Copepoda']));
  for (const [i, row] of identified.entries()) {
    expect(row.identificationVerificationStatus).toBe('PredictedByMachine');
    expect(Number(row.identificationRemarks?.replace('probability ', ''))).toBeCloseTo(
      Number(organisms[i]?.probability),
      4,
    );
  }

  // Counts, and concentrations of 4 parts of 50 cubic metres.
  const expected = new Map<string, number>();
  for (const { sample_id: sample, class: name = '' } of organisms) {
    const key = `${sample}_${taxa[name]}`;
    expected.set(key, (expected.get(key) ?? 0) + 1);
  }
  const occurrences = rows(join(at('dwc'), 'occurrence.csv'));
  expect(new Map(occurrences.map((row) => [row.occurrenceID, Number(row.individualCount)]))).toEqual(expected);
  for (const row of occurrences) {
    const count = Number(row.individualCount);
    const isKnown = row.eventID !== 's6';
    expect([Number(row.organismQuantity), row.organismQuantityType]).toEqual(
      isKnown ? [expect.closeTo((4 * count) / 50, 9), 'individuals per cubic metre'] : [count, 'individuals'],
    );
  }
});
