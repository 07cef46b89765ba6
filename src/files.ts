/** Files: written atomically, so that no reader ever sees half of one, checked before the work that fills them, and read. */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { CladenetError } from './errors.js';

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

/**
 * Refuses a file that cannot be written before the work that would fill it, not after.
 *
 * @param where the argument that names the file
 * @param file  nothing is checked without one
 * @throws CladenetError USAGE where the file is a folder or lies below a file
 */
export async function requireWritable(where: string, file: string | undefined): Promise<void> {
  if (file === undefined) return;
  const there = await stat(file).catch(() => undefined);
  const obstacle = there?.isDirectory() ? 'a folder' : there === undefined ? await fileAbove(file) : undefined;
  if (obstacle === undefined) return;
  const problem = { where, expected: 'a file that can be written', received: `${file}: ${obstacle}` };
  throw new CladenetError('USAGE', 'The results cannot be written', [problem]);
}

async function fileAbove(path: string): Promise<string | undefined> {
  for (let above = dirname(resolve(path)); above !== dirname(above); above = dirname(above)) {
    const there = await stat(above).catch(() => undefined);
    if (there !== undefined) return there.isDirectory() ? undefined : `${above} is a file`;
  }
  return undefined;
}

/**
 * Reads a configuration.
 *
 * @param of what the object holds, for the error
 * @throws CladenetError USAGE if the file is no JSON object
 */
export async function readJsonObject(file: string, of: string): Promise<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) {
      return content as Record<string, unknown>;
    }
    throw new Error('JSON that is not an object');
  } catch (error) {
    throw new CladenetError('USAGE', 'The configuration file cannot be read', [
      { where: file, expected: `a JSON object of ${of}`, received: (error as Error).message },
    ]);
  }
}
