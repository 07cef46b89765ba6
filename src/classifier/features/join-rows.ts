/** Which row of a table is about which image. */
import { extname, resolve } from 'node:path';
import { CladenetError, type Problem } from '../../errors.js';
import type { FeatureTable } from '../../features/feature-table.js';

/**
 * The row of each image: the one called as its path, or as the end of it (`copepod/17.png`, `17.png`), or as that without the
 * extension (`17`). The longest such name counts.
 *
 * @param where the table, for messages
 * @throws CladenetError DATASET naming every image without a row, and every row that several images would share
 */
export function rowsOfImages(
  { rows }: Pick<FeatureTable, 'rows'>,
  paths: readonly string[],
  where: string,
): Int32Array {
  const numbers = new Map(rows.map((name, row) => [name.replaceAll('\\', '/'), row]));
  const problems: Problem[] = [];
  const taken = new Map<number, string>();
  const found = Int32Array.from(paths, (path) => {
    const row = namesOf(path).reduce<number | undefined>((known, name) => known ?? numbers.get(name), undefined);
    if (row === undefined) {
      const remedy = problems.length === 0 ? REMEDY : undefined;
      problems.push({ where: path, expected: `a row of ${where} with its path or its name`, received: 'none', remedy });
      return -1;
    }
    const other = taken.get(row) ?? path;
    taken.set(row, path);
    if (other !== path) {
      const received = `one for ${other} and ${path}`;
      const remedy = 'Name the rows by the paths of the images.';
      problems.push({ where: `${where}: ${rows[row]}`, expected: 'a row for one image', received, remedy });
    }
    return row;
  });
  if (problems.length === 0) return found;
  throw new CladenetError('DATASET', `${problems.length} of ${paths.length} images have no row of their own`, problems);
}

const REMEDY =
  'Is it the table of these images? Name rows by paths, by their ends (copepod/1.png) or by names. A classifier takes the table ' +
  'that it was trained with, unless `features` is given.';

/** What a row may be called that is about this image, the surest first. */
function namesOf(path: string): string[] {
  const parts = resolve(path).replaceAll('\\', '/').split('/');
  const ends = parts.map((_, i) => parts.slice(i).join('/'));
  const names = [path.replaceAll('\\', '/'), ...ends];
  const extension = extname(path);
  return extension === '' ? names : names.flatMap((name) => [name, name.slice(0, -extension.length)]);
}
