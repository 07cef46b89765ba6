import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type GeneratedOrganisms,
  generateOrganisms,
  organismClasses,
  organismTaxonomyCsv,
} from '../../src/dataset/generate.js';
import { CladenetError } from '../../src/errors.js';

let folder = '';
/** One set of images for all tests that only look at them. */
let written: GeneratedOrganisms;
const ticks: number[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-generate-'));
  const out = join(folder, 'first');
  written = await generateOrganisms({ out, imagesPerClass: 8, onProgress: (done) => ticks.push(done) });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** All files below `root`, path to bytes. */
async function filesOf(root: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files.set(path.slice(root.length + 1), (await readFile(path)).toString('base64'));
  }
  return files;
}

/** The error that a failing call ends in. */
async function failureOf(call: Promise<unknown>): Promise<CladenetError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof CladenetError) return error;
    throw error;
  }
  throw new Error('the call did not fail');
}

describe('the phylogeny', () => {
  it('has at least 24 species on at least four levels under one root, each inner node with a choice', () => {
    expect(organismClasses.length).toBeGreaterThanOrEqual(24);
    expect(new Set(organismClasses.map(({ name }) => name)).size).toBe(organismClasses.length);
    expect(new Set(organismClasses.map(({ lineage }) => lineage[0])).size).toBe(1);
    const children = new Map<string, Set<string>>();
    for (const { name, lineage } of organismClasses) {
      expect(lineage.length).toBeGreaterThanOrEqual(4);
      expect(lineage.at(-1)).toBe(name);
      for (let depth = 1; depth < lineage.length; depth++) {
        const parent = lineage.slice(0, depth).join('>');
        children.set(parent, (children.get(parent) ?? new Set()).add(lineage[depth] ?? ''));
      }
    }
    for (const [parent, names] of children) expect(names.size, parent).toBeGreaterThanOrEqual(2);
  });

  it('is the taxonomy file that ships with the package', async () => {
    const shipped = await readFile(new URL('../../taxonomy/demo-organisms.csv', import.meta.url), 'utf8');
    expect(organismTaxonomyCsv()).toBe(shipped);
  });
});

describe('generateOrganisms', () => {
  it('writes the taxonomy and unbalanced classes of grey pictures on white, of many sizes', async () => {
    expect(await readFile(written.taxonomyFile, 'utf8')).toBe(organismTaxonomyCsv());
    expect((await readdir(written.imagesFolder)).sort()).toEqual(organismClasses.map(({ name }) => name).sort());
    expect(ticks.at(-1)).toBe(written.images);

    const counts: number[] = [];
    const sides: number[] = [];
    for (const { name } of organismClasses) {
      const files = await readdir(join(written.imagesFolder, name));
      expect(files.sort()[0]).toBe('0000.png');
      counts.push(files.length);
      const picture = sharp(join(written.imagesFolder, name, '0000.png'));
      expect((await picture.metadata()).channels, name).toBe(1);
      const { data, info } = await picture.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
      sides.push(Math.max(info.width, info.height));
      expect(data[0], `${name}: the corner is paper`).toBeGreaterThan(235);
      expect(Math.min(...data), `${name}: something dark is there`).toBeLessThan(200);
    }
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(written.images);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(4);
    expect(Math.max(...counts)).toBe(12);
    expect(Math.min(...sides)).toBeGreaterThan(20);
    expect(Math.max(...sides)).toBeLessThan(220);
    expect(Math.max(...sides) / Math.min(...sides)).toBeGreaterThan(2);
  });

  it('gives the same bytes for the same seed, more images for a larger number, others for another seed', async () => {
    const out = join(folder, 'again');
    const first = await filesOf(join(folder, 'first'));
    expect(first.size).toBe(written.images + 1);
    const again = await generateOrganisms({ out, imagesPerClass: 2, seed: 1 });
    const smaller = await filesOf(out);
    expect(smaller.size).toBe(again.images + 1);
    expect(smaller.size).toBeLessThan(first.size);
    for (const [path, bytes] of smaller) expect(first.get(path)).toBe(bytes);

    await generateOrganisms({ out, imagesPerClass: 2, seed: 2 });
    const other = await filesOf(out);
    expect([...other.keys()].sort()).toEqual([...smaller.keys()].sort());
    const equal = [...other].filter(([path, bytes]) => smaller.get(path) === bytes).map(([path]) => path);
    expect(equal).toEqual(['taxonomy.csv']);
  });

  it('refuses to replace a folder with anything else in it, and reports wrong options with it', async () => {
    const out = join(folder, 'mine');
    await mkdir(out);
    await writeFile(join(out, 'thesis.tex'), 'years of work');
    const error = await failureOf(generateOrganisms({ out, imagesPerClass: 1.5, seed: Number.NaN }));
    expect(error.code).toBe('USAGE');
    expect(error.problems.map(({ where }) => where)).toEqual(['imagesPerClass', 'seed', out]);
    expect(error.message).toContain('thesis.tex');
    expect(await readdir(out)).toEqual(['thesis.tex']);
  });

  it('refuses data of the same layout that are not its own, additions to its own, and a file', async () => {
    const foreign = join(folder, 'foreign');
    await mkdir(join(foreign, 'images', 'copepod'), { recursive: true });
    await writeFile(join(foreign, 'taxonomy.csv'), 'class,path\ncopepod,Crustacea>copepod\n');
    expect((await failureOf(generateOrganisms({ out: foreign }))).message).toContain('taxonomy.csv');

    const grown = join(folder, 'grown');
    await mkdir(join(grown, 'images', 'my_species'), { recursive: true });
    await writeFile(join(grown, 'taxonomy.csv'), organismTaxonomyCsv());
    expect((await failureOf(generateOrganisms({ out: grown }))).message).toContain('my_species');

    const file = join(folder, 'file');
    await writeFile(file, '');
    expect((await failureOf(generateOrganisms({ out: file }))).message).toContain('received a file');
  });

  it('leaves nothing when it is stopped', async () => {
    const stop = new AbortController();
    const out = join(folder, 'stopped', 'organisms');
    const onProgress = (done: number) => {
      if (done === 3) stop.abort();
    };
    const error = await failureOf(generateOrganisms({ out, imagesPerClass: 4, signal: stop.signal, onProgress }));
    expect(error.code).toBe('ABORTED');
    expect(await readdir(join(folder, 'stopped'))).toEqual([]);
  });
});

/**
 * What can be measured without a network, whatever way up the organism is: its size, how dark it is, how its darkness
 * is spread from the centre outwards and along its axes, and how rough it is.
 */
async function featuresOf(png: Buffer): Promise<number[]> {
  const { data, info } = await sharp(png).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  let [mass, sx, sy, dark, rough] = [0, 0, 0, 0, 0];
  const ink = (x: number, y: number) => Math.max(0, 245 - (data[y * width + x] ?? 255)) / 245;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const m = ink(x, y);
      mass += m;
      sx += m * x;
      sy += m * y;
      if (m > 0.45) dark++;
      rough += Math.abs(m - ink(Math.min(width - 1, x + 1), y)) + Math.abs(m - ink(x, Math.min(height - 1, y + 1)));
    }
  }
  const [cx, cy] = [sx / mass, sy / mass];
  const rings = new Array<number>(6).fill(0);
  let [xx, yy, xy] = [0, 0, 0];
  const reach = Math.hypot(width, height) / 2;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const m = ink(x, y);
      const [dx, dy] = [x - cx, y - cy];
      xx += m * dx * dx;
      yy += m * dy * dy;
      xy += m * dx * dy;
      const ring = Math.min(5, Math.floor((Math.hypot(dx, dy) / reach) * 6));
      rings[ring] = (rings[ring] ?? 0) + m / mass;
    }
  }
  const spread = Math.hypot(xx - yy, 2 * xy) / (xx + yy);
  const size = Math.log((xx + yy) / mass);
  return [size, Math.log(mass), spread, dark / mass, rough / mass, ...rings];
}

/** Each feature to mean 0 and deviation 1. */
function standardise(rows: number[][]): number[][] {
  const columns = rows[0]?.length ?? 0;
  for (let c = 0; c < columns; c++) {
    const mean = rows.reduce((sum, row) => sum + (row[c] ?? 0), 0) / rows.length;
    const variance = rows.reduce((sum, row) => sum + ((row[c] ?? 0) - mean) ** 2, 0) / rows.length;
    for (const row of rows) row[c] = ((row[c] ?? 0) - mean) / Math.sqrt(variance);
  }
  return rows;
}

describe('the difficulty', () => {
  it('nearest neighbours beat chance by far, are far from perfect, and confuse relatives', async () => {
    const folders = await Promise.all(
      organismClasses.map(async ({ name }, index) =>
        (await readdir(join(written.imagesFolder, name))).map((file) => [index, join(name, file)] as const),
      ),
    );
    const pictures = folders.flat();
    expect(pictures).toHaveLength(written.images);
    const truth = pictures.map(([index]) => index);
    const features = standardise(
      await Promise.all(pictures.map(async ([, path]) => featuresOf(await readFile(join(written.imagesFolder, path))))),
    );
    const nearest = features.map((row, i) => {
      let [best, at] = [Number.POSITIVE_INFINITY, -1];
      for (const [j, other] of features.entries()) {
        if (i === j) continue;
        const distance = row.reduce((sum, value, c) => sum + (value - (other[c] ?? 0)) ** 2, 0);
        if (distance < best) [best, at] = [distance, j];
      }
      return truth[at] ?? -1;
    });
    const lineage = (index: number | undefined) => organismClasses[index ?? -1]?.lineage ?? [];
    const shares = (depth: number) =>
      nearest.filter((found, i) => lineage(found)[depth] === lineage(truth[i])[depth]).length / nearest.length;
    const accuracy = nearest.filter((found, i) => found === truth[i]).length / nearest.length;
    const mistakes = nearest.flatMap((found, i) => (found === truth[i] ? [] : [[found, truth[i]] as const]));
    const families = mistakes.filter(([a, b]) => lineage(a)[2] === lineage(b)[2]).length / mistakes.length;

    // Chance is 1 in 30; and a mistake made at random would stay in the family about one time in 12.
    expect(accuracy).toBeGreaterThan(0.35);
    expect(accuracy).toBeLessThan(0.85);
    expect(shares(1)).toBeGreaterThan(accuracy + 0.15);
    expect(families).toBeGreaterThan(0.5);
  });
});
