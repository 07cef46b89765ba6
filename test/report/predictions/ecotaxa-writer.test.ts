/** Predictions for EcoTaxa: what is written of which object, and under which name. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Classification } from '../../../src/classifier/classification.js';
import type { ImageSet } from '../../../src/dataset/images.js';
import { stopAtAncestor } from '../../../src/decision/stop-at-ancestor.js';
import { parseEcotaxaTable } from '../../../src/formats/ecotaxa/table.js';
import { PREDICTION_FORMATS } from '../../../src/report/predictions/prediction-formats.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';

const classes = ['Copepoda', 'Oncaeidae', 'detritus'];
const id = (number: string) => ({ id: number });
const taxonomy = Taxonomy.fromLineages([
  { label: 'Copepoda', lineage: ['Copepoda', 'Copepoda'], taxa: [{}, id('25828')] },
  { label: 'Oncaeidae', lineage: ['Copepoda', 'Oncaeidae'], taxa: [{}, id('78418')] },
  { label: 'detritus', lineage: ['detritus'], taxa: [id('84963')] },
]);
const ROWS = [
  [0.1, 0.8, 0.1],
  [0.45, 0.45, 0.1],
  [0.3, 0.3, 0.4],
  [0, 0, 1],
];

/** Writes the predictions of four objects, of which the last is validated. */
async function write(more: { readonly overwriteValidated?: boolean; readonly fields?: ImageSet['fields'] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cladenet-ecotaxa-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const out = join(folder, 'out');
  const fields = more.fields ?? {
    object_id: ['o1', 'o2', 'o3', 'o4'],
    objid: ['11', '12', '13', '14'],
    object_annotation_status: ['predicted', '', 'dubious', 'validated'],
  };
  const probabilities = Float32Array.from(ROWS.flat());
  const decisions = Int32Array.from(ROWS, (row) => row.indexOf(Math.max(...row)));
  const classification: Classification = {
    ...{ classes, probabilities, decisions, labels: new Int32Array(ROWS.length) },
    nodes: stopAtAncestor(probabilities, classes, taxonomy, { threshold: 0.7, leaves: decisions }),
  };
  const images = { paths: ROWS.map((_, i) => `${i}.png`), count: ROWS.length, fields } as unknown as ImageSet;
  const context = { out, model: 'm', classes, taxonomy, minConfidence: 0.7, ...more };
  const writer = await PREDICTION_FORMATS.ecotaxa.open(context);
  try {
    await writer.write({ images, classification });
    await writer.write({ images, classification });
  } catch (error) {
    await writer.discard();
    throw error;
  }
  const line = await writer.commit();
  const { objects, problems } = parseEcotaxaTable(readFileSync(join(out, 'ecotaxa_update.tsv')));
  const json = join(out, 'classify_auto_multiple.json');
  const scores: unknown = existsSync(json) ? JSON.parse(readFileSync(json, 'utf8')) : undefined;
  return { rows: objects.map((one) => [one.object, one.category, one.categoryId, one.status]), problems, scores, line };
}

it('writes the class, or the ancestor where it stopped, of each object that nobody has validated', async () => {
  const { rows, problems, scores, line } = await write();
  expect(problems).toEqual([]);
  expect(rows).toEqual([
    ['o1', 'Oncaeidae', '78418', 'predicted'],
    ['o2', 'Copepoda', '25828', 'predicted'],
  ]);
  expect(scores).toEqual({
    target_ids: [11, 12],
    classifications: [
      [78418, 25828, 84963],
      [25828, 78418, 84963],
    ],
    scores: [
      [0.8, 0.1, 0.1],
      [0.9, 0.45, 0.1],
    ],
    keep_log: true,
  });
  expect(line).toMatch(
    /^2 objects written to .*ecotaxa_update.tsv; 1 validated object left alone, 1 object not decided$/,
  );
});

it('predicts validated objects where it is asked to, and writes no scores without numbers', async () => {
  const fields = { object_id: ['o1', 'o2', 'o3', 'o4'], object_annotation_status: ['', '', '', 'validated'] };
  const { rows, scores, line } = await write({ overwriteValidated: true, fields });
  expect(rows.map(([object, category]) => [object, category])).toEqual([
    ['o1', 'Oncaeidae'],
    ['o2', 'Copepoda'],
    ['o4', 'detritus'],
  ]);
  expect([scores, line]).toEqual([undefined, expect.stringContaining('no classify_auto_multiple.json')]);
});

it('needs objects', async () => {
  await expect(write({ fields: { sample_id: ['a', 'a', 'a', 'a'] } })).rejects.toMatchObject({ code: 'USAGE' });
});
