/** The checks of the names and the entries of a confusion matrix, whatever its source. */
import type { Problem } from '../errors.js';
import { lookAlikes, spelledOut } from '../look-alikes.js';
import { labelFlaw } from '../taxonomy/names.js';

/** The unit of the entries: images (whole, or summed probabilities), or shares of the images of the row's class. */
export type ConfusionUnit = 'images' | 'shares';

/** How places of the matrix are named in problems. */
export interface Places {
  row(i: number): string;
  cell(i: number, j: number): string;
}

/**
 * The tolerance on the sum of the shares of a row: far above the rounding of a file with five digits, far below a missing
 * class.
 */
export const ROW_TOLERANCE = 1e-3;

/**
 * Problems of the class names: empty or repeated names, names that look the same, fewer than two classes.
 * @param place where class i is named
 * @param whole where all of them are named
 */
export function classProblems(
  classes: readonly string[],
  place: (i: number) => string,
  whole: string = 'classes',
): Problem[] {
  const problems: Problem[] = [];
  if (classes.length < 2) {
    problems.push({ where: whole, expected: 'at least 2 classes', received: `${classes.length}` });
  }
  const first = new Map<string, number>();
  classes.forEach((name, i) => {
    const flaw = labelFlaw(name);
    const earlier = first.get(name);
    if (flaw !== undefined) {
      problems.push({ where: place(i), expected: 'the name of a class', received: flaw });
    } else if (earlier !== undefined) {
      problems.push({ where: place(i), expected: 'each class once', received: `'${name}', as in ${place(earlier)}` });
    } else {
      first.set(name, i);
    }
  });
  for (const [earlier, name] of lookAlikes(classes)) {
    const where = place(classes.indexOf(name));
    const received = `${spelledOut(name)}, which looks like ${spelledOut(earlier)} (${place(classes.indexOf(earlier))})`;
    problems.push({
      where,
      expected: 'classes whose names look different',
      received,
      remedy: 'Write the name in one form.',
    });
  }
  return problems;
}

/** No one has as many images, and sums of more would not be exact. */
const MOST = 1e12;

/** Problems of the rows; a row is one problem however many of its entries are wrong. */
export function valueProblems(
  classes: readonly string[],
  values: Float64Array,
  unit: ConfusionUnit,
  places: Places,
): readonly Problem[] {
  return classes.flatMap((_, i) => rowProblem(classes, values, unit, places, i) ?? []);
}

/** The problem of row i. */
export function rowProblem(
  classes: readonly string[],
  values: Float64Array,
  unit: ConfusionUnit,
  places: Places,
  i: number,
): Problem | undefined {
  const n = classes.length;
  const row = values.subarray(i * n, (i + 1) * n);
  const bad = row.findIndex((value) => !(value >= 0 && value < Infinity));
  if (bad >= 0) {
    return { where: places.cell(i, bad), expected: 'a finite number of 0 or more', received: `${row[bad]}` };
  }
  const large = row.findIndex((value) => value > MOST);
  if (large >= 0) {
    return { where: places.cell(i, large), expected: `a number of at most ${MOST}`, received: `${row[large]}` };
  }
  const sum = row.reduce((total, value) => total + value, 0);
  if (sum === 0) {
    return {
      where: places.row(i),
      expected: 'at least one image of each class',
      received: `no images of '${classes[i]}'`,
      remedy: 'Leave the class out, or predict more images (out-of-fold predictions cover all training images).',
    };
  }
  if (unit === 'images' || Math.abs(sum - 1) <= ROW_TOLERANCE) return undefined;
  return {
    where: places.row(i),
    expected: `shares of the images of '${classes[i]}' that sum to 1 (+/- ${ROW_TOLERANCE})`,
    received: `a sum of ${sum}`,
    remedy: "Divide the row by its sum, or declare the entries as images (in a file, by 'images' as its first field).",
  };
}
