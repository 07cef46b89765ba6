/**
 * A contender: a process that lives as long as the bench and answers requests, so that contenders can take turns within
 * seconds of each other. A request is one line of JSON on its standard input, a response one line on its standard output:
 *
 *     {"do": "hello"}                                          {"ok": {versions and settings}}
 *     {"do": "prepare", "task": "step", "options": {...}}      {"ok": {facts to check}}
 *     {"do": "round", "task": "step"}                          {"ok": {"images": 96, "seconds": 1.2, ...}}
 *     {"do": "finish", "task": "step"}                         {"ok": {}}
 *
 * or {"error": "what went wrong"}. It measures its own time, so that communication is excluded, and ends with its input.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { lastLines } from '../src/setup/setup-error.js';

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** The answer to a task's `prepare`, which serves to check that all contenders train the same network. */
export interface Prepared {
  /** Number of trained weights of the network. */
  readonly weights?: number;
  /** Loss of the first batch, before any update: near ln(classes). */
  readonly firstLoss?: number;
}

export interface Round {
  readonly images: number;
  readonly seconds: number;
  /** Loss of the last training step; null if it is not finite, because JSON has no number for that. */
  readonly loss?: number | null;
}

export class Contender {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly answers: AsyncIterator<string>;
  private complaints = '';

  constructor({ program, args, env }: Command) {
    this.child = spawn(program, args, { env });
    this.child.on('error', (error) => {
      this.complaints += error.message;
    });
    // Ignored: a process that ended leaves its request unanswered, and that error explains more than the broken pipe.
    this.child.stdin.on('error', () => undefined);
    this.child.stderr.on('data', (piece: Buffer) => {
      this.complaints = (this.complaints + piece.toString()).slice(-20_000);
    });
    this.answers = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async hello(): Promise<Readonly<Record<string, unknown>>> {
    return this.ask({ do: 'hello' });
  }

  async prepare(task: string, options: object): Promise<Prepared> {
    return this.ask({ do: 'prepare', task, options });
  }

  async round<T = Round>(task: string): Promise<T> {
    return this.ask({ do: 'round', task });
  }

  async finish(task: string): Promise<void> {
    await this.ask({ do: 'finish', task });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined) return;
    const ended = once(this.child, 'exit');
    this.child.stdin.end();
    await ended;
  }

  /** Ends the process at once, even in the middle of a round. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  private async ask<T>(request: object): Promise<T> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.answers.next();
    if (done) throw new Error(`its process ended: ${lastLines(this.complaints) || 'without a message'}`);
    const answer = JSON.parse(value) as { readonly ok: T } | { readonly error: string };
    if ('error' in answer) throw new Error(answer.error);
    return answer.ok;
  }
}
