/** The library where neither sharp nor TensorFlow is installed: it imports, and its pure parts work. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compileSources } from '../fixtures/compile-sources.js';

const NATIVE = ['sharp', '@img', '@tensorflow'];
const project = mkdtempSync(join(tmpdir(), 'cladenet-pure-'));

beforeAll(() => {
  compileSources(join(project, 'dist'));
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

  it('the library imports, decides and evaluates', () => {
    const script = `
      import { evaluate, mostProbableLeaf, Taxonomy } from './dist/index.js';
      const taxonomy = Taxonomy.fromLineages(['a', 'b'].map((label) => ({ label, lineage: ['x', label] })));
      const probabilities = Float64Array.of(0.9, 0.1, 0.6, 0.4);
      const labels = Int32Array.of(0, 1);
      console.log([...mostProbableLeaf(probabilities, 2)].join(' '));
      console.log(evaluate({ classes: ['a', 'b'], probabilities, labels }, { taxonomy }).accuracy);`;
    expect(run(script)).toBe('0 0\n0.5\n');
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
