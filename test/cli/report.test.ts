import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { toCsv } from '../../src/taxonomy/write.js';
import { SHAPES, SIDE, shapes, shapesTaxonomy } from '../fixtures/shapes.js';
import { cladenet } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

async function writeImages(to: string, perClass: number, seed: number): Promise<void> {
  const set = shapes(perClass, seed);
  for (const name of SHAPES) await mkdir(join(to, name), { recursive: true });
  for (let i = 0; i < set.count; i++) {
    const pixels = set.pixels.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
    const png = sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } }).png();
    await png.toFile(join(to, SHAPES[set.labels[i] ?? 0] ?? '', `${i}.png`));
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-report-'));
  await writeImages(at('images'), 20, 1);
  await writeImages(at('new'), 3, 2);
  await writeFile(at('tree.csv'), toCsv(shapesTaxonomy));
  const small = ['--images', at('images'), '--split', '0.6/0.2/0.2', '--size', '24', '--epochs', '1', '--batch', '16'];
  const flat = await cladenet(['train', 'flat', ...small, '--out', at('flat')]);
  expect(flat.code, flat.stderr).toBe(0);
  const tree = ['train', 'tree', ...small, '--taxonomy', at('tree.csv'), '--from', at('flat'), '--out', at('tree')];
  const { code, stderr } = await cladenet(tree);
  expect(code, stderr).toBe(0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('writes one page about all models, with the numbers of compare and the ranking of weak', async () => {
  const images = ['--images', at('images')];
  const report = ['report', at('flat'), at('tree'), ...images, '--out', at('out', 'report.html'), '--title', 'A < B'];
  const { code, stdout, stderr } = await cladenet(report);
  expect(code, stderr).toBe(0);
  expect(stdout).toBe('');
  const page = await readFile(at('out', 'report.html'), 'utf8');
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).toContain('<title>A &lt; B</title>');
  expect(page).toContain('on 16 images that no model was trained or chosen on');
  const compared = await cladenet(['compare', at('flat'), at('tree'), ...images, '--json', at('compare.json')]);
  expect(compared.code, compared.stderr).toBe(0);
  const { models } = JSON.parse(await readFile(at('compare.json'), 'utf8')) as {
    models: { name: string; logLoss: number }[];
  };
  expect(models.length).toBeGreaterThan(2);
  for (const { name, logLoss } of models) {
    const [row = ''] = page.match(new RegExp(`<th scope="row">${name.replace(/[()]/g, '\\$&')}</th>.*`)) ?? [];
    expect(row).toContain(`>${logLoss.toFixed(3)}</td>`);
  }
  await cladenet(['weak', at('tree'), ...images, '--json', at('weak.json')]);
  const { mistakes, images: judged } = JSON.parse(await readFile(at('weak.json'), 'utf8')) as Record<string, number>;
  expect(page).toMatch(new RegExp(`${mistakes} mistakes? on ${judged} validation images`));
});

it('judges sub-trees on the images of the verdict where validation images are not at hand', async () => {
  const { code, stderr } = await cladenet(['report', at('tree'), '--images', at('new'), '--out', at('new.html')]);
  expect(code, stderr).toBe(0);
  const page = await readFile(at('new.html'), 'utf8');
  expect(page).toMatch(/mistakes? on 12 images of the verdict/);
  expect(page).not.toContain('id="model"');
});

it('refuses a page that cannot be written before any work', async () => {
  const { code, stderr } = await cladenet(['report', at('flat'), '--images', at('images'), '--out', at('images')]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/--out: expected a file that can be written/);
});

it('refuses the same model twice, and writes nothing', async () => {
  const args = ['report', at('flat'), at('flat'), '--images', at('images'), '--out', at('twice.html')];
  const { code, stderr } = await cladenet(args);
  expect(code).toBe(2);
  expect(stderr).toMatch(/different ones/);
  expect(existsSync(at('twice.html'))).toBe(false);
});
