/** Tables whose paths begin with folders that are not there: the table was moved, and its images with it. */
import { existsSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';

/** Paths that are tried: the first ones may be of files that are missing. */
const TRIED = 20;

/**
 * What to leave out at the beginning of paths so that images are found beside the table; empty where nothing has to be left out, or
 * nothing helps. Of `io/images/1.jpg`, the folder of whose table has `images/1.jpg`, it is `io/`.
 */
export function missingPrefix(table: string, paths: readonly string[]): string {
  const folder = dirname(table);
  for (const path of paths.slice(0, TRIED)) {
    if (existsSync(isAbsolute(path) ? path : join(folder, path))) return '';
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
      if (existsSync(join(folder, path.slice(at + 1)))) return path.slice(0, at + 1);
    }
  }
  return '';
}
