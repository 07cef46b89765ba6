/** Jobs in processes of this machine: one is killed, another one takes over, and the result is that of one process. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readEvents } from '../../src/cluster/events.js';
import type { PlanStatus } from '../../src/cluster/status.js';
import { toCsv } from '../../src/taxonomy/write.js';
import { cladenet } from '../cli/cli.js';
import { writeShapes } from '../fixtures/shape-files.js';
import { shapesTaxonomy, tinyNetwork, tinyTraining } from '../fixtures/shapes.js';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-local-'));
  await writeShapes(at('images'), 8);
  await writeFile(at('tree.csv'), toCsv(shapesTaxonomy));
  const arms = [
    { name: 'flat', kind: 'flat' },
    { name: 'tree', kind: 'tree' },
  ];
  const training = { ...tinyTraining, epochs: 2 };
  const study = {
    images: 'images',
    taxonomy: 'tree.csv',
    seeds: [1],
    network: tinyNetwork,
    training,
    headTraining: { epochs: 1 },
    arms,
  };
  await writeFile(at('study.json'), JSON.stringify(study));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const call = (...args: string[]) => cladenet(args, { cwd: folder });
const probabilities = async (out: string) => {
  const names = (await readdir(at(out), { recursive: true })).filter((name) => name.endsWith('.f32')).sort();
  return Promise.all(names.map(async (name) => [name, (await readFile(at(out, name))).toString('base64')]));
};

it('two processes do the jobs of a study, each once', async () => {
  const { code, stderr } = await call(
    'submit',
    'local',
    '--processes',
    '2',
    '--per-job',
    '1',
    'study',
    'study.json',
    '--out',
    'run',
  );
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/^3 jobs submitted: /m);
  let status: PlanStatus;
  do {
    await sleep(500);
    await call('status', 'run.plan', '--json', at('status.json'));
    status = JSON.parse(await readFile(at('status.json'), 'utf8')) as PlanStatus;
  } while (status.jobs.some(({ state }) => ['running', 'queued'].includes(state)));
  expect(status.jobs.map(({ state, restarts }) => [state, restarts])).toEqual(Array(3).fill(['done', 0]));
  const epochs = (await readEvents(at('run.plan'), 1)).flatMap((one) => (one.event === 'epoch' ? [one.epoch] : []));
  expect(epochs).toEqual([1, 2]);
  const whole = await call('study', 'study.json', '--out', 'whole');
  expect(whole.code, whole.stderr).toBe(0);
  expect(await probabilities('run')).toEqual(await probabilities('whole'));
  expect(await probabilities('run')).toHaveLength(2);
  expect((await call('submit', 'local', '--per-job', '1', 'study', 'study.json', '--out', 'run')).stderr).toBe(
    '3 jobs done before\n',
  );
}, 120_000);
