/** Writes files and folders atomically: no reader ever sees half of one. */
import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Writes `data` to a temporary name beside `path`, then renames it into place. Makes missing folders. Where the write
 * fails, the temporary file is removed and `path` is unchanged.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    await writeFile(temporary, data);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/**
 * Fills a temporary folder beside `path` with `fill`, then renames it into place, replacing what was there. Where `fill`
 * throws, the temporary folder is removed and `path` is unchanged.
 */
export async function writeFolderAtomic(path: string, fill: (folder: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  await mkdir(temporary);
  try {
    await fill(temporary);
    const old = join(dirname(path), `.${randomUUID()}.old`);
    const replaced = await rename(path, old).then(
      () => true,
      () => false,
    );
    await rename(temporary, path);
    if (replaced) await rm(old, { recursive: true, force: true });
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
}
