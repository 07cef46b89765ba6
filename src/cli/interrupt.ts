/** Signals end long work in order: the step is finished, and a checkpoint saved. A second signal does not wait for the step. */
import { CladenetError } from '../errors.js';
import { logLines } from '../progress.js';
import { visible } from '../visible.js';
import { onceWritten } from '../writes.js';
import { endedBy, endProcess, SIGNALS, STOPPED } from './exit-codes.js';

/** One Ctrl-C can come twice, from the terminal and from `npx`, which passes it on: what comes so soon is no second one. */
const ECHO_MS = 1000;

/** Work that a signal stopped. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(
    readonly exitCode: number,
    options: { readonly cause: CladenetError },
  ) {
    super(options.cause.message, options);
  }
}

/**
 * Runs work that SIGINT, SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2 stop between two steps. A second signal ends the process as
 * soon as no file is being written.
 *
 * @param resume how the same command resumes, for the message; null if nothing is kept to resume from
 * @throws Interrupted where a signal stopped it
 */
export async function interruptible<T>(resume: string | null, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let first: { readonly name: NodeJS.Signals; readonly at: number } | undefined;
  const stop = (name: NodeJS.Signals) => {
    if (first === undefined) {
      first = { name, at: performance.now() };
      logLines(`\n${name}: stopping after this step; ${visible(resume ?? 'nothing is written')}`);
      controller.abort(name);
    } else if (performance.now() - first.at > ECHO_MS) {
      onceWritten(() => {
        endProcess(endedBy(name));
        process.exit();
      });
    }
  };
  for (const name of SIGNALS) process.on(name, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (first === undefined || !(error instanceof CladenetError) || error.code !== 'ABORTED') throw error;
    throw new Interrupted(resume === null ? endedBy(first.name) : STOPPED, { cause: error });
  } finally {
    for (const name of SIGNALS) process.off(name, stop);
  }
}
