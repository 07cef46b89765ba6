/**
 * Tasks on all cores: each thread takes the next task when it has answered its last.
 *
 * Threads run compiled code. Where there is none (the TypeScript sources run directly, as in the tests), or where one
 * thread is asked for, the tasks run in this thread, with a pause between them for timers and signals.
 */
import { existsSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { throwIfAborted } from './abort.js';
import { CladenetError } from './errors.js';

/** An answer, and the buffers that go with it instead of being copied. */
export interface Answered<Answer> {
  readonly answer: Answer;
  readonly transfer?: readonly ArrayBuffer[];
}

/** At once, or when it is ready. A thread gets its next task when it has answered. */
export type Answers<Task, Answer> = (task: Task) => Answered<Answer> | Promise<Answered<Answer>>;

export interface Threads<Data, Task, Answer> {
  /** What the threads do, as an error says it: `growing trees`. */
  readonly work: string;
  /** The compiled script of a thread, which calls {@link answerTasks} with the same `start`. */
  readonly script: URL;
  /** What every thread needs: copied to each, but for shared memory. */
  readonly data: Data;
  /** Prepares a thread for tasks. */
  readonly start: (data: Data) => Answers<Task, Answer>;
  /** Threads that work at once. One would only do what this thread could, unless it is `beside`. */
  readonly threads: number;
  /** Whether this thread does other work meanwhile, so that one thread beside it pays. Default false. */
  readonly beside?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs tasks and hands over each answer with the number of its task, in the order in which they come. */
export type RunTasks<Task, Answer> = (
  tasks: readonly Task[],
  take: (answer: Answer, task: number) => void,
) => Promise<void>;

/**
 * Starts threads, lets `use` run tasks on them, and ends them, whatever happens.
 *
 * @throws CladenetError as the tasks do; RUNTIME when a thread fails in another way or ends, ABORTED after `signal`
 */
export async function withThreads<Data, Task, Answer, Result>(
  { work, script, data, start, threads, beside = false, signal }: Threads<Data, Task, Answer>,
  use: (run: RunTasks<Task, Answer>) => Promise<Result>,
): Promise<Result> {
  throwIfAborted(signal, work);
  if (threads < (beside ? 1 : 2) || !existsSync(script)) return use(inThisThread(work, start(data), signal));
  const pool = Array.from({ length: threads }, () => new Thread<Task, Answer>(work, script, data));
  const abort = () => {
    for (const thread of pool)
      thread.fail(new CladenetError('ABORTED', `${work} was stopped.`, [], { cause: signal?.reason }));
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await use(onThreads(pool));
  } finally {
    signal?.removeEventListener('abort', abort);
    await Promise.all(pool.map((thread) => thread.end()));
  }
}

/** Answers the tasks of {@link withThreads}: the body of a thread's script. */
export function answerTasks<Data, Task, Answer>(start: (data: Data) => Answers<Task, Answer>): void {
  const answers = start(workerData as Data);
  parentPort?.on('message', (task: Task) => {
    // A rejection ends the thread with its error, as an exception does.
    void (async () => {
      const { reply, transfer } = await replyTo(answers, task);
      parentPort?.postMessage(reply, transfer);
    })();
  });
}

/** What a thread sends back: its answer, or the parts of a `CladenetError`, since messages keep no classes. */
type Reply<Answer> =
  | { readonly answer: Answer }
  | { readonly failure: Pick<CladenetError, 'code' | 'summary' | 'problems'> };

async function replyTo<Task, Answer>(
  answers: Answers<Task, Answer>,
  task: Task,
): Promise<{ readonly reply: Reply<Answer>; readonly transfer?: readonly ArrayBuffer[] | undefined }> {
  try {
    const { answer, transfer } = await answers(task);
    return { reply: { answer }, transfer };
  } catch (error) {
    if (!(error instanceof CladenetError)) throw error;
    const { code, summary, problems } = error;
    return { reply: { failure: { code, summary, problems } } };
  }
}

function inThisThread<Task, Answer>(
  work: string,
  answers: Answers<Task, Answer>,
  signal: AbortSignal | undefined,
): RunTasks<Task, Answer> {
  return async (tasks, take) => {
    for (const [i, task] of tasks.entries()) {
      take((await answers(task)).answer, i);
      await setImmediate();
      throwIfAborted(signal, work);
    }
  };
}

function onThreads<Task, Answer>(pool: readonly Thread<Task, Answer>[]): RunTasks<Task, Answer> {
  return async (tasks, take) => {
    let next = 0;
    const work = async (thread: Thread<Task, Answer>) => {
      while (next < tasks.length) {
        const i = next++;
        take(await thread.ask(tasks[i] as Task), i);
      }
    };
    await Promise.all(pool.map(work));
  };
}

/** A thread with at most one task at a time. */
class Thread<Task, Answer> {
  private readonly worker: Worker;
  private waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  /** Why no more answers come. */
  private failure: Error | undefined;

  constructor(work: string, script: URL, data: unknown) {
    const failed = (what: string, cause?: unknown) =>
      this.fail(new CladenetError('RUNTIME', `${work} failed: ${what}`, [], { cause }));
    // Not the options of this process: some, such as `--input-type`, are refused for a script.
    this.worker = new Worker(script, { workerData: data, execArgv: [] });
    this.worker.on('message', (reply: Reply<Answer>) => {
      if ('answer' in reply) this.waiting?.resolve(reply.answer);
      else this.waiting?.reject(new CladenetError(reply.failure.code, reply.failure.summary, reply.failure.problems));
    });
    this.worker.on('error', (error: Error) => failed(error.message, error));
    this.worker.on('messageerror', (error) => failed('an answer could not be read', error));
    this.worker.on('exit', (code) => failed(`a thread ended with exit code ${code}`));
  }

  ask(task: Task): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.failure) {
        reject(this.failure);
        return;
      }
      this.waiting = { resolve, reject };
      this.worker.postMessage(task);
    });
  }

  /** The task that is being worked on, and all later ones, end with this error; the first one counts. */
  fail(error: Error): void {
    this.failure ??= error;
    this.waiting?.reject(this.failure);
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}
