/** Ctrl-C and a cluster's SIGTERM end long work between two steps, in order; a second one ends it at once. */
import { log } from '../progress.js';

/** One Ctrl-C can come twice, from the terminal and from `npx`, which passes it on: what comes so soon is no second one. */
const ECHO_MS = 1000;

export async function interruptible<T>(hint: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let stopped = 0;
  const stop = (name: NodeJS.Signals) => {
    if (controller.signal.aborted) {
      if (performance.now() - stopped > ECHO_MS) process.exit(1);
      return;
    }
    stopped = performance.now();
    log(`\n${name}: stopping after this step; ${hint}`);
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
