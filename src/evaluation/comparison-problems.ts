/** Checks that classifiers can be compared: same images, same classes, distinct names. */
import { append } from '../arrays.js';
import type { Problem } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { NamedPredictions } from './predictions.js';
import { predictionProblems } from './predictions.js';

/** Everything wrong with any of the classifiers; empty when nothing is. */
export function comparisonProblems(
  classifiers: readonly NamedPredictions[],
  { seed, resamples, taxonomy }: { seed: number; resamples: number; taxonomy: Taxonomy | undefined },
): Problem[] {
  const problems: Problem[] = [];
  if (!Number.isSafeInteger(seed)) problems.push({ where: 'seed', expected: 'an integer', received: `${seed}` });
  if (!Number.isSafeInteger(resamples) || resamples < 1) {
    problems.push({ where: 'resamples', expected: 'a positive integer', received: `${resamples}` });
  }
  if (classifiers.length === 0) {
    problems.push({ where: 'classifiers', expected: 'at least one', received: 'none' });
  }
  append(problems, nameProblems(classifiers, 'classifiers'));
  classifiers.forEach((classifier, i) => {
    const { name, predictions } = classifier;
    const at = `classifiers[${i}] '${name}' `;
    for (const problem of predictionProblems(predictions, { taxonomy, at })) problems.push(problem);
    if (classifiers[0] !== undefined && i > 0) append(problems, truthProblems(classifiers[0], classifier, at));
  });
  return problems;
}

/** Names that occur more than once. */
export function nameProblems(items: readonly { readonly name: string }[], where: string): Problem[] {
  return items.flatMap(({ name }, i) => {
    const earlier = items.findIndex((other) => other.name === name);
    if (earlier === i) return [];
    const received = `that of ${where}[${earlier}]`;
    return [{ where: `${where}[${i}] '${name}' name`, expected: 'a different name for each', received }];
  });
}

/** Every difference between the classes and true labels of `other` and those of `first`. */
export function truthProblems(first: NamedPredictions, other: NamedPredictions, at: string): Problem[] {
  const [a, b] = [first.predictions, other.predictions];
  const problems = classSetProblems(a.classes, b.classes, { at, whose: first.name });
  if (a.labels.length !== b.labels.length) {
    const expected = `the ${a.labels.length} images of '${first.name}'`;
    problems.push({ where: `${at}labels`, expected, received: `${b.labels.length} images` });
    return problems;
  }
  const truth = ({ classes, labels }: typeof a, image: number) => classes[labels[image] as number];
  const unlike = [...a.labels.keys()].filter((image) => truth(a, image) !== truth(b, image));
  if (unlike[0] !== undefined) {
    problems.push({
      where: `${at}labels`,
      expected: `the true classes of '${first.name}', image by image`,
      received: `${unlike.length} others, first labels[${unlike[0]}]: '${truth(b, unlike[0])}' for '${truth(a, unlike[0])}'`,
      remedy: 'Give all classifiers the same images in the same order.',
    });
  }
  return problems;
}

/** Every difference between `others` and `classes`; their order is free. */
export function classSetProblems(
  classes: readonly string[],
  others: readonly string[],
  { at, whose }: { at: string; whose: string },
): Problem[] {
  const missing = classes.filter((name) => !others.includes(name)).map((name) => `no '${name}'`);
  const extra = others.filter((name) => !classes.includes(name)).map((name) => `an extra '${name}'`);
  if (missing.length + extra.length === 0) return [];
  const received = [...missing, ...extra].join(', ');
  return [{ where: `${at}classes`, expected: `the classes of '${whose}', in any order`, received }];
}
