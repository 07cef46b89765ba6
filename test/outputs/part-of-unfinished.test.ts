/** Parts of unfinished work that several runs do. */
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { removeFolder } from '../../src/files.js';
import { exclusively } from '../../src/outputs/exclusively.js';
import { alone, untilPutTogether } from '../../src/outputs/part-of-unfinished.js';
import { MARK } from '../../src/outputs/unfinished.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cladenet-parts-of-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

it('several runs that begin at once make one folder, and do a part one after the other', async () => {
  const folder = join(root, 'a.partial');
  let atOnce = 0;
  const work = async () => {
    atOnce++;
    expect(atOnce).toBe(1);
    await sleep(20);
    atOnce--;
    return 'done';
  };
  const all = [1, 2, 3].map(() => alone(folder, join(folder, 'part'), undefined, work));
  expect(await Promise.all(all)).toEqual(['done', 'done', 'done']);
  expect(await readdir(folder)).toEqual([MARK]);
});

it('a run that waited for a part ends when the parts have been put together', async () => {
  const folder = join(root, 'b.partial');
  const part = join(folder, 'part');
  let isRepeated = false;
  let second: Promise<void> | undefined;
  await alone(folder, part, undefined, async () => {
    second = untilPutTogether(folder, () =>
      alone(folder, part, undefined, async () => {
        isRepeated = true;
      }),
    );
    // It has found the folder, and waits.
    await sleep(500);
    await removeFolder(folder);
  });
  await second;
  expect([isRepeated, existsSync(folder)]).toEqual([false, false]);
  await expect(untilPutTogether(folder, () => Promise.reject(new Error('other')))).rejects.toThrow('other');
});

it('a run that waits can be stopped, and is told once who holds the part', async () => {
  const part = join(root, 'c');
  const controller = new AbortController();
  const waited: string[] = [];
  await exclusively(part, {}, async () => {
    const onWait = ({ owner }: { readonly owner?: { readonly pid: number } | undefined }) => {
      waited.push(String(owner?.pid));
      controller.abort();
    };
    const waiting = exclusively(part, { signal: controller.signal, onWait }, async () => undefined);
    await expect(waiting).rejects.toMatchObject({ code: 'ABORTED' });
  });
  expect(waited).toEqual([String(process.pid)]);
});
