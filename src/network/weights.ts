/** A network's parameters by name, as plain numbers. */
import type { Problem } from '../errors.js';
import type { NdArray } from '../tensorflow/nd-array.js';

/** Arrays of weights by name. */
export type Weights = Readonly<Record<string, NdArray>>;

/** Arrays that no network can compute with: numbers that are not finite, and variances below 0. @param where the file */
export function weightProblems(where: string, weights: Weights): Problem[] {
  const problems: Problem[] = [];
  for (const [name, { data }] of Object.entries(weights)) {
    const isVariance = name.endsWith('/variance');
    const at = data.findIndex((value) => !Number.isFinite(value) || (isVariance && value < 0));
    if (at < 0) continue;
    const expected = isVariance ? 'variances of at least 0' : 'finite numbers';
    problems.push({ where: `${where}: ${name}[${at}]`, expected, received: String(data[at]) });
  }
  return problems;
}
