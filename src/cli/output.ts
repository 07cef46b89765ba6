/** Output that nobody reads any more ends the printing, not the work. */
import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { FAILED } from './exit-codes.js';

/** The reader has seen enough (`| head -1`), or its terminal is gone: that is no failure of the command. */
const CLOSED = new Set(['EPIPE', 'EIO', 'ERR_STREAM_DESTROYED']);

/** The part of a process that is used here. */
interface Process {
  readonly stdout: Output;
  readonly stderr: Output;
  exitCode?: string | number | null | undefined;
  once(event: 'exit', listener: () => void): unknown;
}

interface Output {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown;
  write(text: string): unknown;
}

/**
 * Keeps a process going when its standard output or standard error can no longer be written. Where results are lost for
 * another reason than a closed reader, such as a full disk, it says so and fails in the end.
 */
export function surviveClosedOutput(process: Process): void {
  let isLost = false;
  process.stdout.on('error', ({ code, message }) => {
    if (isLost || CLOSED.has(code ?? '')) return;
    isLost = true;
    process.stderr.write(`The results could not be printed: ${message}\n`);
    process.once('exit', () => {
      process.exitCode ||= FAILED;
    });
  });
  // There is nowhere left to report it.
  process.stderr.on('error', () => undefined);
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  process.once('exit', () => {
    // Node would restore the settings of a terminal that is gone, and abort because it cannot.
    for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
  });
}
