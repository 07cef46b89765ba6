/** Runs other programs and collects their output. A missing program is a result, not an exception. */
import { spawn } from 'node:child_process';

export interface Outcome {
  /** Exit status; `missing` where the program is not on PATH, `killed` where a signal ended it. */
  readonly status: number | 'missing' | 'killed';
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `program`, found on `env.PATH`, to its end. An abort kills it and rejects with the signal's reason.
 */
export async function run(program: string, args: readonly string[], { env, signal }: RunOptions): Promise<Outcome> {
  signal?.throwIfAborted();
  const outcome = await new Promise<Outcome>((resolve) => {
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const stop = () => child.kill('SIGTERM');
    signal?.addEventListener('abort', stop);
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => out.push(piece));
    child.stderr.on('data', (piece: Buffer) => err.push(piece));
    const end = (status: Outcome['status'], reason = '') => {
      signal?.removeEventListener('abort', stop);
      resolve({ status, stdout: Buffer.concat(out).toString(), stderr: reason + Buffer.concat(err).toString() });
    };
    child.on('error', (error: NodeJS.ErrnoException) => end('missing', error.message));
    child.on('close', (code) => end(code ?? 'killed'));
  });
  signal?.throwIfAborted();
  return outcome;
}
