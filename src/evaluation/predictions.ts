/** What every evaluation starts from, as plain values: anybody's predictions, from any program. */
import type { Probabilities } from '../decision/probabilities.js';
import { classProblems } from '../decision/tree-index.js';
import { CladenetError, type Problem } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';

/** A classifier's answer for some images, with the truth beside it. */
export interface Predictions {
  /** The columns of the matrix, each class once. */
  readonly classes: readonly string[];
  /** Images × classes, row-major; each row sums to 1. */
  readonly probabilities: Probabilities;
  /** The true class of each image, as an index into `classes`. */
  readonly labels: Int32Array;
}

/** How far from 1 a row may sum: far above the rounding of 32-bit softmax, far below a forgotten class. */
const ROW_TOLERANCE = 1e-3;

/**
 * Everything wrong with predictions and the decisions made from them; empty when nothing is. A row of the matrix is one
 * problem however many of its values are wrong.
 * @param at put before every place, to tell several inputs apart
 */
export function predictionProblems(
  predictions: Predictions,
  {
    decisions,
    taxonomy,
    at = '',
  }: { decisions?: Int32Array | undefined; taxonomy?: Taxonomy | undefined; at?: string },
): Problem[] {
  const { classes, labels } = predictions;
  const problems: Problem[] = [];
  if (labels.length === 0) problems.push({ where: `${at}labels`, expected: 'at least one image', received: 'none' });
  problems.push(...duplicates(classes, at));
  if (taxonomy !== undefined) {
    problems.push(...classProblems(classes, taxonomy).map((p) => ({ ...p, where: at + p.where })));
  }
  problems.push(...indexProblems(labels, classes.length, `${at}labels`));
  if (decisions !== undefined) {
    if (decisions.length !== labels.length) {
      problems.push({
        where: `${at}decisions`,
        expected: `${labels.length} values, one per label`,
        received: `${decisions.length}`,
      });
    }
    problems.push(...indexProblems(decisions, classes.length, `${at}decisions`));
  }
  problems.push(...matrixProblems(predictions, at));
  return problems;
}

/** @throws CladenetError `EVALUATION` listing all `problems`, if there are any */
export function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new CladenetError('EVALUATION', 'These predictions cannot be evaluated.', problems);
}

function duplicates(classes: readonly string[], at: string): Problem[] {
  const first = new Map<string, number>();
  return classes.flatMap((name, i) => {
    const earlier = first.get(name);
    if (earlier === undefined) {
      first.set(name, i);
      return [];
    }
    return [
      { where: `${at}classes[${i}]`, expected: 'each class once', received: `'${name}', as classes[${earlier}]` },
    ];
  });
}

function indexProblems(indices: Int32Array, k: number, where: string): Problem[] {
  const problems: Problem[] = [];
  indices.forEach((index, i) => {
    if (Number.isInteger(index) && index >= 0 && index < k) return;
    problems.push({ where: `${where}[${i}]`, expected: `an index of one of the ${k} classes`, received: `${index}` });
  });
  return problems;
}

function matrixProblems({ classes, probabilities, labels }: Predictions, at: string): Problem[] {
  const k = classes.length;
  if (probabilities.length !== labels.length * k) {
    const expected = `${labels.length} images × ${k} classes = ${labels.length * k} values`;
    return [{ where: `${at}probabilities`, expected, received: `${probabilities.length} values` }];
  }
  const problems: Problem[] = [];
  for (let image = 0; image < labels.length; image++) {
    const where = `${at}probabilities, row ${image}`;
    let sum = 0;
    let bad = -1;
    for (let c = 0; c < k; c++) {
      const p = probabilities[image * k + c] as number;
      sum += p;
      if (!(p >= 0 && p < Infinity) && bad < 0) bad = c;
    }
    if (bad >= 0) {
      const received = `${probabilities[image * k + bad]} for '${classes[bad]}'`;
      problems.push({ where, expected: 'finite values of 0 or more', received });
    } else if (Math.abs(sum - 1) > ROW_TOLERANCE) {
      problems.push({
        where,
        expected: `a sum of 1 (± ${ROW_TOLERANCE})`,
        received: `${sum}`,
        remedy: 'Logits or scores must go through a softmax first.',
      });
    }
  }
  return problems;
}

/** One of the classifiers to compare. */
export interface NamedPredictions {
  readonly name: string;
  readonly predictions: Predictions;
  /** The class decided on for each image; the most probable one by default. */
  readonly decisions?: Int32Array | undefined;
}
