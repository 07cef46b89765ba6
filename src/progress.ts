/**
 * Progress on standard error: one line that refreshes on a terminal, a plain line now and then elsewhere. Results go to
 * standard output.
 */
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { inMiddle } from './errors.js';
import { duration } from './units.js';
import { visible, visibleLines } from './visible.js';

/** How often a plain line reports how far the work is. */
const PLAIN_MS = 15_000;
/** How often the line of a step refreshes on a terminal. */
const REFRESH_MS = 250;

/** Characters of a line: a longer one is cut in the middle. */
const LONGEST = 10_000;

/** The part of a writable stream that progress needs. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  /** Writes a text unchanged, without a line break. */
  write(text: string): unknown;
}

export interface Progress {
  update(done: number, note?: string): void;
  /** Takes the bar away; `line` is what stays. */
  stop(line?: string): void;
}

/** A text of the result, of one or more lines. What it names is shown by {@link visible}, so that it cannot begin a line. */
export function print(text: string): void {
  process.stdout.write(`${visibleLines(text)}\n`);
}

/** A line about the work. Whatever it names, it is one line. */
export function log(line: string): void {
  process.stderr.write(`${visible(inMiddle(line, LONGEST))}\n`);
}

/** Lines about the work: the message of an error, or a table. As in {@link print}, what they name is shown by {@link visible}. */
export function logLines(text: string): void {
  process.stderr.write(`${visibleLines(text)}\n`);
}

/** A progress whose total is known when the work first reports. */
export function lazyProgress(title: string): {
  update(done: number, total: number, note?: string): void;
  stop(line?: string): void;
} {
  let progress: Progress | undefined;
  return {
    update(done, total, note) {
      progress ??= startProgress(title, total);
      progress.update(done, note);
    },
    stop(line) {
      if (progress !== undefined) progress.stop(line);
      else if (line !== undefined) log(line);
    },
  };
}

export function startProgress(title: string, total: number): Progress {
  return process.stderr.isTTY ? bar(title, total) : plain(title, total);
}

function bar(title: string, total: number): Progress {
  const bars = new MultiBar(
    {
      format: `${visible(title)} {bar} {value}/{total}  {note}`,
      barsize: 20,
      clearOnComplete: true,
      // A terminal whose cursor is hidden or whose lines do not wrap stays so when a process is killed.
      hideCursor: false,
      linewrap: true,
      stream: process.stderr,
    },
    Presets.shades_classic,
  );
  const single: SingleBar = bars.create(total, 0, { note: '' });
  return {
    update: (done, note = '') => single.update(done, { note: visible(note) }),
    stop(line) {
      bars.stop();
      if (line !== undefined) log(line);
    },
  };
}

function plain(title: string, total: number): Progress {
  let last = performance.now();
  return {
    update(done, note = '') {
      if (performance.now() - last < PLAIN_MS) return;
      last = performance.now();
      log(`${title} ${done}/${total}  ${note}`.trimEnd());
    },
    stop(line) {
      if (line !== undefined) log(line);
    },
  };
}

/**
 * Announces `what`, runs `work`, and reports how long it took, or that it failed. Meanwhile it shows the seconds so far and
 * what `soFar` returns, such as `31 MB of 259 MB`.
 */
export async function step<T>(output: Output, what: string, work: () => Promise<T>, soFar?: () => string): Promise<T> {
  const start = performance.now();
  const elapsed = () => duration((performance.now() - start) / 1000);
  const show = (text: string) => output.write(output.isTTY ? `\r\x1b[2K${text}` : `${text}\n`);
  show(`cladenet: ${what} ...`);
  const timer = setInterval(
    () => show(`cladenet: ${what}${soFar ? `: ${soFar()}` : ''} (${elapsed()})`),
    output.isTTY ? REFRESH_MS : PLAIN_MS,
  );
  try {
    const result = await work();
    show(`cladenet: ${what}: done in ${elapsed()}`);
    return result;
  } catch (error) {
    show(`cladenet: ${what}: failed after ${elapsed()}`);
    throw error;
  } finally {
    clearInterval(timer);
    if (output.isTTY) output.write('\n');
  }
}
