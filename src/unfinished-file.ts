/** A file that is written piece by piece under a temporary name, then put into place whole. */
import { rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeFileAtomic, writing } from './files.js';
import { placeOf } from './real-path.js';
import { readRegularFile } from './regular-file.js';
import { isSpecial } from './special-files.js';
import { makeFolder, sync, syncFolder } from './sync.js';
import { removeAbandoned, temporaryBeside } from './temporaries.js';
import { uninterrupted } from './writes.js';

/** Where a result grows. Its owner calls `commit` or `discard`. */
export interface UnfinishedFile {
  /** The file to write, which does not exist yet. */
  readonly temporary: string;
  /** Renames it to its path, replacing what was there. @throws CladenetError OUTPUT when the system refuses */
  commit(): Promise<void>;
  /** Removes it; the path stays as it was. */
  discard(): Promise<void>;
}

/**
 * Starts a file at `path`. Makes missing folders. Links are followed; a device or a pipe gets the bytes at the end.
 *
 * @throws CladenetError OUTPUT when the system refuses
 */
export async function startFile(path: string): Promise<UnfinishedFile> {
  const place = placeOf(path);
  if (await isSpecial(place)) return startSpecial(path);
  const folder = dirname(place.path);
  await writing(path, async () => {
    await makeFolder(folder, true);
    await removeAbandoned(folder);
  });
  const temporary = temporaryBeside(place.path, 'tmp');
  return {
    temporary,
    commit: () =>
      writing(path, () =>
        uninterrupted(async () => {
          await sync(temporary);
          await rename(temporary, place.path);
          await syncFolder(folder);
        }),
      ),
    discard: () => rm(temporary, { force: true }),
  };
}

function startSpecial(path: string): UnfinishedFile {
  const temporary = temporaryBeside(join(tmpdir(), 'result'), 'tmp');
  const discard = () => rm(temporary, { force: true });
  return {
    temporary,
    async commit() {
      await writeFileAtomic(path, await readRegularFile(temporary, { maxBytes: Number.POSITIVE_INFINITY }));
      await discard();
    },
    discard,
  };
}
