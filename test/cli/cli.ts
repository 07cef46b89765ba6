/** The command line, called in this process or, where the process is the point, as one of its own. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SIGNALS } from '../../src/cli/exit-codes.js';
import { run } from '../../src/cli/run.js';
import { type PresetName, presets } from '../../src/network/presets.js';
import type { NetworkSpec } from '../../src/network/spec.js';
import { replaceCompact, smallCompact } from './small-compact.js';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const UNSYNCED = new URL('../kill/unsynced.mjs', import.meta.url).href;

export interface Outcome {
  readonly code: number | null;
  /** What ended a process, if it was a signal. */
  readonly signal?: NodeJS.Signals;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  readonly cwd?: string;
  /** Variables on top of those of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Of a call in this process: is shown what was written to standard error so far, and may send a signal. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
  /** Of a process: signals that it sends itself, each once, as soon as it has written the text to standard error. */
  readonly signalAt?: { readonly text: string; readonly signals: readonly NodeJS.Signals[] };
  /** Of a process: a module that is loaded first. */
  readonly preload?: string;
  /** Closes the reading end of standard output at once, as `| true` does. */
  readonly deaf?: boolean;
}

/**
 * Calls the command line in this process, as if its output were no terminal's. TensorFlow is loaded once: what it reads
 * from the environment then stays as it is. One call at a time.
 *
 * What the preset `compact` stands for meanwhile has two convolutions of 8 and 16 filters: what these tests are about is
 * the same for every network, and most of the time would go into preparing the large one.
 */
export async function cladenet(
  args: readonly string[],
  { cwd, env = {}, onStderr }: Surroundings = {},
): Promise<Outcome> {
  const written = { stdout: '', stderr: '' };
  const before = { cwd: process.cwd(), env: { ...process.env }, handlers: handlers(), compact: presets.compact };
  const kill = (signal: NodeJS.Signals) => {
    for (const handler of process.listeners(signal)) if (!before.handlers.includes(handler)) handler(signal);
  };
  const restore = (['stdout', 'stderr'] as const).map((name) =>
    capture(name, (text) => {
      written[name] += text;
      if (name === 'stderr') onStderr?.(written.stderr, kill);
    }),
  );
  try {
    Object.assign(process.env, env);
    networks.compact = smallCompact;
    if (cwd !== undefined) process.chdir(cwd);
    const code = await run(args);
    if (handlers().length !== before.handlers.length) throw new Error('the call left a handler of signals behind');
    return { code, ...written };
  } finally {
    for (const back of restore) back();
    networks.compact = before.compact;
    process.chdir(before.cwd);
    for (const name of Object.keys(env)) {
      if (before.env[name] === undefined) delete process.env[name];
      else process.env[name] = before.env[name];
    }
  }
}

const networks: Record<PresetName, NetworkSpec> = presets;

const handlers = () => SIGNALS.flatMap((signal) => process.listeners(signal));

/** Takes what is written to a stream of this process, which is no terminal meanwhile. */
function capture(name: 'stdout' | 'stderr', take: (text: string) => void): () => void {
  const stream = process[name];
  const own = {
    write(chunk: string | Uint8Array) {
      take(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      return true;
    },
    isTTY: false,
    columns: undefined,
  };
  const before = Object.keys(own).map((key) => [key, Object.getOwnPropertyDescriptor(stream, key)] as const);
  for (const [key, value] of Object.entries(own)) {
    Object.defineProperty(stream, key, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [key, descriptor] of before) {
      if (descriptor === undefined) Reflect.deleteProperty(stream, key);
      else Object.defineProperty(stream, key, descriptor);
    }
  };
}

/**
 * A module for `node --import` that sends the process signals at a text. A signal from outside could arrive after the
 * few milliseconds that this training takes.
 */
const signalsItself = (at: NonNullable<Surroundings['signalAt']>) =>
  `data:text/javascript,${encodeURIComponent(`
    const { text, signals } = ${JSON.stringify(at)};
    const write = process.stderr.write.bind(process.stderr);
    process.stderr.write = (chunk, ...rest) => {
      const written = write(chunk, ...rest);
      if (String(chunk).includes(text)) for (const signal of signals.splice(0)) process.kill(process.pid, signal);
      return written;
    };
  `)}`;

/** Starts the compiled command line as a process of its own, with the same small network for `compact`. */
export function cladenetProcess(args: readonly string[], options: Surroundings = {}): Promise<Outcome> {
  const preloaded = [
    ...['--import', UNSYNCED, '--import', replaceCompact],
    ...(options.signalAt ? ['--import', signalsItself(options.signalAt)] : []),
    ...(options.preload === undefined
      ? []
      : ['--import', `data:text/javascript,${encodeURIComponent(options.preload)}`]),
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...preloaded, MAIN, ...args], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    if (options.deaf) child.stdout.destroy();
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, stdout, stderr, ...(signal && { signal }) }));
  });
}
