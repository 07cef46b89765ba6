/** Names of folders that are not the user's, and names that cannot be read. */
import { lstat } from 'node:fs/promises';

/** Made by NAS systems, by unpacking an archive of macOS, by file systems and by Windows. */
const SYSTEM = new Set([
  ...['@eadir', '#recycle', '@recycle', '#snapshot', '__macosx', 'lost+found', '$recycle.bin'],
  'system volume information',
]);

/** Whether a folder or file is passed over: hidden ones, and those that systems make for themselves. */
export function isPassedOver(name: string): boolean {
  return name.startsWith('.') || SYSTEM.has(name.toLowerCase());
}

/** Whether there is nothing of that path: a name whose bytes are not UTF-8 is listed as another than it has. */
export async function isMissing(path: string): Promise<boolean> {
  return lstat(path).then(
    () => false,
    (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT',
  );
}

/** What is wrong with a folder that is listed and then missing. */
export const notUtf8 = {
  expected: 'a folder whose name is UTF-8',
  received: 'a name in another encoding; the folder is left out',
  remedy: 'Rename it, for example with convmv.',
};
