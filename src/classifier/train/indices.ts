/** Parts of a training that are named by their indices. */
import { CladenetError } from '../../errors.js';

/** @throws CladenetError USAGE for indices that are not from 0 to below `count` */
export function requireIndices(where: string, only: readonly number[] | undefined, count: number, of: string): void {
  const wrong = only?.filter((index) => !Number.isInteger(index) || index < 0 || index >= count) ?? [];
  if (wrong.length === 0) return;
  const expected = count === 0 ? `none: there are no ${of}` : `indices of the ${count} ${of}, from 0 to ${count - 1}`;
  throw new CladenetError('USAGE', 'There are no such parts', [{ where, expected, received: wrong.join(', ') }]);
}
