/** The layout of a confusion matrix figure: checks and arithmetic before anything is drawn. */
import { CladenetError, didYouMean, type Problem } from '../../errors.js';

/** A confusion matrix as a figure takes it. */
export interface ConfusionCounts {
  /** Class names, each once. */
  readonly classes: readonly string[];
  /** Row-major, `counts[t * n + p]`: images of class t that were predicted as class p; not negative, sums allowed. */
  readonly counts: ArrayLike<number>;
}

/** Classes that belong together; outlined in the figure, with their name. */
export interface ConfusionGroup {
  readonly name: string;
  readonly classes: readonly string[];
}

/** The order of the classes of a figure. */
export interface ConfusionOrder {
  /** The classes from top to bottom and from left to right. Default: as given. */
  readonly order?: readonly string[];
  /** Groups come one after the other, each in the order above; classes in none come last. */
  readonly groups?: readonly ConfusionGroup[];
}

/** A row of the figure: a true class. */
export interface ConfusionRow {
  readonly name: string;
  readonly images: number;
  /** Share of the images that were predicted as their class; undefined without images. */
  readonly recall: number | undefined;
}

export interface ConfusionCell {
  readonly row: number;
  readonly column: number;
  /** Share of the row's images, greater than 0. */
  readonly share: number;
}

export interface ConfusionLayout {
  readonly rows: readonly ConfusionRow[];
  /** The cells that are not 0. */
  readonly cells: readonly ConfusionCell[];
  /** The groups as runs of rows. */
  readonly blocks: readonly { readonly name: string; readonly first: number; readonly size: number }[];
  readonly images: number;
  /** Share of all images on the diagonal; 0 without images. */
  readonly accuracy: number;
}

/** @throws CladenetError EVALUATION when counts, order or groups do not fit the classes */
export function layOutConfusion(matrix: ConfusionCounts, { order, groups = [] }: ConfusionOrder): ConfusionLayout {
  const { classes, counts } = matrix;
  const n = classes.length;
  const indexOf = new Map(classes.map((name, index) => [name, index]));
  const problems = [
    ...matrixProblems(matrix, indexOf),
    ...(order === undefined ? [] : orderProblems(order, indexOf)),
    ...groupProblems(groups, indexOf),
  ];
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'The confusion matrix cannot be drawn.', problems);

  const groupOf = new Map(groups.flatMap((group, g) => group.classes.map((name) => [name, g] as const)));
  const rank = (name: string) => groupOf.get(name) ?? groups.length;
  // Array sorting is stable: within a group the order stays.
  const names = [...(order ?? classes)].sort((a, b) => rank(a) - rank(b));

  const rows: ConfusionRow[] = [];
  const cells: ConfusionCell[] = [];
  const shown = names.map((name) => indexOf.get(name) ?? 0);
  let [images, hits] = [0, 0];
  for (const [row, t] of shown.entries()) {
    let total = 0;
    for (let p = 0; p < n; p++) total += counts[t * n + p] ?? 0;
    const hit = counts[t * n + t] ?? 0;
    rows.push({ name: names[row] ?? '', images: total, recall: total > 0 ? hit / total : undefined });
    images += total;
    hits += hit;
    for (const [column, p] of shown.entries()) {
      const count = counts[t * n + p] ?? 0;
      if (count > 0) cells.push({ row, column, share: count / total });
    }
  }
  const blocks = groups.map(({ name, classes: members }, g) => ({
    name,
    first: names.findIndex((other) => groupOf.get(other) === g),
    size: members.length,
  }));
  return { rows, cells, blocks, images, accuracy: images > 0 ? hits / images : 0 };
}

function matrixProblems({ classes, counts }: ConfusionCounts, indexOf: ReadonlyMap<string, number>): Problem[] {
  const n = classes.length;
  const problems: Problem[] = [];
  if (n === 0) problems.push({ where: 'classes', expected: 'at least one class', received: 'none' });
  if (indexOf.size < n) {
    const twice = classes.find((name, index) => indexOf.get(name) !== index);
    problems.push({ where: 'classes', expected: 'each class once', received: `'${twice}' more than once` });
  }
  if (counts.length !== n * n) {
    const expected = `${n} x ${n} = ${n * n} numbers`;
    problems.push({ where: 'counts', expected, received: `${counts.length}` });
    return problems;
  }
  for (let i = 0; i < n * n; i++) {
    const count = counts[i] ?? 0;
    if (Number.isFinite(count) && count >= 0) continue;
    const where = `counts[${i}] (${classes[Math.floor(i / n)]} predicted as ${classes[i % n]})`;
    problems.push({ where, expected: 'a finite number, at least 0', received: String(count) });
  }
  return problems;
}

function unknown(where: string, name: string, indexOf: ReadonlyMap<string, number>): Problem {
  const remedy = didYouMean(name, indexOf.keys());
  return { where, expected: 'a class of the matrix', received: `'${name}'`, remedy };
}

function orderProblems(order: readonly string[], indexOf: ReadonlyMap<string, number>): Problem[] {
  const problems = order.flatMap((name, i) => (indexOf.has(name) ? [] : [unknown(`order[${i}]`, name, indexOf)]));
  const distinct = new Set(order);
  if (problems.length === 0 && (distinct.size !== order.length || distinct.size !== indexOf.size)) {
    const missing = [...indexOf.keys()].find((name) => !distinct.has(name));
    const received = missing === undefined ? 'one of them twice' : `a list without '${missing}'`;
    problems.push({ where: 'order', expected: `each of the ${indexOf.size} classes once`, received });
  }
  return problems;
}

function groupProblems(groups: readonly ConfusionGroup[], indexOf: ReadonlyMap<string, number>): Problem[] {
  const problems: Problem[] = [];
  const placed = new Map<string, string>();
  for (const [g, { name: group, classes }] of groups.entries()) {
    if (classes.length === 0) {
      problems.push({ where: `groups[${g}] (${group})`, expected: 'at least one class', received: 'none' });
    }
    for (const name of classes) {
      const earlier = placed.get(name);
      placed.set(name, group);
      if (!indexOf.has(name)) problems.push(unknown(`groups[${g}] (${group})`, name, indexOf));
      else if (earlier !== undefined) {
        const received = `'${name}' in '${earlier}' and in '${group}'`;
        problems.push({ where: `groups[${g}] (${group})`, expected: 'each class in one group', received });
      }
    }
  }
  return problems;
}
