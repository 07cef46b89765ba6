import { mkdtemp, readFile, realpath, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { generateOrganisms } from '../../src/dataset/generate.js';
import { PACKAGE_ROOT } from '../../src/package-root.js';
import { entryPoints, runSnippet, SnippetProgram } from './snippets.js';

/** The functions that people call most: each has an example. */
const MOST_USED = [
  'Taxonomy.fromLineages',
  'calibrateSets',
  'compareClassifiers',
  'comparisonTable',
  'confusionFromPredictions',
  'conformalSets',
  'decideLeaves',
  'evaluate',
  'drawTree',
  'findWeakSubtrees',
  'fitTemperature',
  'groupClasses',
  'groupTaxonomy',
  'lcaHeights',
  'listImages',
  'nodeProbabilities',
  'readTaxonomy',
  'splitImages',
  'stopAtAncestor',
  'sweepBeta',
  'topK',
];
/** Examples that save the classifiers that others load. */
const FIRST = ['trainFlat', 'trainTree'];

const { exports } = JSON.parse(await readFile(join(PACKAGE_ROOT, 'package.json'), 'utf8'));
const entries = entryPoints(exports);
const sources = new SnippetProgram(entries);
const order = ({ name }: { name: string }) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
const examples = sources.examples().sort((a, b) => order(a) - order(b) || (a.name < b.name ? -1 : 1));

// The working directory of all snippets: images, their taxonomy, and what the first examples save.
const before = process.cwd();
let folder: string;

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'cladenet-docs-')));
  const { imagesFolder, taxonomyFile } = await generateOrganisms({ out: join(folder, 'organisms'), imagesPerClass: 6 });
  await rename(imagesFolder, join(folder, 'images'));
  await rename(taxonomyFile, join(folder, 'plankton.csv'));
  process.chdir(folder);
});

afterAll(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true, force: true });
});

test('examples in docstrings are type-correct', () => {
  expect(new SnippetProgram(entries, examples, sources).typeErrors()).toEqual([]);
});

test('the functions that are used most have an example', () => {
  expect(examples.map(({ name }) => name)).toEqual(expect.arrayContaining(MOST_USED));
});

describe('examples in docstrings give what they state', () => {
  test.for(examples)('$name', async (example) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    const values = await runSnippet(example, entries, folder).finally(() => log.mockRestore());
    expect(values.length).toBeGreaterThan(0);
    expect(values.map(({ code, found }) => ({ code, value: found }))).toEqual(
      values.map(({ code, stated }) => ({ code, value: stated })),
    );
  });
});
