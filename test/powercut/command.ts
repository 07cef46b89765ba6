/** A command that writes to a disk while the power is cut. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { replaceCompact } from '../cli/small-compact.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const UNSYNCED = new URL('../kill/unsynced.mjs', import.meta.url).href;

export type Command = ReturnType<typeof startCommand>;

/** @param unsynced without syncing, as a control: what was reported must then be lost */
export function startCommand(args: readonly string[], unsynced: boolean) {
  const preloads = [replaceCompact, ...(unsynced ? [UNSYNCED] : [])].flatMap((file) => ['--import', file]);
  const child = spawn(process.execPath, [...preloads, join(root, 'dist', 'cli', 'main.js'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TF_NUM_INTRAOP_THREADS: '1' },
  });
  let text = '';
  child.stderr.on('data', (more: Buffer) => {
    text += more.toString();
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return {
    child,
    text: () => text,
    hasEnded,
    async until(isThere: () => boolean) {
      while (!isThere() && !hasEnded()) await sleep(2);
      if (!isThere()) throw new Error(`the command ended: ${text}`);
    },
  };
}
