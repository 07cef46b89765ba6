/** What is wrong with a feature table, for training and for prediction. */
import type { Problem } from '../errors.js';
import type { FeatureTable } from '../features/feature-table.js';
import { counted } from '../units.js';

/** Rows that a problem names. */
const NAMED = 5;

/**
 * Values that are not finite, by feature, with the names of the first rows.
 *
 * @param allowMissing whether NaN is allowed
 * @param remedy       what to do about NaN that is not allowed
 * @param isUsed       whether a feature matters. Default: all do
 */
export function valueProblems(
  { names, rows, values }: FeatureTable,
  allowMissing: boolean,
  remedy: string,
  isUsed: (feature: number) => boolean = () => true,
): Problem[] {
  const bad = new Map<number, number[]>();
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value) || (allowMissing && Number.isNaN(value))) continue;
    const feature = i % names.length;
    if (!isUsed(feature)) continue;
    const found = bad.get(feature);
    if (found) found.push(Math.floor(i / names.length));
    else bad.set(feature, [Math.floor(i / names.length)]);
  }
  return [...bad]
    .sort(([a], [b]) => a - b)
    .map(([feature, at]) => {
      const hasNaN = at.some((row) => Number.isNaN(values[row * names.length + feature]));
      return {
        where: `values of ${names[feature]}`,
        expected: allowMissing ? 'finite numbers, or NaN for values that could not be measured' : 'finite numbers',
        received: `${hasNaN ? 'NaN or an infinite number' : 'an infinite number'} in ${counted(at.length, 'row')}: ${namesOf(at, rows)}`,
        remedy: hasNaN && !allowMissing ? remedy : undefined,
      };
    });
}

/** `a.png, b.png and 3 more`. */
export function namesOf(at: readonly number[], rows: readonly string[]): string {
  const shown = at.slice(0, NAMED).map((row) => rows[row] ?? `row ${row + 1}`);
  return `${shown.join(', ')}${at.length > NAMED ? ` and ${at.length - NAMED} more` : ''}`;
}
