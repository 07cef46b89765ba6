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

describe('cladenet count, by scores', () => {
  const known = () => {
    // Of images with 80 % for calanoid, 80 % are calanoids.
    const rows = (label: string, likely: string, n: number) =>
      Array.from({ length: n }, (_, i) => {
        const row = likely === 'calanoid' ? '0.8,0.2,0' : likely === 'cyclopoid' ? '0.2,0.8,0' : '0,0,1';
        return `${label}-${likely}-${i}.png,${label},${row}`;
      });
    return [
      'path,label,calanoid,cyclopoid,diatom',
      ...rows('calanoid', 'calanoid', 80),
      ...rows('cyclopoid', 'calanoid', 20),
      ...rows('calanoid', 'cyclopoid', 20),
      ...rows('cyclopoid', 'cyclopoid', 80),
      ...rows('diatom', 'diatom', 100),
      '',
    ].join('\n');
  };
  beforeEach(() => {
    writeFileSync(at('known.csv'), known());
    // All are calanoids: a fifth of them looks like cyclopoids.
    const scores = Array.from({ length: 130 }, (_, i) =>
      i >= 100 ? `${i}.png,0,0,1,0` : `${i}.png,${i < 80 ? '0.8,0.2,0,1' : '0.2,0.8,0,1'}`,
    );
    writeFileSync(at('scores.csv'), ['path,calanoid,cyclopoid,diatom,node:Copepoda', ...scores, ''].join('\n'));
    const rows = Array.from({ length: 130 }, (_, i) =>
      i >= 100 ? `${i}.png,diatom,B` : `${i}.png,${i < 80 ? 'calanoid' : 'cyclopoid'},A`,
    );
    writeFileSync(at('predictions.csv'), ['path,class,sample_id', ...rows, ''].join('\n'));
  });
  const counted = (...args: string[]) => cladenet(['count', at('predictions.csv'), '--out', at('counts.csv'), ...args]);
  const by = () => ['--scores', at('scores.csv'), '--known', at('known.csv'), '--by', 'sample_id'];

  it('adjusts by the probabilities of every image', async () => {
    const { code, stderr } = await counted(...by(), '--taxonomy', at('tree.csv'), '--json', at('counts.json'));
    expect([code, stderr]).toEqual([0, expect.stringMatching(/2 samples written to .*counts\.csv\n$/)]);
    const [a, b] = JSON.parse(readFileSync(at('counts.json'), 'utf8'));
    const of = (sample: typeof a, name: string) => sample.classes.find((one: { class: string }) => one.class === name);
    expect([of(a, 'calanoid').raw, of(a, 'calanoid').known, of(b, 'diatom').adjusted]).toEqual([80, 100, 30]);
    expect(of(a, 'calanoid').adjusted).toBeGreaterThan(90);
    expect(of(a, 'calanoid').ci95[1]).toBeGreaterThanOrEqual(99);
    expect(a.nodes.find(({ path }: { path: string }) => path === 'Copepoda').ci95).toEqual([100, 100]);
  });

  it('needs both tables, or a confusion matrix instead of them', async () => {
    const refused = async (message: RegExp, ...args: string[]) => {
      const { code, stderr } = await counted(...args);
      expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    };
    await refused(/--scores: expected --scores and --known, or --confusion, received nothing/);
    await refused(/--known: expected the probabilities of images of known classes/, '--scores', at('scores.csv'));
    await refused(
      /--known: expected none beside --confusion/,
      '--confusion',
      at('confusion.csv'),
      '--known',
      at('known.csv'),
    );
    const missing = await counted('--scores', at('known.csv'), '--known', at('known.csv'));
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringMatching(/known\.csv.*: expected a column for each/),
    ]);
  });
});
