/** A lock that a job of a scheduler left on a machine that was lost. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { lockHolder, releaseLock, takeLock } from '../../src/outputs/lock.js';

afterEach(() => vi.unstubAllEnvs());

it('goes at once to the next run of the same job, and to nobody else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cladenet-allocation-'));
  const file = join(folder, 'lock');
  const allocation = { job: 'slurm c 7', run: 1 };
  const owner = { id: 'x', pid: 1, start: '1', machine: 'ffffffff', host: 'lost', since: new Date().toISOString() };
  await writeFile(file, JSON.stringify({ ...owner, allocation }));
  vi.stubEnv('SLURM_CLUSTER_NAME', 'c');
  for (const [job, restarts] of [
    ['8', '2'],
    ['7', '1'],
    ['7', '0'],
  ] as const) {
    vi.stubEnv('SLURM_JOB_ID', job);
    vi.stubEnv('SLURM_RESTART_COUNT', restarts);
    expect((await takeLock(file))?.owner?.host).toBe('lost');
    expect((await lockHolder(file))?.owner?.host).toBe('lost');
  }
  vi.stubEnv('SLURM_RESTART_COUNT', '2');
  expect(await takeLock(file)).toBeUndefined();
  expect((await lockHolder(file))?.owner).toMatchObject({ pid: process.pid, allocation: { job: 'slurm c 7', run: 2 } });
  await releaseLock(file);
  expect(await lockHolder(file)).toBeUndefined();
  await rm(folder, { recursive: true });
});
