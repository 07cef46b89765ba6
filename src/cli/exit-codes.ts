/** How a command ends, as its caller sees it. */
import { constants } from 'node:os';

export const DONE = 0;
export const FAILED = 1;
/** The call was wrong. */
export const WRONG_CALL = 2;
/** Stopped by a signal: the same command resumes. A code that neither shells nor schedulers give a meaning. */
export const STOPPED = 99;

/** The signals that stop work in order. Slurm's `--signal=USR1@60` and OAR's `--checkpoint` send SIGUSR1 or SIGUSR2. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const;

/** Ended by a signal, with nothing to resume from: the code that shells report for it. */
export const endedBy = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/** The signal of a code of {@link endedBy}. */
const signalOf = (code: number) => SIGNALS.find((signal) => endedBy(signal) === code);

/** The longest that a process waits for its own signal. */
const DELIVERY_MS = 1000;

/**
 * Ends this process with an exit code. That of a signal ends it by the signal itself, so that a shell script that runs it
 * stops at Ctrl-C too.
 */
export function endProcess(code: number): void {
  const signal = signalOf(code);
  process.exitCode = code;
  if (signal === undefined) return;
  // Last of the exit handlers: others clean up.
  process.once('exit', () => {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, DELIVERY_MS);
  });
}
