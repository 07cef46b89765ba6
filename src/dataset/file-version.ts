/** What tells that a file is still the one that was decoded: see `versions` of {@link ImageMetadata}. */
import { statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Problem } from '../errors.js';
import type { ImageMetadata } from './metadata.js';

/** Stamps the files; those that are none to read get a problem. */
export async function readFileVersions(metadata: ImageMetadata): Promise<void> {
  const { paths, versions, problems } = metadata;
  for (let i = 0; i < paths.length; i++) {
    const path = paths[i] ?? '';
    try {
      const stats = statSync(path);
      if (stats.isFile()) {
        versions[i * 3] = stats.size;
        versions[i * 3 + 1] = stats.mtimeMs;
        versions[i * 3 + 2] = stats.ctimeMs;
      } else {
        const received = stats.isDirectory() ? 'a folder' : 'something that is not a file';
        problems.set(i, { where: path, expected: 'an image file', received });
      }
    } catch (error) {
      problems.set(i, unreadable(path, error as NodeJS.ErrnoException));
    }
    // Blocking calls take a third of what others do; whatever goes on beside them gets its turn every few milliseconds.
    if (i % 1024 === 1023) await setImmediate();
  }
}

/** Whether image `i` of `a` and image `j` of `b` have the same stamp. */
export function sameFileVersion(
  { versions: a }: ImageMetadata,
  i: number,
  { versions: b }: ImageMetadata,
  j: number,
): boolean {
  return a[i * 3] === b[j * 3] && a[i * 3 + 1] === b[j * 3 + 1] && a[i * 3 + 2] === b[j * 3 + 2];
}

/**
 * Whether there is a stamp to trust: one of a file that had not just changed by `now` (milliseconds), and so might change
 * again and keep it. File systems count time in ticks, of 10 ms at most on most and of 2 s on some, which then show
 * whole seconds.
 */
export function isSettled({ versions }: ImageMetadata, i: number, now: number): boolean {
  const changed = versions[i * 3 + 2] ?? Number.NaN;
  return changed <= now - (changed % 1000 === 0 ? 2000 : 20);
}

/** The problem of a file that the system does not let be read. */
export function unreadable(path: string, error: NodeJS.ErrnoException): Problem {
  const expected = 'an image file that can be read';
  if (error.code === 'ENOENT') return { where: path, expected, received: 'no file of that name' };
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return { where: path, expected, received: 'no permission to read it', remedy: `chmod u+r '${path}'` };
  }
  return { where: path, expected, received: error.message };
}
