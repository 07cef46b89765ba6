/** What is in a folder, as far as it is anybody's work. */
import { readdir } from 'node:fs/promises';
import { isNotFound } from '../files.js';
import { MAX_DOCUMENT_BYTES, readRegularFile } from '../regular-file.js';

/** Made by systems for themselves in any folder: nothing is lost with it. */
const JUNK = /^(?:\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|@eaDir|\.nfs[0-9a-f]+)$/i;

/** The names in a folder; none where there is nothing; undefined for a file. */
export async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    return (await readdir(folder)).filter((name) => !JUNK.test(name));
  } catch (error) {
    if (isNotFound(error)) return [];
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The fields of a JSON file; none where it holds none. */
export async function jsonIn(file: string): Promise<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse((await readRegularFile(file, { maxBytes: MAX_DOCUMENT_BYTES })).toString());
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
