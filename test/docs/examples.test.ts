import { mkdir, mkdtemp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { generateOrganisms, organismClasses } from '../../src/dataset/generate.js';
import { type PresetName, presets } from '../../src/network/presets.js';
import type { NetworkSpec } from '../../src/network/spec.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { smallCompact } from '../cli/small-compact.js';
import { codeBlocks, entryPoints, runSnippet, SnippetProgram } from './snippets.js';

/** The functions that people call most: each has an example. */
const MOST_USED = [
  'calibrateSets',
  'compareClassifiers',
  'comparisonTable',
  'conformalSets',
  'confusionFromPredictions',
  'decideLeaves',
  'drawTree',
  'evaluate',
  'findWeakSubtrees',
  'fitTemperature',
  'groupClasses',
  'groupTaxonomy',
  'lcaHeights',
  'listImages',
  'loadClassifier',
  'loadImages',
  'nodeProbabilities',
  'openImages',
  'prepareData',
  'readTaxonomy',
  'splitImages',
  'stopAtAncestor',
  'sweepBeta',
  'Taxonomy.fromLineages',
  'topK',
  'trainFlat',
  'trainTree',
  'writeReport',
];
/** Of the images that the snippets find: few classes, so that a tree has few nodes to train. */
const FAMILIES = ['Pilulidae', 'Stellacidae', 'Pelvinidae'];
/** Examples that save the classifiers that others load. */
const FIRST = ['trainFlat', 'trainTree'];

const { exports } = JSON.parse(await readFile(join(PACKAGE_ROOT, 'package.json'), 'utf8'));
const entries = entryPoints(exports);
const blocks = codeBlocks(await readFile(join(PACKAGE_ROOT, 'README.md'), 'utf8'));
const readme = blocks.map((code, i) => ({ name: `README.md, block ${i + 1}`, code }));
const formats = codeBlocks(await readFile(join(PACKAGE_ROOT, 'docs', 'formats.md'), 'utf8'));
const ofFormats = formats.map((code, i) => ({ name: `docs/formats.md, block ${i + 1}`, code }));
const sources = new SnippetProgram(entries);
const order = ({ name }: { name: string }) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
const examples = sources.examples().sort((a, b) => order(a) - order(b) || (a.name < b.name ? -1 : 1));

// Most of the time would go into preparing the network of the preset.
const networks: Record<PresetName, NetworkSpec> = presets;
const { compact } = presets;

// The working directory of all snippets: images, their taxonomy, and what the first examples save.
const before = process.cwd();
let folder: string;

beforeAll(async () => {
  networks.compact = smallCompact;
  folder = await realpath(await mkdtemp(join(tmpdir(), 'cladenet-docs-')));
  const { imagesFolder } = await generateOrganisms({ out: join(folder, 'organisms'), imagesPerClass: 8 });
  const used = organismClasses.filter(({ lineage }) => FAMILIES.includes(lineage[2] ?? ''));
  await mkdir(join(folder, 'images'));
  for (const { name } of used) await rename(join(imagesFolder, name), join(folder, 'images', name));
  const rows = used.map(({ name, lineage }) => `${name},${['Plankton', ...lineage.slice(2)].join('>')}`);
  await writeFile(join(folder, 'plankton.csv'), ['class,path', ...rows, ''].join('\n'));
  process.chdir(folder);
});

afterAll(async () => {
  networks.compact = compact;
  process.chdir(before);
  await rm(folder, { recursive: true, force: true });
});

test('the code in the documents and in docstrings is type-correct', () => {
  expect(readme.length).toBeGreaterThan(0);
  expect(ofFormats.length).toBeGreaterThan(0);
  expect(new SnippetProgram(entries, [...readme, ...ofFormats, ...examples], sources).typeErrors()).toEqual([]);
});

test('the functions that are used most have an example', () => {
  expect(examples.map(({ name }) => name)).toEqual(expect.arrayContaining(MOST_USED));
});

test("the README's twelve lines train two classifiers, print their table and write the report", async () => {
  const [twelve] = readme;
  if (twelve === undefined) throw new Error('no code in README.md');
  expect(twelve.code.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(12);
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  try {
    await runSnippet(twelve, entries, folder);
    const [table] = log.mock.calls[0] ?? [];
    expect(table).toMatch(/accuracy[\s\S]*\nflat [\s\S]*\ntree [\s\S]*flat - tree/);
  } finally {
    log.mockRestore();
  }
  const report = await readFile(join(folder, 'report.html'), 'utf8');
  expect(report).toMatch(/^<!doctype html>/i);
  expect(report).toContain('tree');
});

describe('examples in docs/formats.md and in docstrings give what they state', () => {
  test.for([...ofFormats, ...examples])('$name', async (example) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const values = await runSnippet(example, entries, folder).finally(() => log.mockRestore());
    expect(values.length).toBeGreaterThan(0);
    expect(values.map(({ code, found }) => ({ code, value: found }))).toEqual(
      values.map(({ code, stated }) => ({ code, value: stated })),
    );
  });
});
