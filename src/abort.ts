/** Stopping between two images. */
import { CladenetError } from './errors.js';

/** Throws where the signal was given. */
export function throwIfAborted(signal: AbortSignal | undefined, work: string): void {
  if (signal?.aborted) throw new CladenetError('ABORTED', `${work} was stopped.`, [], { cause: signal.reason });
}
