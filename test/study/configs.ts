/** A study of the shapes that takes seconds. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StudyConfigInput } from '../../src/study/config.js';
import { toCsv } from '../../src/taxonomy/write.js';
import { shapesTaxonomy, tinyNetwork, tinyTraining } from '../fixtures/shapes.js';

/** A new folder with the taxonomy of the shapes in `tree.csv`. */
export async function workFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cladenet-study-'));
  await writeFile(join(folder, 'tree.csv'), toCsv(shapesTaxonomy));
  return folder;
}

/** Five arms on two models and a control: the flat one, three ways to decide with its tree, a random tree, a flat one. */
export const tinyStudy = (folder: string): StudyConfigInput => ({
  taxonomy: join(folder, 'tree.csv'),
  seeds: [1, 2],
  fractions: { train: 0.6, validation: 0.2, test: 0.2 },
  network: tinyNetwork,
  training: { ...tinyTraining, epochs: 5 },
  headTraining: { epochs: 2, batch: 16 },
  views: 1,
  arms: [
    { name: 'flat', kind: 'flat' },
    { name: 'tree', kind: 'tree' },
    { name: 'tree greedy', kind: 'tree', routing: 'greedy' },
    { name: 'tree lca', kind: 'tree', decide: 'lca', tta: 2 },
    { name: 'random', kind: 'tree', taxonomy: 'random', headKind: 'path-sum' },
    { name: 'retrained', kind: 'tree', taxonomy: 'flat', headKind: 'path-sum' },
  ],
});
