/** What must be true of the names and the entries of a confusion matrix, wherever it comes from. */
import type { Problem } from '../errors.js';
import { labelFlaw } from '../taxonomy/names.js';

/** What the entries are: images (whole, or summed probabilities), or shares of the images of the row's class. */
export type Unit = 'images' | 'shares';

/** How the places of a matrix are called in its source. */
export interface Places {
  row(i: number): string;
  cell(i: number, j: number): string;
}

/**
 * How far from 1 the shares of a row may sum: far above the rounding of a file with five digits, far below a forgotten
 * class.
 */
export const ROW_TOLERANCE = 1e-3;

/** Names that are empty or repeated, and fewer than two classes. */
export function classProblems(classes: readonly string[], place: (i: number) => string): Problem[] {
  const problems: Problem[] = [];
  if (classes.length < 2) {
    problems.push({ where: 'classes', expected: 'at least 2 classes', received: `${classes.length}` });
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
  return problems;
}

/** Entries and rows that cannot be; a row is one problem however many of its entries are wrong. */
export function valueProblems(
  classes: readonly string[],
  values: Float64Array,
  unit: Unit,
  places: Places,
): readonly Problem[] {
  const n = classes.length;
  const problems: Problem[] = [];
  for (let i = 0; i < n; i++) {
    let sum = 0;
    let bad = -1;
    for (let j = 0; j < n; j++) {
      const value = values[i * n + j] as number;
      if (!(value >= 0 && value < Infinity) && bad < 0) bad = j;
      sum += value;
    }
    if (bad >= 0) {
      const received = `${values[i * n + bad]}`;
      problems.push({ where: places.cell(i, bad), expected: 'a finite number of 0 or more', received });
    } else if (sum === 0) {
      problems.push({
        where: places.row(i),
        expected: 'at least one image of each class',
        received: `no images of '${classes[i]}'`,
        remedy: 'Leave the class out, or predict more images (out-of-fold predictions cover all training images).',
      });
    } else if (unit === 'shares' && Math.abs(sum - 1) > ROW_TOLERANCE) {
      problems.push({
        where: places.row(i),
        expected: `shares of the images of '${classes[i]}' that sum to 1 (± ${ROW_TOLERANCE})`,
        received: `a sum of ${sum}`,
        remedy: "Divide the row by its sum, or say that the entries are images (a file's first field: images).",
      });
    }
  }
  return problems;
}
