/** Locks on outputs: one owner at a time, whichever processes try. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { releaseLock, STALE_MS, takeLock } from '../../src/outputs/lock.js';
import { withOutputs } from '../../src/outputs/with-outputs.js';
import { compileSources } from '../fixtures/compile-sources.js';

const TAKER = fileURLToPath(new URL('taker.mjs', import.meta.url));

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cladenet-lock-'));
  compileSources(join(root, 'compiled'), (path) => /^[^/]*\.ts$|^outputs\/lock\.ts$/.test(path));
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
  await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(root, 'node_modules'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function newFolder(name: string): Promise<string> {
  await mkdir(join(root, name));
  return join(root, name);
}

/** A process that takes locks; see `taker.mjs`. */
function start(...args: readonly string[]) {
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  return spawn(process.execPath, [TAKER, join(root, 'compiled'), ...args], { stdio: [...stdio] });
}

/** The lock of a process that was killed. */
async function killed(file: string): Promise<number> {
  const owner = start('hold', file);
  await once(owner.stdout, 'data');
  owner.kill('SIGKILL');
  await once(owner, 'close');
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ pid: owner.pid });
  return owner.pid ?? 0;
}

describe('a lock', () => {
  it('names its owner to others, and is gone with it', async () => {
    const folder = await newFolder('owner');
    const file = join(folder, 'lock');
    const owner = start('hold', file);
    await once(owner.stdout, 'data');
    const held = await takeLock(file);
    expect(held?.owner).toMatchObject({ pid: owner.pid, host: expect.any(String) as string });
    expect(Date.parse(held?.owner?.since ?? '')).toBeGreaterThan(Date.now() - 60_000);
    // It exits at the end of its input without releasing.
    owner.kill('SIGTERM');
    await once(owner, 'close');
    expect(await readdir(folder)).toEqual([]);
  });

  it('of a killed process is taken over, and that of this one is not', async () => {
    const folder = await newFolder('killed');
    const file = join(folder, 'lock');
    await killed(file);
    expect(await takeLock(file)).toBeUndefined();
    expect((await takeLock(file))?.owner?.pid).toBe(process.pid);
    await releaseLock(file);
    expect(await readdir(folder)).toEqual([]);
  });

  it('of another machine is taken over after ten minutes without a sign of life', async () => {
    const folder = await newFolder('foreign');
    const file = join(folder, 'lock');
    const owner = {
      id: 'x',
      pid: 1,
      start: '1',
      machine: '00000000',
      host: 'node7',
      since: '2026-01-02T03:04:05.000Z',
    };
    await writeFile(file, JSON.stringify(owner));
    const ago = (ms: number) => new Date(Date.now() - ms);
    await utimes(file, ago(STALE_MS - 60_000), ago(STALE_MS - 60_000));
    expect((await takeLock(file))?.owner).toEqual(owner);
    await utimes(file, ago(STALE_MS + 1000), ago(STALE_MS + 1000));
    expect(await takeLock(file)).toBeUndefined();
    await releaseLock(file);
    expect(await readdir(folder)).toEqual([]);
  });

  it('without content, of a disk without links, is waited for, and taken over in the end', async () => {
    const file = join(await newFolder('empty'), 'lock');
    await writeFile(file, '');
    expect(await takeLock(file)).toEqual({ owner: undefined, file });
    await utimes(file, 0, 0);
    expect(await takeLock(file)).toBeUndefined();
    await releaseLock(file);
  });

  it('that is stale goes to exactly one of several processes, again and again', async () => {
    const folder = await newFolder('race');
    const rounds = 60;
    for (let round = 0; round < rounds; round++) await writeFile(join(folder, `${round}`), await ended());
    // All of them go through the rounds, each round at the same moment, and keep what they get.
    const at = String(Date.now() + 1500);
    const takers = Array.from({ length: 4 }, () => start('race', folder, String(rounds), at));
    const won = await Promise.all(
      takers.map(async ({ stdout }) => {
        let text = '';
        stdout.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        await once(stdout, 'close');
        return text.trim().split('\n').filter(Boolean).map(Number);
      }),
    );
    expect(won.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: rounds }, (_, round) => round));
    expect(won.filter((rounds) => rounds.length > 0).length).toBeGreaterThan(1);
    expect(await readdir(folder)).toEqual([]);
  });
});

/** The content of a lock whose process has ended. */
let content: string | undefined;
async function ended(): Promise<string> {
  if (content === undefined) {
    const file = join(await newFolder('ended'), 'lock');
    await killed(file);
    content = await readFile(file, 'utf8');
  }
  return content.replace(/"id":"[^"]*"/, `"id":"${Math.floor(performance.now() * 1e6)}"`);
}

describe('work on an output', () => {
  const file = (path: string) => [{ where: 'out', path, kind: 'file' as const }];

  it('locks it for other calls of this process too, but not for those within it', async () => {
    const folder = await newFolder('work');
    const path = join(folder, 'deep', 'a.csv');
    const other = await withOutputs(file(path), [], async () => {
      await withOutputs(file(path), [], async () => undefined);
      // Outside of the work: it is not awaited in its context.
      return outside(() => withOutputs(file(path), [], async () => 'written').catch((error: unknown) => error));
    });
    expect(other).toMatchObject({
      code: 'OUTPUT',
      problems: [{ where: 'out', received: expect.stringMatching(`process ${process.pid} on .* since `) as string }],
    });
    expect(await withOutputs(file(path), [], async () => 'written')).toBe('written');
    // The folder that was made for the lock is gone with it.
    expect(await readdir(folder)).toEqual([]);
  });

  it('gives the lock back where the work fails', async () => {
    const folder = await newFolder('failing');
    const path = join(folder, 'a.csv');
    await expect(withOutputs(file(path), [], () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await readdir(folder)).toEqual([]);
    const study = [{ where: 'out', path: join(folder, 'study'), kind: 'study' as const }];
    await withOutputs(study, [], async () => {
      expect((await stat(join(folder, 'study', '.cladenet-lock'))).isFile()).toBe(true);
      await writeFile(join(folder, 'study', 'study.json'), '{}');
    });
    expect(await readdir(join(folder, 'study'))).toEqual(['study.json']);
  });
});

/** A queue that was made outside of any work runs what it is given outside too. */
let wake: (work: () => void) => void = () => undefined;
const queue = new Promise<() => void>((resolve) => {
  wake = resolve;
});
const outside = <T>(work: () => Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    wake(() => void work().then(resolve, reject));
  });
void queue.then((work) => work());
