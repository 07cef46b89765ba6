import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Classification } from '../../../src/classifier/classification.js';
import type { ImageSet } from '../../../src/dataset/images.js';
import { PREDICTION_FORMATS } from '../../../src/report/predictions/prediction-formats.js';
import { parseRows } from '../../../src/table-rows.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';

const LSID = 'urn:lsid:marinespecies.org:taxname:104108';
const copepoda = { id: '1080', rank: 'class' };
const taxonomy = Taxonomy.fromLineages(
  [
    { label: 'Acartia', lineage: ['living', 'Copepoda', 'Acartia'], taxa: [{}, copepoda, { id: LSID, rank: 'genus' }] },
    // A life stage, which is no taxon of its own.
    { label: 'nauplius', lineage: ['living', 'Copepoda', 'nauplius'], taxa: [{}, copepoda, {}] },
    { label: 'detritus', lineage: ['not living', 'detritus'], biological: false },
  ],
  { singleChild: 'keep' },
);
const { classes } = taxonomy;

/** Writes predictions of the named classes, and reads the tables back as records. */
async function write(decided: readonly string[], fields: ImageSet['fields'], stopped: Record<number, string> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cladenet-dwc-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [model, out] = [join(folder, 'my model'), join(folder, 'out')];
  mkdirSync(model);
  writeFileSync(join(model, 'classifier.json'), '{"sha256": {"description": "abc123"}}');
  const decisions = Int32Array.from(decided, (name) => classes.indexOf(name));
  const probabilities = new Float32Array(decided.length * classes.length).fill(0.125);
  decisions.forEach((column, i) => (probabilities[i * classes.length + column] = 0.75));
  const nodes = decided.map((name, i) => ({ path: stopped[i] ?? taxonomy.leafOf(name), probability: 0.875 }));
  const classification = {
    ...{ classes, probabilities, decisions, labels: new Int32Array(decided.length) },
    ...(Object.keys(stopped).length > 0 && { nodes }),
  } as unknown as Classification;
  const images = { paths: decided.map((_, i) => `i/${i}.png`), count: decided.length, fields } as unknown as ImageSet;
  const context = { out, model, classes, taxonomy, minConfidence: undefined };
  const writer = await PREDICTION_FORMATS['darwin-core'].open(context);
  await writer.write({ images, classification });
  const line = await writer.commit();
  const records = (file: string) => {
    const { rows, faults } = parseRows(readFileSync(join(out, file), 'utf8'));
    expect(faults).toEqual([]);
    const [header, ...body] = rows;
    return body.map(({ fields }) => Object.fromEntries(header?.fields.map((name, i) => [name, fields[i]]) ?? []));
  };
  expect(readdirSync(out).sort()).toEqual([
    'event.csv',
    'identification.csv',
    'measurementOrFact.csv',
    'meta.xml',
    'occurrence.csv',
  ]);
  return { records, line, meta: readFileSync(join(out, 'meta.xml'), 'utf8') };
}

it('identifies images, and counts taxa with the concentration of nets: parts over the volume', async () => {
  const { records, line } = await write(['Acartia', 'nauplius', 'detritus', 'Acartia', 'Acartia'], {
    sample_id: ['s1', 's1', 's1', 's1', 's2'],
    object_id: ['o1', 'o2', 'o3', 'o4', 'o5'],
    sample_tot_vol: ['50', '50', '50', '50', '0'],
    // Two scans of one sample, of an eighth and a quarter of it.
    acq_sub_part: ['8', '8', '8', '4', '2'],
  });
  expect(line).toMatch(
    /^4 identifications in 2 samples written to .*; 1 image of no taxon left out; 1 sample without a known volume$/,
  );
  const identifications = records('identification.csv');
  expect(identifications.map(({ identificationID }) => identificationID)).toEqual(['o1', 'o2', 'o4', 'o5']);
  expect(identifications[0]).toEqual({
    identificationID: 'o1',
    occurrenceID: `s1_${LSID}`,
    eventID: 's1',
    associatedMedia: 'i/0.png',
    verbatimIdentification: 'living>Copepoda>Acartia',
    scientificName: 'Acartia',
    scientificNameID: LSID,
    taxonID: LSID,
    taxonRank: 'genus',
    identificationVerificationStatus: 'PredictedByMachine',
    identificationRemarks: 'probability 0.750000',
    identifiedBy: expect.stringMatching(/^cladenet \d/),
    identificationReferences: expect.stringMatching(
      /^classifier my model \(SHA-256 of its description: abc123\), run with cladenet \d/,
    ),
    dateIdentified: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
  // The nauplius is identified down to the class above it.
  expect(identifications[1]).toMatchObject({
    scientificName: 'Copepoda',
    taxonID: '1080',
    scientificNameID: '',
    verbatimIdentification: 'living>Copepoda>nauplius',
  });
  const occurrences = records('occurrence.csv').map(
    ({ occurrenceID, individualCount, organismQuantity, organismQuantityType }) => [
      occurrenceID,
      individualCount,
      organismQuantity,
      organismQuantityType,
    ],
  );
  expect(occurrences).toEqual([
    [`s1_${LSID}`, '2', String((8 + 4) / 50), 'individuals per cubic metre'],
    ['s1_1080', '1', String(8 / 50), 'individuals per cubic metre'],
    [`s2_${LSID}`, '1', '1', 'individuals'],
  ]);
  expect(records('event.csv')).toEqual([
    { eventID: 's1', sampleSizeValue: '50', sampleSizeUnit: 'cubic metre' },
    { eventID: 's2', sampleSizeValue: '', sampleSizeUnit: '' },
  ]);
  const measured = records('measurementOrFact.csv').map(
    ({ occurrenceID, measurementTypeID = '', measurementValue }) => [
      occurrenceID,
      measurementTypeID.split('/').at(-2),
      measurementValue,
    ],
  );
  expect(measured.slice(0, 2)).toEqual([
    [`s1_${LSID}`, 'OCOUNT01', '2'],
    [`s1_${LSID}`, 'SDBIOL01', '0.24'],
  ]);
  expect(measured).toHaveLength(5);
});

it('adds the millilitres of the bins of a sample, each once, and writes a stopped prediction as the taxon of its node', async () => {
  const { records, meta } = await write(
    ['Acartia', 'Acartia', 'Acartia'],
    { sample_id: ['A', 'A', 'A'], bin: ['b1', 'b1', 'b2'], ml_analyzed: ['4', '4', '1'] },
    { 1: 'living>Copepoda', 2: 'living' },
  );
  expect(records('event.csv')).toEqual([{ eventID: 'A', sampleSizeValue: '0.000005', sampleSizeUnit: 'cubic metre' }]);
  // 'living' is above all taxa: nothing is identified.
  expect(
    records('identification.csv').map(({ scientificName, identificationRemarks }) => [
      scientificName,
      identificationRemarks,
    ]),
  ).toEqual([
    ['Acartia', 'probability 0.875000'],
    ['Copepoda', 'probability 0.875000'],
  ]);
  expect(records('occurrence.csv').map(({ organismQuantity }) => organismQuantity)).toEqual(['200000', '200000']);
  // Every column of the archive is described, in its place.
  for (const [file, term] of [
    ['occurrence.csv', 'individualCount'],
    ['measurementOrFact.csv', 'measurementTypeID'],
  ] as const) {
    const [, described = ''] =
      new RegExp(`<location>${file}</location>(.*?)</(?:core|extension)>`, 's').exec(meta) ?? [];
    const terms = [...described.matchAll(/<field index="(\d+)" term="[^"]*\/(\w+)"/g)].map(([, , name]) => name);
    expect(terms).toEqual(Object.keys(records(file)[0] ?? {}));
    expect(terms).toContain(term);
  }
});

it('has one event where no column names the samples', async () => {
  const { records } = await write(['Acartia', 'nauplius'], undefined);
  expect(records('event.csv')).toEqual([{ eventID: 'images', sampleSizeValue: '', sampleSizeUnit: '' }]);
  expect(records('occurrence.csv').map(({ individualCount }) => individualCount)).toEqual(['1', '1']);
  expect(records('identification.csv')[0]).toMatchObject({ identificationID: 'i/0.png' });
});
