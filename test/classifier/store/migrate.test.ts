/** Descriptions of format version 2 are read under the names of today, and checked as they were written. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FORMAT_VERSION } from '../../../src/classifier/schema.js';
import { loadClassifier } from '../../../src/classifier/store/load.js';
import { migrate } from '../../../src/classifier/store/migrate.js';
import { identify, readClassifier } from '../../../src/classifier/store/store.js';
import { compiled as make } from '../../fixtures/device.js';
import { FORMAT_2, format2Models } from '../../fixtures/format-2.js';

const saved = (name: string) => join(FORMAT_2, 'models', name);
const read = async (folder: string) => JSON.parse(await readFile(join(folder, 'classifier.json'), 'utf8'));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-migrate-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A copy of a saved classifier with another description. */
async function edited(name: string, change: (text: string) => string): Promise<string> {
  const copy = join(folder, `${name}-${Math.random()}`);
  await cp(saved(name), copy, { recursive: true });
  const file = join(copy, 'classifier.json');
  await writeFile(file, change(await readFile(file, 'utf8')));
  return copy;
}

describe('a description of format version 2', () => {
  it('has new names for its modules, the kind of its heads and the share of unaugmented epochs, in every training', async () => {
    const content = await read(saved('tuned'));
    const migrated = migrate(content);
    expect(migrated).toMatchObject({
      version: 3,
      modules: content.parts,
      headKind: 'conditional',
      network: content.network,
      training: { unaugmentedShare: 0 },
      trunkTraining: { unaugmentedShare: 0.25 },
      attempts: [{ node: 'round', training: { unaugmentedShare: 0.25 } }],
      sha256: content.sha256,
    });
    expect(JSON.stringify(migrated)).not.toMatch(/plainShare|"parts"/);
    expect(migrated).not.toHaveProperty('head');
  });

  it('of a flat classifier too; what is of today stays as it is', async () => {
    const { description } = await readClassifier(saved('flat'));
    expect(description).toMatchObject({ version: FORMAT_VERSION, training: { unaugmentedShare: 0.25 } });
    expect(migrate(description)).toBe(description);
  });

  it('is checked by the checksum of what was written', async () => {
    const broken = await edited('tree', (text) => text.replace('"plainShare": 0.25', '"plainShare": 0.5'));
    await expect(loadClassifier(broken, { make })).rejects.toThrow(/damaged or was edited/);
    const unknown = await edited('tree', (text) => text.replace('"plainShare"', '"unaugmentedShare"'));
    await expect(loadClassifier(unknown, { make })).rejects.toThrow(/damaged or was edited/);
  });

  it('keeps the checksum by which tuned and grown trees name it', async () => {
    const { sha256 } = await read(saved('tree'));
    expect(await identify(saved('tree'))).toEqual({ name: 'tree', sha256: sha256.description });
  });

  it.each(format2Models)('is saved in the format of today, and loads again: %s', async (name) => {
    const before = await loadClassifier(saved(name), { make });
    const again = join(folder, name);
    await before.save(again);
    const content = await read(again);
    expect(content.version).toBe(FORMAT_VERSION);
    expect(Object.keys(content)).toContain('modules');
    expect((await loadClassifier(again, { make })).description).toEqual(before.description);
  });
});
