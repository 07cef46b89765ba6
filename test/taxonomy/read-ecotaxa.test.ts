import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readTaxonomy } from '../../src/taxonomy/read.js';
import { EXPORT_COLUMNS, ecotaxaTable, exported } from '../fixtures/ecotaxa.js';
import { zipOf } from '../fixtures/zip.js';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cladenet-ecotaxa-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const TABLE = ecotaxaTable(
  [...EXPORT_COLUMNS, 'classif_id'],
  [
    exported(1, 'Biota>Animalia>Copepoda>Oncaeidae', { classif_id: '78418.0' }),
    exported(2, 'Biota>Animalia>Copepoda', { classif_id: '25828' }),
    exported(3, 'not-living>plastic>fiber'),
    exported(4, 'not-living>detritus>fiber', { object_annotation_status: 'predicted' }),
  ],
);

it('is the hierarchies of an EcoTaxa table, a folder or a zip file of them', async () => {
  const folder = temporaryFolder();
  const table = join(folder, 'ecotaxa_export.tsv');
  writeFileSync(table, TABLE);
  const zip = join(folder, 'export.zip');
  writeFileSync(zip, zipOf([{ name: 'a/ecotaxa_export.tsv', file: TABLE }]));
  for (const source of [table, folder, zip]) {
    const taxonomy = await readTaxonomy(source);
    expect(taxonomy.classes).toEqual(['Copepoda', 'Oncaeidae', 'fiber<detritus', 'fiber<plastic']);
    expect(taxonomy.leafOf('Copepoda')).toBe('Copepoda>Copepoda');
    expect([...taxonomy.nonBiological].sort()).toEqual(['fiber<detritus', 'fiber<plastic']);
    expect(taxonomy.node('Copepoda>Oncaeidae').id).toBe('78418');
    expect(taxonomy.node('not-living').children).toEqual(['not-living>detritus', 'not-living>plastic']);
  }
  const kept = await readTaxonomy(zip, { singleChild: 'keep' });
  expect(kept.leafOf('Oncaeidae')).toBe('Biota>Animalia>Copepoda>Oncaeidae');
});

it('needs hierarchies, and says for which taxa', async () => {
  const table = join(temporaryFolder(), 'ecotaxa.tsv');
  const columns = EXPORT_COLUMNS.filter((name) => name !== 'object_annotation_hierarchy');
  writeFileSync(table, ecotaxaTable(columns, [exported(1, 'a>x'), exported(2, 'a>y')]));
  await expect(readTaxonomy(table)).rejects.toMatchObject({
    code: 'TAXONOMY',
    problems: [{ where: table, received: 'none for x, y' }],
  });
});
