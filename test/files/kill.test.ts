/** Processes that write are killed: at every call that changes the disk, and at other moments. Nothing is lost, nothing stays. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentFolder, writeFileAtomic, writeFolderAtomic } from '../../src/files.js';
import { checkpointFolder } from '../../src/training/checkpoint.js';
import { compileSources } from '../fixtures/compile-sources.js';

const WRITER = fileURLToPath(new URL('writer.mjs', import.meta.url));
const NEEDED =
  /^[^/]*\.ts$|^(?:training\/(?:checkpoint|epoch-record)|network\/weights-file|tensorflow\/nd-array|outputs\/(?:contents|exclusively|lock|unfinished))\.ts$/;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-kill-'));
  compileSources(join(folder, 'compiled'), (path) => NEEDED.test(path));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await symlink(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(folder, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(root: string, killAt: number): ChildProcess {
  const args = [WRITER, join(folder, 'compiled'), root, String(killAt)];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The rounds that a reader finds: of the checkpoint, of each file of the folder, and of the file. */
async function roundsIn(root: string): Promise<unknown[]> {
  const loaded = await checkpointFolder(join(root, 'x.partial'), 'purpose').load();
  const state = new Set(loaded?.state.kernel?.data);
  const model = await currentFolder(join(root, 'model'));
  const [a, b, file] = await Promise.all(
    [join(model, 'a'), join(model, 'weights', 'b'), join(root, 'model.json')].map((path) => readFile(path, 'utf8')),
  );
  expect(loaded?.damage).toBeUndefined();
  expect([...state]).toEqual([loaded?.step]);
  expect(a).toBe(b);
  return [loaded?.step, Number(a), Number(file)];
}

/** A later process writes another round, and leaves nothing but what it was to write. */
async function expectTidyRound(root: string, step: number): Promise<void> {
  const store = checkpointFolder(join(root, 'x.partial'), 'purpose');
  const state = { kernel: { shape: [256], data: new Float32Array(256).fill(step) } };
  await store.save({ step, state, history: [], best: undefined });
  await writeFolderAtomic(join(root, 'model'), async (model) => {
    await writeFile(join(model, 'a'), String(step));
    await mkdir(join(model, 'weights'));
    await writeFile(join(model, 'weights', 'b'), String(step));
  });
  await writeFileAtomic(join(root, 'model.json'), String(step));
  expect(await roundsIn(root)).toEqual([step, step, step]);
  expect((await readdir(root, { recursive: true })).sort()).toEqual(
    [
      ...['model', 'model.json', 'model/a', 'model/weights', 'model/weights/b', 'x.partial'],
      ...['checkpoint.bin', 'checkpoint.json', 'history.jsonl', 'previous'].map((name) => `x.partial/${name}`),
      ...['checkpoint.bin', 'checkpoint.json', 'history.jsonl'].map((name) => `x.partial/previous/${name}`),
    ].sort(),
  );
}

describe('a process that is killed while it writes', () => {
  it('leaves the old or the new content at each call that changes the disk, and no litter after the next write', async () => {
    let next = 1;
    let last = Number.POSITIVE_INFINITY;
    const found: unknown[][] = [];
    const work = async () => {
      for (let killAt = next++; killAt <= last; killAt = next++) {
        const root = join(folder, `at-${killAt}`);
        await mkdir(root);
        const [code, signal] = (await once(start(root, killAt), 'exit')) as [number | null, string | null];
        if (code === 0) last = Math.min(last, killAt);
        else expect(signal).toBe('SIGKILL');
        found[killAt] = await roundsIn(root);
        await expectTidyRound(root, 4);
      }
    };
    await Promise.all([work(), work(), work()]);
    // Each call is between the second round, with nothing written, and the third, with everything.
    const rounds = found.slice(1, last + 1);
    expect(rounds.length).toBeGreaterThan(30);
    expect(rounds[0]).toEqual([2, 2, 2]);
    expect(rounds.at(-1)).toEqual([3, 3, 3]);
    for (const [before, after] of rounds.slice(1).map((now, i) => [rounds[i], now] as const)) {
      for (const [i, round] of (after ?? []).entries()) {
        expect(round).toBeGreaterThanOrEqual(before?.[i] as number);
        expect(round).toBeLessThanOrEqual(3);
      }
    }
  });

  it('goes on from the last round that it reported, whenever it was killed', async () => {
    const root = join(folder, 'whenever');
    await mkdir(root);
    let reached = 0;
    for (let kill = 0; kill < 8; kill++) {
      const writer = start(root, 0);
      let heard = '';
      writer.stdout?.on('data', (text: Buffer) => {
        heard += text.toString();
      });
      const closed = once(writer, 'close');
      await Promise.race([once(writer.stdout as NonNullable<typeof writer.stdout>, 'data'), closed]);
      await sleep((kill * 7) % 23);
      writer.kill('SIGKILL');
      await closed;
      const reported = Number(heard.trim().split('\n').at(-1));
      expect(reported).toBeGreaterThan(reached);
      const rounds = await roundsIn(root);
      for (const round of rounds) expect([reported, reported + 1]).toContain(round);
      reached = reported;
    }
    await expectTidyRound(root, reached + 2);
  });
});
