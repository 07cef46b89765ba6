/** Stopping between two images. */
import { CladenetError } from '../errors.js';

/** Throws where the signal was given. */
export function stopIfAborted(signal: AbortSignal | undefined, work: string): void {
  if (signal?.aborted) throw new CladenetError('ABORTED', `${work} was stopped.`, [], { cause: signal.reason });
}
