/** `cladenet tune` as a process: what it prints, writes, and refuses. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTaxonomy } from '../../src/taxonomy/write.js';
import { writeShapes } from '../fixtures/shape-files.js';
import { shapesTaxonomy } from '../fixtures/shapes.js';
import { cladenet } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const tune = (...args: string[]) => cladenet(['tune', ...args]);
const images = () => ['--images', at('images')];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-tune-cli-'));
  await writeShapes(at('images'), 120);
  await writeTaxonomy(shapesTaxonomy, at('tree.csv'));
  const split = ['--split', '0.4/0.4/0.2', '--split-seed', '3'];
  const small = ['--size', '16', '--epochs', '1', '--batch', '16'];
  const flat = await cladenet(['train', 'flat', ...images(), ...split, ...small, '--out', at('flat')]);
  expect(flat.code, flat.stderr).toBe(0);
  const from = ['--taxonomy', at('tree.csv'), '--from', at('flat'), '--epochs', '1'];
  const tree = await cladenet(['train', 'tree', ...images(), ...split, ...from, '--out', at('tree')]);
  expect(tree.code, tree.stderr).toBe(0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('tune', () => {
  it('tries the nodes, keeps what is better, and says what that is worth', async () => {
    const nodes = ['--node', 'bars', '--node', '(root)', '--measure', 'log-loss', '--epochs', '20'];
    const files = ['--out', at('tuned'), '--json', at('tuned.json')];
    const { code, stdout, stderr } = await tune(at('tree'), ...images(), ...nodes, ...files);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/split by seed 3: 192 train, 192 validation, 96 test/);
    expect(stderr).toMatch(/2 nodes tried, \d accepted/);
    expect(stdout).toMatch(/^node +trained +images +log-loss before +after +took/);
    expect(stdout).toMatch(/bars +head +96 +\d\.\d{4} +\d\.\d{4} +.* s +(accepted|rejected)\n/);
    expect(stdout).toMatch(/\(root\) +head +192/);
    const result = JSON.parse(await readFile(at('tuned.json'), 'utf8')) as {
      attempts: { node: string; accepted: boolean }[];
      test: object | null;
      tunedFrom: object;
    };
    expect(result.attempts.map(({ node }) => node)).toEqual(['bars', '']);
    expect(result.tunedFrom).toMatchObject({ name: 'tree', measure: 'logLoss' });
    const accepted = result.attempts.some((attempt) => attempt.accepted);
    expect(stdout).toMatch(accepted ? /on its 96 test images.*\n {2}accuracy .*95 % \[/ : /no version was accepted/);
    expect(result.test === null).toBe(!accepted);
    expect(existsSync(at('tuned.partial'))).toBe(false);
    const trunk = 'weights/0000-trunk.bin';
    expect((await stat(at('tuned', trunk))).ino).toBe((await stat(at('tree', trunk))).ino);
    const again = await cladenet(['evaluate', at('tuned'), ...images()]);
    expect(again.code, again.stderr).toBe(0);
  });

  it('refuses what cannot be, before anything is trained, and writes nothing', async () => {
    const before = (await readdir(folder)).sort();
    const out = ['--out', at('never')];
    const refused = async (pattern: RegExp, ...args: string[]) => {
      const { code, stderr } = await tune(...args);
      expect(stderr).toMatch(pattern);
      expect(code).toBe(2);
    };
    await refused(
      /the nodes to tune, or how many of the weakest nodes, received neither/,
      at('tree'),
      ...images(),
      ...out,
    );
    const budget = ['--node', 'bars', '--budget', '3'];
    await refused(/--budget: expected none, only with --search/, at('tree'), ...images(), ...out, ...budget);
    await refused(/received both/, at('tree'), ...images(), ...out, '--node', 'bars', '--weakest', '2');
    await refused(
      /--out: expected a folder other than `tree`, received/,
      at('tree'),
      ...images(),
      '--out',
      at('tree'),
      '--node',
      'bars',
    );
    await refused(/a flat classifier, which has no nodes/, at('flat'), ...images(), ...out, '--node', 'bars');
    const nodes = ['--node', 'bras', '--node', 'disc'];
    await refused(/Did you mean 'bars'\?[\s\S]*the leaf of disc/, at('tree'), ...images(), ...out, ...nodes);
    const split = ['--node', 'bars', '--split', '0.8/0.1/0.1'];
    const leaking = await tune(at('tree'), ...images(), ...out, ...split);
    expect(leaking.stderr).toMatch(/--split 0\.4\/0\.4\/0\.2 and --split-seed 3/);
    expect(leaking.code).toBe(1);
    expect((await readdir(folder)).sort()).toEqual(before);
  });
});
