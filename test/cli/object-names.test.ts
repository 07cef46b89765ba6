/** Classes and keys named as what every JavaScript object has are names like any others. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTaxonomy } from '../../src/taxonomy/read.js';
import { SHAPES, SIDE, shapes } from '../fixtures/shapes.js';
import { cladenet } from './cli.js';

const NAMES = ['__proto__', 'constructor', 'hasOwnProperty', 'toString'];

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-names-'));
  const set = shapes(16, 1);
  for (const name of NAMES) await mkdir(at('images', name), { recursive: true });
  for (let i = 0; i < set.count; i++) {
    const pixels = (set.pixels as Uint8Array).subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
    const png = sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 1 } }).png();
    await png.toFile(at('images', NAMES[set.labels[i] ?? 0] ?? '', `${i}.png`));
  }
  // One of the inner nodes has such a name too.
  const rows = NAMES.map((name, i) => `${name},${i < 2 ? 'valueOf' : 'prototype'}>${name}`);
  await writeFile(at('tree.csv'), `class,path\n${rows.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const succeed = async (...args: string[]) => {
  const { code, stdout, stderr } = await cladenet(args);
  expect(code, stderr).toBe(0);
  return stdout;
};
const json = async (name: string) => JSON.parse(await readFile(at(name), 'utf8'));

describe('classes named as members of every object', () => {
  it('are trained, saved, loaded, predicted, evaluated, grouped and reported', async () => {
    expect(SHAPES).toHaveLength(NAMES.length);
    const images = ['--images', at('images')];
    const small = [...images, '--split', '0.6/0.2/0.2', '--size', '24', '--epochs', '1', '--batch', '16'];
    await succeed('train', 'flat', ...small, '--out', at('flat'));
    const tree = ['--taxonomy', at('tree.csv'), '--from', at('flat')];
    await succeed('train', 'tree', ...small, ...tree, '--out', at('tree'));
    expect((await json('tree/classifier.json')).classes).toEqual(NAMES);

    await succeed('predict', at('tree'), at('images'), '--out', at('predicted.csv'));
    const rows = (await readFile(at('predicted.csv'), 'utf8')).trim().split('\n');
    expect(rows).toHaveLength(1 + 16 * NAMES.length);
    const all = ['--seen', '--taxonomy', at('tree.csv')];
    await succeed('evaluate', at('tree'), ...images, ...all, '--json', at('evaluation.json'));
    const evaluation = await json('evaluation.json');
    const supports = evaluation.perClass.map((one: { class: string; support: number }) => [one.class, one.support]);
    expect(supports).toEqual(NAMES.map((name) => [name, 16]));
    await succeed('compare', at('flat'), at('tree'), ...images, '--json', at('compared.json'));
    await succeed('weak', at('tree'), ...images, '--json', at('weak.json'));
    await succeed('confusion', at('flat'), ...images, '--out', at('confusion.csv'));
    const [header] = (await readFile(at('confusion.csv'), 'utf8')).split('\n');
    for (const name of NAMES) expect(header).toContain(name);
    await succeed('report', at('flat'), at('tree'), ...images, '--out', at('report.html'));
    const page = await readFile(at('report.html'), 'utf8');
    for (const name of NAMES) expect(page).toContain(name);
    expect(Object.keys({})).toEqual([]);
  });
});

describe('keys named as members of every object', () => {
  it('change nothing: a configuration with them is refused', async () => {
    for (const [key, value] of [
      ['__proto__', { epochs: 3 }],
      ['constructor', { prototype: { epochs: 3 } }],
    ] as const) {
      await writeFile(at('config.json'), `{"${key}": ${JSON.stringify(value)}, "out": ${JSON.stringify(at('x'))}}`);
      const args = ['train', 'flat', '--images', at('images'), '--config', at('config.json')];
      const { code, stderr } = await cladenet(args);
      expect(code, stderr).toBe(2);
      expect(stderr).toContain(key);
      expect(({} as { epochs?: number }).epochs).toBeUndefined();
    }
  });

  it('are names in a taxonomy', async () => {
    await writeFile(at('taxonomy.json'), '{"__proto__": ["polluted", "constructor"], "toString": ["a", "b"]}');
    const { classes } = await readTaxonomy(at('taxonomy.json'));
    expect([...classes].sort()).toEqual(['a', 'b', 'constructor', 'polluted']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
