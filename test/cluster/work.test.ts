/** Jobs of a plan: each is done once, whoever works on it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { readEvents } from '../../src/cluster/events.js';
import type { Job, Plan } from '../../src/cluster/plan.js';
import { type WorkOptions, workOn, workOnAll } from '../../src/cluster/work.js';
import { publishEpoch } from '../../src/training/epoch-news.js';

let folder: string;
let ran: string[];
let lines: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-work-'));
  [ran, lines] = [[], []];
  return () => rm(folder, { recursive: true, force: true });
});

const job = (id: number, stage: number): Job => ({
  id,
  stage,
  name: `job ${id}`,
  command: ['train', String(id)],
  cost: 1,
});
const plan: Plan = {
  format: 'cladenet-plan',
  version: 1,
  cladenet: '0',
  scheduler: 'local',
  directory: '/',
  command: ['train'],
  resources: { directives: [], setup: [] },
  fingerprints: {},
  jobs: [job(1, 1), job(2, 1), job(3, 2)],
};

/** @param codes exit codes of the jobs, by their numbers; default 0 */
function options(codes: Record<string, number> = {}, changes: Partial<WorkOptions> = {}): WorkOptions {
  return {
    async run([, id = '']) {
      ran.push(id);
      await sleep(20);
      publishEpoch({ epoch: 1, epochs: 2, seconds: 0.5 });
      return codes[id] ?? 0;
    },
    requireUnchanged: async () => undefined,
    log: (line) => void lines.push(line),
    signal: new AbortController().signal,
    ...changes,
  };
}
const namesOf = async (id: number) => (await readEvents(folder, id)).map(({ event }) => event);

it('several processes do each job once, a stage after the other', async () => {
  const outcomes = await Promise.all([1, 2, 3].map(() => workOnAll(folder, plan, options())));
  expect(outcomes).toEqual(['done', 'done', 'done']);
  expect(ran.toSorted()).toEqual(['1', '2', '3']);
  expect(ran.at(-1)).toBe('3');
  expect(await namesOf(3)).toEqual(['started', 'epoch', 'done']);
});

it('one that is in work is waited for, and one that is done ends at once', async () => {
  const one = plan.jobs[0] as Job;
  const outcomes = await Promise.all([workOn(folder, plan, one, options()), workOn(folder, plan, one, options())]);
  expect(outcomes).toEqual(['done', 'done']);
  expect(ran).toEqual(['1']);
  expect(lines).toContain('job 1 (job 1) is in work in another process: waiting');
  expect(await workOn(folder, plan, one, options())).toBe('done');
  expect([ran, lines.at(-1)]).toEqual([['1'], 'job 1 (job 1) is done']);
});

it('what needs a job that failed is not begun, and the others are done', async () => {
  expect(await workOnAll(folder, plan, options({ 1: 1 }))).toBe('failed');
  expect(ran).toEqual(['1', '2']);
  expect(await readEvents(folder, 1)).toMatchObject([
    { event: 'started' },
    { event: 'epoch', seconds: 0.5 },
    { event: 'failed', code: 1 },
  ]);
  expect(await workOn(folder, plan, plan.jobs[2] as Job, options())).toBe('failed');
  expect(lines.at(-1)).toBe('job 1 (job 1) failed, whose result this one needs');
  expect(ran).toEqual(['1', '2']);
});

it('nothing is left to do once the last job has put all together', async () => {
  await workOn(folder, plan, plan.jobs[2] as Job, options());
  expect(await workOn(folder, plan, plan.jobs[0] as Job, options())).toBe('done');
  expect(await workOnAll(folder, plan, options())).toBe('done');
  expect(ran).toEqual(['3']);
});

it('a job that a signal stopped is not failed, and begins again', async () => {
  for (const code of [99, 143]) expect(await workOnAll(folder, plan, options({ 1: code }))).toBe('stopped');
  expect(await workOnAll(folder, plan, options())).toBe('done');
  expect(ran).toEqual(['1', '1', '1', '2', '3']);
  expect((await namesOf(1)).filter((name) => name !== 'epoch')).toEqual([
    'started',
    'stopped',
    'started',
    'stopped',
    'started',
    'done',
  ]);
});

it('what the plan was made for is checked before anything is done', async () => {
  const changed = { requireUnchanged: () => Promise.reject(new Error('images changed\n  - more')) };
  await expect(workOn(folder, plan, plan.jobs[0] as Job, options({}, changed))).rejects.toThrow('images changed');
  expect(ran).toEqual([]);
  expect(await readEvents(folder, 1)).toMatchObject([{ event: 'failed', code: 2, reason: 'images changed\n  - more' }]);
});
