/** Devices, pipes and descriptors: they are written into, since a file that is renamed to their name would replace them. */
import { constants, writeFile as writeDescriptor } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Place } from './real-path.js';

/** Whether there is something that is neither a file nor a folder, or an open file of this process. */
export async function isSpecial({ path, descriptor }: Place): Promise<boolean> {
  if (descriptor !== undefined) return true;
  const status = await stat(path).catch(() => undefined);
  return status !== undefined && !status.isFile() && !status.isDirectory();
}

/** Writes into it, after what was written there before. Opening a pipe waits for its reader. */
export async function writeSpecial({ path, descriptor }: Place, data: string | Uint8Array): Promise<void> {
  // Between lines that are printed, and as they are: a pipe of these may take only a part at once.
  const stream = [undefined, process.stdout, process.stderr][descriptor ?? 0];
  if (stream !== undefined) {
    stream.write(data);
    return;
  }
  if (descriptor !== undefined) return promisify(writeDescriptor)(descriptor, data);
  const handle = await open(path, constants.O_WRONLY);
  try {
    await handle.writeFile(data);
  } finally {
    await handle.close();
  }
}
