/** Signals, exit codes, and output that nobody reads: processes of the compiled command line. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { surviveClosedOutput } from '../../src/cli/output.js';
import { generateOrganisms } from '../../src/dataset/generate.js';
import { itWhere, NEEDS } from '../fixtures/needs.js';
import { cladenet, cladenetProcess } from './cli.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const SCRIPT = '/usr/bin/script';

let folder: string;
const at = (...path: string[]) => join(folder, ...path);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cladenet-signals-'));
  await generateOrganisms({ out: at('organisms'), imagesPerClass: 4 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const training = (out: string, epochs: number) => {
  const small = ['--size', '24', '--batch', '16', '--epochs', String(epochs)];
  return ['train', 'flat', '--images', at('organisms', 'images'), ...small, '--out', at(out)];
};

interface Kept {
  readonly step: number;
  readonly unfinished: object | null;
}

const kept = async (out: string) => JSON.parse(await readFile(at(`${out}.partial`, 'checkpoint.json'), 'utf8')) as Kept;

/** Sends a second signal when the first write after it is in the middle, later than an echo would come. */
const SECOND_IN_A_WRITE = `
  import fs from 'node:fs/promises';
  import { syncBuiltinESMExports } from 'node:module';
  let isStopping = false;
  process.on('newListener', (name) => {
    if (name === 'SIGTERM') process.prependOnceListener('SIGINT', () => { isStopping = true; });
  });
  const { writeFile } = fs;
  fs.writeFile = async (...args) => {
    if (isStopping) {
      isStopping = false;
      await new Promise((resolve) => setTimeout(resolve, 1100));
      process.kill(process.pid, 'SIGTERM');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return writeFile(...args);
  };
  syncBuiltinESMExports();`;

describe('a signal', () => {
  it('stops a training after the step, with a checkpoint and exit code 99', async () => {
    const stopped = await cladenetProcess(training('stopped', 1000), {
      signalAt: { text: 'epoch   1 ', signals: ['SIGUSR1'] },
    });
    expect(stopped.code).toBe(99);
    expect(stopped.stderr).toMatch(/SIGUSR1: stopping after this step; the same command resumes with what is in/);
    expect(stopped.stderr).not.toMatch(/Debugger/);
    expect(await kept('stopped')).toMatchObject({
      step: expect.any(Number) as number,
      unfinished: { correct: expect.any(Number) as number },
    });
  });

  it('that comes second ends the process, but never in the middle of a write', async () => {
    const signalAt = { text: 'epoch   1 ', signals: ['SIGINT'] } as const;
    const ended = await cladenetProcess(training('twice', 1000), { signalAt, preload: SECOND_IN_A_WRITE });
    expect([ended.code, ended.signal]).toEqual([null, 'SIGTERM']);
    expect(await kept('twice')).toMatchObject({ unfinished: expect.any(Object) as object });
    expect(await readdir(at('twice.partial'))).toContain('checkpoint.bin');
    expect((await readdir(folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('that stops what keeps nothing has its own exit code, and ends the process itself', async () => {
    const outcome = await cladenet([...training('flat', 1)]);
    expect(outcome.code, outcome.stderr).toBe(0);
    const { code, stderr } = await cladenet(['evaluate', at('flat'), '--images', at('organisms', 'images'), '--seen'], {
      onStderr: (text, kill) => /^120 images/m.test(text) && kill('SIGTERM'),
    });
    expect([code, stderr]).toEqual([
      143,
      expect.stringMatching(/SIGTERM: stopping after this step; nothing is written/),
    ]);
    const codes = new URL('../../dist/cli/exit-codes.js', import.meta.url).href;
    for (const [given, expected] of [
      [143, { status: null, signal: 'SIGTERM' }],
      [129, { status: null, signal: 'SIGHUP' }],
      [99, { status: 99, signal: null }],
    ] as const) {
      const script = `import { endProcess } from '${codes}'; endProcess(${given});`;
      expect(spawnSync(process.execPath, ['--input-type=module', '-e', script])).toMatchObject(expected);
    }
  });

  itWhere(existsSync(SCRIPT), NEEDS.script)('from a terminal that is gone stops it like any other', async () => {
    const command = [process.execPath, MAIN, ...training('gone', 1000)].map((word) => `'${word}'`).join(' ');
    // The shell outlives the terminal, to say how the command ended.
    const inShell = `trap '' HUP; ${command} & echo $! > '${at('pid')}'; wait $!; echo $? > '${at('code')}'`;
    const terminal = spawn(SCRIPT, ['-qec', inShell, '/dev/null'], { stdio: ['ignore', 'pipe', 'ignore'] });
    for await (const text of terminal.stdout) if (String(text).includes('epoch')) break;
    terminal.kill('SIGKILL');
    await once(terminal, 'close');
    process.kill(Number(await readFile(at('pid'), 'utf8')), 'SIGHUP');
    const code = () => readFile(at('code'), 'utf8').catch(() => '');
    while (!(await code()).endsWith('\n')) await sleep(20);
    expect(await code()).toBe('99\n');
    expect((await kept('gone')).step).toBeGreaterThan(0);
  });
});

describe('output that cannot be written', () => {
  it('is a failure where results are lost, and none where the reader has left', () => {
    const streams = (code: string) => {
      const listeners: Record<string, ((error: NodeJS.ErrnoException) => void)[]> = { stdout: [], stderr: [] };
      const exits: (() => void)[] = [];
      const written: string[] = [];
      const stream = (name: string) => ({
        on: (_: 'error', listener: (error: NodeJS.ErrnoException) => void) => listeners[name]?.push(listener),
        write: (text: string) => written.push(text),
      });
      const one = {
        stdout: stream('stdout'),
        stderr: stream('stderr'),
        exitCode: 0,
        once: (_: 'exit', listener: () => void) => exits.push(listener),
      };
      surviveClosedOutput(one);
      for (const listener of [...(listeners.stdout ?? []), ...(listeners.stderr ?? [])]) {
        for (let i = 0; i < 2; i++) listener(Object.assign(new Error(`${code}: write`), { code }));
      }
      for (const exit of exits) exit();
      return [one.exitCode, written.join('')];
    };
    expect(streams('EPIPE')).toEqual([0, '']);
    expect(streams('EIO')).toEqual([0, '']);
    expect(streams('ENOSPC')).toEqual([1, 'The results could not be printed: ENOSPC: write\n']);
  });
});
