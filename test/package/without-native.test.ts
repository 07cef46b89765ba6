/** The library where neither sharp nor TensorFlow is installed: it imports, and its pure parts work. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, string> };
const SUBPATHS = Object.keys(exports)
  .filter((name) => name !== './package.json')
  .map((name) => `cladenet${name.slice(1)}`);
const NATIVE = ['sharp', '@img', '@tensorflow'];
const project = mkdtempSync(join(tmpdir(), 'cladenet-pure-'));

beforeAll(() => {
  // As `node bootstrap.mjs` compiled it.
  cpSync('dist', join(project, 'dist'), { recursive: true });
  copyFileSync('package.json', join(project, 'package.json'));
  mkdirSync(join(project, 'node_modules'));
  for (const name of readdirSync('node_modules')) {
    if (!NATIVE.includes(name)) symlinkSync(resolve('node_modules', name), join(project, 'node_modules', name));
  }
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Runs a script in the project; what it prints. */
function run(script: string): string {
  const args = ['--input-type=module', '-e', script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout;
}

describe('without sharp and TensorFlow', () => {
  it('neither is installed', () => {
    const script = `for (const name of ['sharp', '@tensorflow/tfjs']) {
      await import(name).then(() => console.log(name, 'found'), (error) => console.log(name, error.code));
    }`;
    expect(run(script)).toBe('sharp ERR_MODULE_NOT_FOUND\n@tensorflow/tfjs ERR_MODULE_NOT_FOUND\n');
  });

  it('every subpath exports the values that surface.txt lists, and loads nothing native', () => {
    const script = `
      import { readFileSync } from 'node:fs';
      for (const subpath of ${JSON.stringify(SUBPATHS)}) {
        const names = Object.keys(await import(subpath));
        const native = process.platform === 'linux' && /\\.node$/m.test(readFileSync('/proc/self/maps', 'utf8'));
        console.log(subpath, native, names.sort().join(' '));
      }`;
    const listed = readFileSync('test/package/surface.txt', 'utf8').split('\n\n');
    const valuesOf = (part: string) =>
      /values \(\d+\)\n([\s\S]*?)\n? {2}types/.exec(part)?.[1]?.trim().split(/\s+/) ?? [];
    expect(listed.length).toBe(SUBPATHS.length);
    expect(run(script)).toBe(
      SUBPATHS.map((subpath, i) => `${subpath} false ${valuesOf(listed[i] ?? '').join(' ')}\n`).join(''),
    );
  });

  it('taxonomies, decisions, metrics, groups and calibration work', () => {
    const script = `
      import { fitTemperature } from 'cladenet/calibration';
      import { minimumExpectedHeight, mostProbableLeaf } from 'cladenet/decision';
      import { evaluate } from 'cladenet/evaluation';
      import { confusionFromCounts, groupClasses } from 'cladenet/grouping';
      import { lcaHeights, Taxonomy } from 'cladenet/taxonomy';
      const lineages = [['x', 'a'], ['x', 'b'], ['y', 'c'], ['y', 'd']];
      const taxonomy = Taxonomy.fromLineages(lineages.map((lineage) => ({ label: lineage[1], lineage })));
      const { classes } = taxonomy;
      console.log(classes.join(''), [...lcaHeights(taxonomy, classes)].join(''));
      const probabilities = Float64Array.of(0.4, 0.1, 0.3, 0.2, 0.35, 0.2, 0.4, 0.05);
      console.log(...mostProbableLeaf(probabilities, 4), ...minimumExpectedHeight(probabilities, classes, taxonomy));
      const { accuracy, ahd } = evaluate({ classes, probabilities, labels: Int32Array.of(0, 0) }, { taxonomy });
      console.log(accuracy, ahd);
      const counts = [[8, 2, 0, 0], [2, 8, 0, 0], [0, 0, 9, 1], [0, 0, 1, 9]];
      const confusion = confusionFromCounts({ classes, counts });
      console.log(JSON.stringify(groupClasses(confusion, { beta: 0.05 }).groups));
      const sure = Float64Array.of(0.99, 0.01, 0.99, 0.01, 0.99, 0.01, 0.99, 0.01);
      const { temperature } = fitTemperature({ classes: ['a', 'b'], probabilities: sure, labels: Int32Array.of(0, 0, 0, 1) });
      console.log(temperature.toFixed(2));`;
    // Of the second image c is the most probable, but a has the relative b: an expected height of 1.1 instead of 1.15.
    // Three of four images right at odds of 99: ln 99 / ln 3.
    expect(run(script).split('\n')).toEqual([
      'abcd 0122102222012210',
      '0 2 0 0',
      '0.5 1',
      '[["a","b"],["c","d"]]',
      '4.18',
      '',
    ]);
  });

  it('grey JPEGs load; of other images the error says that sharp is missing, and nothing is remembered of them', async () => {
    const grey = sharp({ create: { width: 9, height: 5, channels: 3, background: 'black' } }).toColourspace('b-w');
    mkdirSync(join(project, 'images/a'), { recursive: true });
    await grey.clone().jpeg().toFile(join(project, 'images/a/1.jpg'));
    await grey.clone().png().toFile(join(project, 'images/a/2.png'));
    const script = `
      import { existsSync } from 'node:fs';
      import { listImages, loadImages } from './dist/index.js';
      const preprocessing = { size: 8, channels: 1, background: 'white', fit: 'longer-side' };
      const listing = await listImages('images');
      const [jpeg] = listing.records;
      const { images } = await loadImages({ ...listing, records: [jpeg] }, preprocessing, { cacheDir: false });
      console.log(images.count, images.widths[0], images.heights[0]);
      await loadImages(listing, preprocessing, { cacheDir: 'cache' }).catch(({ code, problems: [problem] }) => {
        console.log(code, problem.where, problem.remedy, existsSync('cache'));
      });`;
    expect(run(script)).toBe('1 9 5\nRUNTIME sharp npm install --include=optional sharp false\n');
  });
});
