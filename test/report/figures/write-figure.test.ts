import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { confusionMatrixFigure } from '../../../src/report/figures/confusion-figure.js';
import { figurePng, writeFigure } from '../../../src/report/figures/write-figure.js';

// A machine without fonts: a fontconfig whose folder of configuration files holds none.
vi.hoisted(() => {
  process.env.FONTCONFIG_FILE = new URL('.', import.meta.url).pathname;
});

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-figure-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const figure = (name: string) => confusionMatrixFigure({ classes: [name, 'b'], counts: [3, 1, 0, 2] });

describe('figures as PNG', () => {
  it('have letters on a machine without fonts', async () => {
    expect(process.env.FONTCONFIG_FILE).toBe(fileURLToPath(new URL('.', import.meta.url)));
    // Two names of the same letters: without a font they would be the same boxes.
    const [one, other] = await Promise.all(['anemone', 'enemona'].map(async (name) => figurePng(await figure(name))));
    if (one === undefined || other === undefined) throw new Error('no figures');
    const [a, b] = await Promise.all([one, other].map((png) => sharp(png).raw().toBuffer({ resolveWithObject: true })));
    expect(a?.info).toEqual(b?.info);
    expect(a?.data.equals(b?.data ?? Buffer.alloc(0))).toBe(false);
  });

  it('are twice the size of the SVG and not blank', async () => {
    const svg = await figure('a');
    const path = join(folder, 'deep', 'figure.png');
    await writeFigure(svg, path);
    const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
    const { width: pixels, height: rows } = await sharp(path).metadata();
    expect(pixels).toBe(2 * Number(width));
    expect(rows).toBe(2 * Number(height));
    const { channels } = await sharp(path).stats();
    expect(channels).toHaveLength(3);
    for (const { min, max, stdev } of channels) {
      expect(max).toBe(255);
      expect(min).toBeLessThan(100);
      expect(stdev).toBeGreaterThan(10);
    }
  });
});

describe('writeFigure', () => {
  it('writes an SVG as it is', async () => {
    const svg = await figure('a');
    await writeFigure(svg, join(folder, 'figure.SVG'));
    expect(await readFile(join(folder, 'figure.SVG'), 'utf8')).toBe(svg);
  });

  it('refuses other kinds of files and writes nothing', async () => {
    const before = await readdir(folder);
    await expect(writeFigure('<svg/>', join(folder, 'figure.pdf'))).rejects.toMatchObject({ code: 'USAGE' });
    expect(await readdir(folder)).toEqual(before);
  });
});
