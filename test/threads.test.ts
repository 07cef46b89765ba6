import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Threads, withThreads } from '../src/threads.js';

let folder = '';
let settings: Threads<number, number, number>;

/** What the script of the threads does, too. */
const start = (factor: number) => (task: number) => {
  if (task < 0) throw new Error(`no task ${task}`);
  return { answer: factor * task };
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cladenet-threads-'));
  const script = join(folder, 'worker.mjs');
  writeFileSync(
    script,
    `import { parentPort, workerData } from 'node:worker_threads';
    parentPort.on('message', (task) => {
      if (task === -1) process.exit(3);
      if (task < 0) throw new Error('no task ' + task);
      if (task === 99) for (;;);
      const failure = { code: 'DATASET', summary: 'Too large', problems: [{ where: 'task', expected: '7', received: '8' }] };
      parentPort.postMessage(task === 8 ? { failure } : { answer: workerData * task });
    });`,
  );
  settings = { work: 'Counting', script: pathToFileURL(script), data: 10, start, threads: 2 };
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs tasks; the answers by task, and how many threads were started. */
async function counted(change: Partial<Threads<number, number, number>>, tasks: readonly number[]) {
  let threads = 0;
  const count = () => threads++;
  process.on('worker', count);
  const answers: number[] = [];
  try {
    await withThreads({ ...settings, ...change }, (run) =>
      run(tasks, (answer, task) => {
        answers[task] = answer;
      }),
    );
  } finally {
    process.off('worker', count);
  }
  return { answers, threads };
}

describe('threads', () => {
  const TASKS = [1, 2, 3, 4, 5];
  const ANSWERS = [10, 20, 30, 40, 50];

  it('answer all tasks', async () => {
    expect(await counted({}, TASKS)).toEqual({ answers: ANSWERS, threads: 2 });
  });

  it('are not started where one is enough, or where the script is not compiled', async () => {
    expect(await counted({ threads: 1 }, TASKS)).toEqual({ answers: ANSWERS, threads: 0 });
    const script = new URL('missing.js', settings.script);
    expect(await counted({ script }, TASKS)).toEqual({ answers: ANSWERS, threads: 0 });
  });

  it('are started beside a thread that is busy, even one', async () => {
    expect(await counted({ threads: 1, beside: true }, TASKS)).toEqual({ answers: ANSWERS, threads: 1 });
    expect(await counted({ threads: 0, beside: true }, TASKS)).toEqual({ answers: ANSWERS, threads: 0 });
  });

  it('hand over the errors of tasks as they are', async () => {
    const problem = { where: 'task', expected: '7', received: '8' };
    const error = { name: 'CladenetError', code: 'DATASET', summary: 'Too large', problems: [problem] };
    await expect(counted({}, [1, 8, 3])).rejects.toMatchObject(error);
  });

  it.each([
    [-1, /^Counting failed: a thread ended with exit code 3$/],
    [-2, /^Counting failed: no task -2$/],
  ])('that fail at task %i are an error, not a wait', async (task, message) => {
    await expect(counted({}, [1, task, 3, 4])).rejects.toMatchObject({ code: 'RUNTIME' });
    await expect(counted({}, [1, task, 3, 4])).rejects.toThrow(message);
  });

  it('end at once when the signal comes, also within a task', async () => {
    const controller = new AbortController();
    const running = counted({ signal: controller.signal }, [1, 99, 99]);
    setTimeout(() => controller.abort(), 100);
    await expect(running).rejects.toMatchObject({ code: 'ABORTED', message: 'Counting was stopped.' });
    await expect(counted({ signal: controller.signal }, TASKS)).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('stop between two tasks without threads', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const running = withThreads({ ...settings, threads: 1, signal: controller.signal }, (run) =>
      run(TASKS, (answer) => {
        seen.push(answer);
        if (seen.length === 2) controller.abort();
      }),
    );
    await expect(running).rejects.toMatchObject({ code: 'ABORTED' });
    expect(seen).toEqual([10, 20]);
  });

  it('end when taking an answer fails', async () => {
    const running = withThreads(settings, (run) =>
      run(TASKS, () => {
        throw new Error('no room');
      }),
    );
    await expect(running).rejects.toThrow('no room');
  });
});
