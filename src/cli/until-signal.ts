/** Signals around a command that is run by another one. */
import { CladenetError } from '../errors.js';
import { onceWritten } from '../writes.js';
import { SIGNALS, STOPPED } from './exit-codes.js';

/**
 * Runs work in which commands run. A command that is under way stops in order (`interruptible`), and the work sees its exit code.
 * Where none is under way, a signal ends the process with 99 as soon as no file is being written: nothing is lost.
 */
export async function untilSignal(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const controller = new AbortController();
  const counts = new Map<NodeJS.Signals, number>();
  const stop = (name: NodeJS.Signals) => {
    controller.abort(name);
    if (process.listenerCount(name) > (counts.get(name) ?? 0)) return;
    onceWritten(() => process.exit(STOPPED));
  };
  for (const name of SIGNALS) {
    process.on(name, stop);
    counts.set(name, process.listenerCount(name));
  }
  try {
    return await work(controller.signal);
  } catch (error) {
    if (error instanceof CladenetError && error.code === 'ABORTED') return STOPPED;
    throw error;
  } finally {
    for (const name of SIGNALS) process.off(name, stop);
  }
}
