/** `cladenet study` as a process, on images that are drawn for it. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { generateOrganisms } from '../../src/dataset/generate.js';
import { cladenet, type Outcome } from './cli.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
const study = (config: object) => writeFile(at('trunks.json'), JSON.stringify(config));
let config: Record<string, unknown>;
let stopped: Outcome;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-study-cli-'));
  const { imagesFolder, taxonomyFile } = await generateOrganisms({ out: at('organisms'), imagesPerClass: 10, seed: 1 });
  config = {
    images: imagesFolder,
    taxonomy: taxonomyFile,
    limitPerClass: 9,
    size: 24,
    seeds: [1, 2],
    fractions: { train: 0.6, validation: 0.2, test: 0.2 },
    training: { epochs: 10 },
    headTraining: { epochs: 1 },
    views: 1,
    arms: [
      { name: 'flat', kind: 'flat' },
      { name: 'tree', kind: 'tree', head: 'path-sum' },
      { name: 'random tree', kind: 'tree', head: 'path-sum', taxonomy: 'random' },
    ],
  };
  await study(config);
  let sent = false;
  stopped = await cladenet(['study', at('trunks.json')], {
    onStderr(text, kill) {
      if (sent || !/seed 2, flat-\w+ \(flat\): training\n.*epoch {3}1 /s.test(text)) return;
      sent = true;
      kill('SIGINT');
    },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('stops in order, goes on where it was, and prints what differs and how the arms compare', async () => {
  expect(stopped.code, stopped.stderr).toBe(99);
  expect(stopped.stderr).toMatch(/the same command resumes with what is in .*trunks\n/);
  expect(existsSync(at('trunks', 'study.json'))).toBe(false);
  const { code, stdout, stderr } = await cladenet(['study', at('trunks.json'), '--json', at('result.json')]);
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/seed 1, flat: [\d.]+ % of the test images, as before/);
  expect(stderr).toMatch(/seed 2, flat-\w+ \(flat\): resuming/);
  expect(stdout).toMatch(/taxonomy: the study's, but random \(random tree\)/);
  expect(stdout).toMatch(/\nflat +\d+\.\d ± \d+\.\d %/);
  expect(stdout).toMatch(/\nrandom tree - flat +[+-]?\d/);
  expect(stdout).toMatch(/\ncost +training +prediction/);
  expect(stdout).not.toMatch(/random tree - tree/);
  const result = JSON.parse(await readFile(at('result.json'), 'utf8'));
  expect(result).toEqual(JSON.parse(await readFile(at('trunks', 'study.json'), 'utf8')));
  expect(result.study.seeds).toEqual([1, 2]);
  expect(existsSync(at('trunks', 'study.png'))).toBe(true);
});

it('refuses a configuration with everything that is wrong with it', async () => {
  await study({
    ...config,
    seeds: [],
    arms: [
      { name: 'flat', kind: 'flat', tta: 3 },
      { name: 'b', kind: 'tree', form: 1 },
    ],
  });
  const { code, stderr } = await cladenet(['study', at('trunks.json'), '--out', at('refused')]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/seeds: expected at least one seed/);
  expect(stderr).toMatch(/arms\[0\]\.tta: expected 1, 2, 4 or 8, received 3/);
  expect(stderr).toMatch(/arms\[1\]\.form: expected a known field, received form\n +Did you mean 'from'\?/);
  expect(existsSync(at('refused'))).toBe(false);
  await writeFile(at('trunks.json'), '{');
  const broken = await cladenet(['study', at('trunks.json')]);
  expect(broken.code).toBe(2);
  expect(broken.stderr).toMatch(/trunks\.json:1: expected a key in double quotes, received the end of the text/);
});
