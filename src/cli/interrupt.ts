/** Ctrl-C and a cluster's SIGTERM end long work between two steps, in order; a second one ends it at once. */
import { say } from './progress.js';

export async function interruptible<T>(hint: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) process.exit(1);
    say(`\n${name}: stopping after this step; ${hint}`);
    controller.abort(name);
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}
