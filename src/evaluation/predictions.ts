/** What every evaluation starts from, as plain values: predictions of any classifier, from any program. */
import { decideLeaves } from '../decision/decide-leaves.js';
import type { Probabilities } from '../decision/probabilities.js';
import { classProblems } from '../decision/tree-index.js';
import { CladenetError, type Problem } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';

/** A classifier's predictions for some images, with the true classes beside them. */
export interface Predictions {
  /** The columns of the matrix, each class once. */
  readonly classes: readonly string[];
  /** Images x classes, row-major; each row sums to 1. */
  readonly probabilities: Probabilities;
  /**
   * The true class of each image, as an index into `classes`; -1 where it is unknown, or none of these classes. Such
   * images cannot be evaluated.
   */
  readonly labels: Int32Array;
  /** The class decided on for each image, as an index into `classes`. Default: the most probable one. */
  readonly decisions?: Int32Array | undefined;
  /** Names of the true classes that are none of `classes`: those images have label -1. For messages. */
  readonly unknownClasses?: readonly string[] | undefined;
}

/** The class decided on for each image: the given decision, else the most probable class. */
export function decisionsOf({ classes, probabilities, decisions }: Predictions): Int32Array {
  return decisions ?? decideLeaves(probabilities, classes);
}

/** The tolerance on the sum of a row: far above the rounding of a 32-bit softmax, far below a missing class. */
const ROW_TOLERANCE = 1e-3;

/**
 * Everything wrong with predictions; empty when nothing is. A row of the matrix is one problem however many of its
 * values are wrong, and so are all images without a known class.
 * @param at prefix of every `where`, to distinguish several inputs
 */
export function predictionProblems(
  predictions: Predictions,
  { taxonomy, at = '' }: { taxonomy?: Taxonomy | undefined; at?: string } = {},
): Problem[] {
  const { classes, labels, decisions } = predictions;
  const none = { where: `${at}labels`, expected: 'at least one image', received: 'none' };
  const length = {
    where: `${at}decisions`,
    expected: `${labels.length} values, one per label`,
    received: `${decisions?.length}`,
  };
  const unfit = taxonomy === undefined ? [] : classProblems(classes, taxonomy);
  // A list literal has room for a problem with each of a million images; the arguments of a call do not.
  return [
    ...(labels.length === 0 ? [none] : []),
    ...duplicates(classes, at),
    ...unfit.map((problem) => ({ ...problem, where: at + problem.where })),
    ...unlabelledProblems(predictions, at),
    ...indexProblems(labels, classes.length, `${at}labels`, [UNLABELLED]),
    ...(decisions === undefined || decisions.length === labels.length ? [] : [length]),
    ...(decisions === undefined ? [] : indexProblems(decisions, classes.length, `${at}decisions`)),
    ...matrixProblems(predictions, at),
  ];
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

/** The label of an image whose class is unknown. */
const UNLABELLED = -1;

function unlabelledProblems({ labels, unknownClasses = [] }: Predictions, at: string): Problem[] {
  const count = labels.filter((label) => label === UNLABELLED).length;
  if (count === 0) return [];
  const names = unknownClasses.map((name) => `'${name}'`).join(', ');
  const of = names === '' ? '' : ` (the classifier does not know ${names})`;
  return [
    {
      where: `${at}labels`,
      expected: 'a known class for every image',
      received: `${count} of ${labels.length} images without one${of}`,
      remedy: 'Leave these images out.',
    },
  ];
}

function indexProblems(indices: Int32Array, k: number, where: string, allowed: readonly number[] = []): Problem[] {
  const problems: Problem[] = [];
  indices.forEach((index, i) => {
    if (allowed.includes(index) || (Number.isInteger(index) && index >= 0 && index < k)) return;
    problems.push({ where: `${where}[${i}]`, expected: `an index of one of the ${k} classes`, received: `${index}` });
  });
  return problems;
}

function matrixProblems({ classes, probabilities, labels }: Predictions, at: string): Problem[] {
  const k = classes.length;
  if (probabilities.length !== labels.length * k) {
    const expected = `${labels.length} images x ${k} classes = ${labels.length * k} values`;
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
        expected: `a sum of 1 (+/- ${ROW_TOLERANCE})`,
        received: `${sum}`,
        remedy: 'Apply a softmax to logits or scores first.',
      });
    }
  }
  return problems;
}

/** One of the classifiers to compare. */
export interface NamedPredictions {
  readonly name: string;
  readonly predictions: Predictions;
}
