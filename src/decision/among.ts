/** Predictions within a subset of taxa: what is left of the probabilities where the other classes are ruled out. */
import { CladenetError, didYouMean, type Problem } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { countImages, type Probabilities } from './probabilities.js';

/**
 * The columns of the classes that are, or lie below, one of the taxa.
 *
 * @param taxa     classes, or nodes of the taxonomy by path or by a name that only one of them has
 * @param classes  the matrix's columns
 * @param taxonomy with exactly these classes. Without one, taxa are classes
 * @returns ascending indices into `classes`
 * @throws CladenetError `USAGE` for names that are none of these, or for fewer than 2 classes
 */
export function columnsAmong(
  taxa: readonly string[],
  classes: readonly string[],
  taxonomy?: Taxonomy | undefined,
): Int32Array {
  const wanted = new Set<string>();
  const problems: Problem[] = [];
  for (const taxon of taxa) {
    const below = classesOf(taxon, classes, taxonomy);
    if (Array.isArray(below)) for (const name of below) wanted.add(name);
    else problems.push(below as Problem);
  }
  const columns = classes.flatMap((name, c) => (wanted.has(name) ? [c] : []));
  if (problems.length === 0 && columns.length < 2) {
    const received = columns.length === 0 ? 'none' : `${classes[columns[0] as number]} alone`;
    problems.push({ where: 'among', expected: 'taxa with at least 2 classes', received });
  }
  if (problems.length > 0) throw new CladenetError('USAGE', 'Images cannot be predicted within these taxa', problems);
  return Int32Array.from(columns);
}

/** The names of the classes of {@link columnsAmong}. */
export const namesAmong = (
  taxa: readonly string[],
  classes: readonly string[],
  taxonomy?: Taxonomy | undefined,
): string[] => Array.from(columnsAmong(taxa, classes, taxonomy), (c) => classes[c] ?? '');

function classesOf(
  taxon: string,
  classes: readonly string[],
  taxonomy: Taxonomy | undefined,
): readonly string[] | Problem {
  if (classes.includes(taxon)) return [taxon];
  if (taxonomy?.has(taxon)) return taxonomy.classesBelow(taxon);
  const nodes = taxonomy?.nodes() ?? [];
  const named = nodes.filter(({ name }) => name === taxon);
  if (named.length === 1) return taxonomy?.classesBelow(named[0]?.path ?? '') ?? [];
  const where = 'among';
  if (named.length > 1) {
    const received = `${taxon}, which is ${named.map(({ path }) => path).join(' and ')}`;
    return { where, expected: 'taxa that are one node each', received, remedy: 'Give the path.' };
  }
  const expected = taxonomy === undefined ? 'classes of the classifier' : 'classes, or nodes of the taxonomy';
  const known = [...classes, ...nodes.flatMap(({ name, path }) => [name, path])];
  return { where, expected, received: taxon, remedy: didYouMean(taxon, known) };
}

/** The result of {@link probabilitiesAmong}. */
export interface ProbabilitiesAmong {
  /** Images x classes, row-major: each row sums to 1 over the chosen columns, and is 0 in the others. */
  readonly probabilities: Float32Array;
  /** For each image, the probability that the chosen columns had together before. 0: it says nothing about them. */
  readonly mass: Float32Array;
}

/**
 * The probabilities given that the class is one of the chosen columns, by Bayes' rule: each one's share of their sum. Where
 * that sum is 0, all chosen columns share equally.
 *
 * @param probabilities images x `k`, row-major
 * @param columns       of `columnsAmong`
 * @throws CladenetError `EVALUATION` when the length of the matrix is not a multiple of `k`
 * @example
 * ```ts
 * import { probabilitiesAmong } from 'cladenet/decision';
 *
 * const { probabilities, mass } = probabilitiesAmong(Float32Array.of(0.5, 0.375, 0.125), 3, Int32Array.of(1, 2));
 * probabilities; // => Float32Array(3) [ 0, 0.75, 0.25 ]
 * mass; // => Float32Array(1) [ 0.5 ]
 * ```
 */
export function probabilitiesAmong(probabilities: Probabilities, k: number, columns: Int32Array): ProbabilitiesAmong {
  const images = countImages(probabilities, k);
  const shares = new Float32Array(images * k);
  const mass = new Float32Array(images);
  for (let image = 0; image < images; image++) {
    let sum = 0;
    for (const c of columns) sum += probabilities[image * k + c] as number;
    for (const c of columns) {
      shares[image * k + c] = sum > 0 ? (probabilities[image * k + c] as number) / sum : 1 / columns.length;
    }
    mass[image] = sum;
  }
  return { probabilities: shares, mass };
}
