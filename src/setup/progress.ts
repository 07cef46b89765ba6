/** Progress on a stream: one line that refreshes on a terminal, plain lines elsewhere. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The part of a stream that is written to. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

const LOOK_MS = 250;
const PLAIN_MS = 10_000;

/** `259 MB`, `1.3 GB`: decimal, as pip and disks count. */
export function bytes(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)} GB`;
  if (count >= 1e6) return `${Math.round(count / 1e6)} MB`;
  return `${Math.ceil(count / 1e3)} kB`;
}

/**
 * Announces `what`, runs `work`, and says how long it took. Where `watch` names a folder and the bytes expected in it,
 * the bytes so far are shown meanwhile.
 */
export async function step<T>(
  output: Output,
  what: string,
  work: () => Promise<T>,
  watch?: { readonly folder: string; readonly expected: number },
): Promise<T> {
  const start = performance.now();
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  const show = (text: string) => output.write(output.isTTY ? `\r\x1b[2K${text}` : `${text}\n`);
  show(`cladenet: ${what} ...`);
  const every = output.isTTY ? LOOK_MS : PLAIN_MS;
  const timer = setInterval(() => {
    const so = watch
      ? `: ${bytes(Math.min(bytesBelow(watch.folder), watch.expected))} of ${bytes(watch.expected)}`
      : '';
    show(`cladenet: ${what}${so} (${seconds()})`);
  }, every);
  try {
    const result = await work();
    show(`cladenet: ${what}: done in ${seconds()}`);
    return result;
  } catch (error) {
    show(`cladenet: ${what}: failed after ${seconds()}`);
    throw error;
  } finally {
    clearInterval(timer);
    if (output.isTTY) output.write('\n');
  }
}

/** Bytes of all files below a folder, as far as they can be seen. */
export function bytesBelow(folder: string): number {
  let sum = 0;
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) sum += statSync(join(entry.parentPath, entry.name)).size;
    }
  } catch {
    // Files come and go while another program works there; the next look counts again.
  }
  return sum;
}
