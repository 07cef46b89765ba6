/** Features of images, whatever measured them: named numbers, one row an image. */
import { CladenetError, type Problem } from '../errors.js';

/** Numbers measured on images: one row an image, one column a feature. */
export interface FeatureTable {
  /** Names of the columns, each once. */
  readonly names: readonly string[];
  /** What each row describes, each once: an image's path, as an image set has it, or the identifier of a source's table. */
  readonly rows: readonly string[];
  /** `rows.length` x `names.length` values, row by row. NaN is a value that could not be measured. */
  readonly values: Float64Array;
  /** Why rows have values that could not be measured, by their index. */
  readonly notes?: ReadonlyMap<number, string> | undefined;
}

/** @throws CladenetError USAGE for lengths that do not fit each other, and for names or rows twice */
export function requireFeatureTable({ names, rows, values }: FeatureTable): void {
  const problems: Problem[] = [...twice('names', names), ...twice('rows', rows)];
  const expected = rows.length * names.length;
  if (values.length !== expected) {
    const shape = `${expected} values, for ${rows.length} rows of ${names.length} features`;
    problems.push({ where: 'values', expected: shape, received: `${values.length}` });
  }
  if (problems.length > 0) throw new CladenetError('USAGE', 'This is not a feature table', problems);
}

function twice(where: string, list: readonly string[]): Problem[] {
  const seen = new Set<string>();
  const repeated = new Set(list.filter((name) => seen.size === seen.add(name).size));
  return [...repeated].map((name) => ({ where, expected: 'each once', received: `${name} several times` }));
}
