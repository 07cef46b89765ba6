/** What is wrong with what a forest is to be trained on. */
import { append } from '../arrays.js';
import type { Problem } from '../errors.js';
import type { FeatureTable } from '../features/feature-table.js';
import { counted } from '../units.js';
import { namesOf, valueProblems } from './check-table.js';
import { MOST_CLASSES, MOST_FEATURES } from './trees.js';

/** All problems of a table, labels and classes whose lengths of values fit the table. */
export function trainingProblems(
  table: FeatureTable,
  labels: ArrayLike<number>,
  classes: readonly string[],
  missing: 'refuse' | 'median',
): Problem[] {
  const { names, rows } = table;
  const problems: Problem[] = [];
  const add = (where: string, expected: string, received: string) => problems.push({ where, expected, received });
  if (rows.length === 0) add('rows', 'rows to train on', 'an empty table');
  if (names.length === 0) add('names', 'at least 1 feature', 'none');
  if (names.length > MOST_FEATURES) add('names', `at most ${MOST_FEATURES} features`, String(names.length));
  if (classes.length > MOST_CLASSES) add('classes', `at most ${MOST_CLASSES} classes`, String(classes.length));
  const repeated = [...new Set(classes.filter((name, i) => classes.indexOf(name) !== i))];
  if (repeated.length > 0) add('classes', 'each once', `${repeated.join(', ')} several times`);
  if (labels.length !== rows.length) {
    add('labels', `one for each of the ${counted(rows.length, 'row')}`, String(labels.length));
  }
  append(problems, labelProblems(rows, labels, classes.length));
  const remedy = "Leave these rows or features out, or set missing: 'median'";
  append(problems, valueProblems(table, missing === 'median', remedy));
  if (missing === 'median') append(problems, neverMeasured(table));
  return problems;
}

/** Labels that are no class, and labels that are all the same one. */
export function labelProblems(rows: readonly string[], labels: ArrayLike<number>, classes: number): Problem[] {
  const isLabel = (label: unknown) => Number.isInteger(label) && (label as number) >= 0 && (label as number) < classes;
  const bad: number[] = [];
  const seen = new Set<number>();
  for (let i = 0; i < labels.length; i++) {
    if (isLabel(labels[i])) seen.add(labels[i] as number);
    else bad.push(i);
  }
  const problems: Problem[] = [];
  if (bad.length > 0) {
    const expected = classes === 0 ? 'classes for them' : `whole numbers from 0 to ${classes - 1}, places in classes`;
    const values = [...new Set(bad.slice(0, 100).map((i) => String(labels[i])))].slice(0, 5).join(', ');
    problems.push({
      where: 'labels',
      expected,
      received: `${values} in ${counted(bad.length, 'row')}: ${namesOf(bad, rows)}`,
    });
  } else if (labels.length > 0 && seen.size < 2) {
    problems.push({ where: 'labels', expected: 'rows of at least 2 classes', received: 'rows of 1 class' });
  }
  return problems;
}

/** Features without a single measured value have no median. */
function neverMeasured({ names, rows, values }: FeatureTable): Problem[] {
  const isNever = (feature: number) => rows.every((_, row) => Number.isNaN(values[row * names.length + feature]));
  return names.flatMap((name, feature) =>
    rows.length > 0 && isNever(feature)
      ? [
          {
            where: `values of ${name}`,
            expected: 'at least one number',
            received: 'NaN in every row',
            remedy: 'Leave this feature out',
          },
        ]
      : [],
  );
}
