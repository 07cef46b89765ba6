import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cladenet } from './cli.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cladenet-count-'));
  writeFileSync(
    at('confusion.csv'),
    'images,calanoid,cyclopoid,diatom\ncalanoid,800,200,0\ncyclopoid,0,1000,0\ndiatom,0,0,1000\n',
  );
  writeFileSync(
    at('tree.csv'),
    'class,path,ranks\ncalanoid,Copepoda>calanoid,class>order\ncyclopoid,Copepoda>cyclopoid,class>order\ndiatom,diatom,\n',
  );
  const rows = [
    ...Array.from({ length: 80 }, () => 'calanoid,A'),
    ...Array.from({ length: 20 }, () => 'cyclopoid,A'),
    ...Array.from({ length: 30 }, () => 'diatom,B'),
  ];
  writeFileSync(at('predictions.csv'), ['class,sample_id', ...rows, ''].join('\n'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
const count = (...args: string[]) =>
  cladenet(['count', at('predictions.csv'), '--confusion', at('confusion.csv'), '--out', at('counts.csv'), ...args]);

describe('cladenet count', () => {
  it('gives raw and adjusted counts with intervals for each sample, at each level', async () => {
    const { code, stdout, stderr } = await count(
      '--by',
      'sample_id',
      '--taxonomy',
      at('tree.csv'),
      '--json',
      at('counts.json'),
    );
    expect([code, stderr]).toEqual([0, expect.stringMatching(/2 samples written to .*counts\.csv\n$/)]);
    expect(stdout).toMatch(/^A: 100 images\n +raw +adjusted +95 % interval\n/);
    const [header, ...rows] = readFileSync(at('counts.csv'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((row) => row.split(','));
    expect(header).toEqual(['sample_id', 'node', 'class', 'depth', 'rank', 'id', 'raw', 'adjusted', 'low', 'high']);
    const row = (sample: string, node: string) => rows.find((one) => one[0] === sample && one[1] === node) ?? [];
    expect(row('A', 'Copepoda').slice(2)).toEqual(['', '1', 'class', '', '100', '100', '100', '100']);
    expect(row('B', 'diatom').slice(2)).toEqual(['diatom', '1', '', '', '30', '30', '30', '30']);
    const [raw, adjusted, low, high] = row('A', 'Copepoda>calanoid').slice(6).map(Number);
    expect([raw, (adjusted ?? 0) > 92, (low ?? 0) > 80, high]).toEqual([80, true, true, 100]);
    const stored = JSON.parse(readFileSync(at('counts.json'), 'utf8'));
    expect(stored.map(({ sample, images }: { sample: string; images: number }) => [sample, images])).toEqual([
      ['A', 100],
      ['B', 30],
    ]);
  });

  it('refuses shares, whose numbers of images are not known, and a column that is not there', async () => {
    const wrong = await count('--by', 'station');
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringMatching(/expected a column 'station'/)]);
    writeFileSync(
      at('confusion.csv'),
      'shares,calanoid,cyclopoid,diatom\ncalanoid,0.8,0.2,0\ncyclopoid,0,1,0\ndiatom,0,0,1\n',
    );
    const shares = await count();
    expect([shares.code, shares.stderr]).toEqual([
      2,
      expect.stringMatching(/--confusion: expected a confusion matrix in images/),
    ]);
  });
});
