/** Can these classifiers be compared: the same images, the same classes, names that tell them apart? */
import type { Problem } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import type { NamedPredictions } from './compare.js';
import { predictionProblems } from './predictions.js';

/** Everything wrong with any of them; empty when nothing is. */
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
  classifiers.forEach((classifier, i) => {
    const { name, predictions, decisions } = classifier;
    const at = `classifiers[${i}] '${name}' `;
    problems.push(...predictionProblems(predictions, { decisions, taxonomy, at }));
    const earlier = classifiers.findIndex((other) => other.name === name);
    if (earlier < i) {
      problems.push({ where: `${at}name`, expected: 'a name of its own', received: `that of classifiers[${earlier}]` });
    }
    if (classifiers[0] !== undefined && i > 0) problems.push(...truthProblems(classifiers[0], classifier, at));
  });
  return problems;
}

/** What keeps `other` from being about the same classes and images as `first`. */
function truthProblems(first: NamedPredictions, other: NamedPredictions, at: string): Problem[] {
  const problems: Problem[] = [];
  const [a, b] = [first.predictions, other.predictions];
  const missing = a.classes.filter((name) => !b.classes.includes(name)).map((name) => `no '${name}'`);
  const extra = b.classes.filter((name) => !a.classes.includes(name)).map((name) => `an extra '${name}'`);
  if (missing.length + extra.length > 0) {
    const received = [...missing, ...extra].join(', ');
    problems.push({ where: `${at}classes`, expected: `the classes of '${first.name}', in any order`, received });
  }
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
