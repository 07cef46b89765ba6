/** Progress on standard error: a bar on a terminal, a plain line now and then elsewhere. Results go to standard output. */
import { MultiBar, Presets, type SingleBar } from 'cli-progress';

/** How often a long work says where it is when nobody watches it live. */
const PLAIN_SECONDS = 15;

export interface Progress {
  update(done: number, note?: string): void;
  /** Takes the bar away; `line` is what stays. */
  stop(line?: string): void;
}

/** A line of the result. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A line about the work. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
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
      else if (line !== undefined) say(line);
    },
  };
}

export function startProgress(title: string, total: number): Progress {
  return process.stderr.isTTY ? bar(title, total) : plain(title, total);
}

function bar(title: string, total: number): Progress {
  const bars = new MultiBar(
    {
      format: `${title} {bar} {value}/{total}  {note}`,
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
    update: (done, note = '') => single.update(done, { note }),
    stop(line) {
      bars.stop();
      if (line !== undefined) say(line);
    },
  };
}

function plain(title: string, total: number): Progress {
  let last = performance.now();
  return {
    update(done, note = '') {
      if (performance.now() - last < PLAIN_SECONDS * 1000) return;
      last = performance.now();
      say(`${title} ${done}/${total}  ${note}`.trimEnd());
    },
    stop(line) {
      if (line !== undefined) say(line);
    },
  };
}

/** `1 image`, `2 images`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** `75 s`, `12.4 min`. */
export function duration(seconds: number): string {
  return seconds < 120 ? `${seconds.toFixed(seconds < 10 ? 1 : 0)} s` : `${(seconds / 60).toFixed(1)} min`;
}
