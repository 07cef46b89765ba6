/** Folders that cannot be replaced by another of the same name. */
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whether a disk, or a folder of another one, is mounted there. */
export async function isMountPoint(folder: string): Promise<boolean> {
  const [own, parent] = await Promise.all([stat(folder), stat(dirname(folder))]);
  if (own.dev !== parent.dev || own.ino === parent.ino) return true;
  // A folder of the same disk has the same number.
  const mounts = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return mounts.split('\n').some((line) => unescaped(line.split(' ')[4] ?? '') === folder);
}

/** `proc_pid_mountinfo(5)`: blanks, tabs, line ends and backslashes in octal. */
const unescaped = (path: string): string =>
  path.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
