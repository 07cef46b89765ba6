/** Checks that a study can be judged: every arm has the same seeds, and for each seed the same images. */
import { append } from '../arrays.js';
import type { Problem } from '../errors.js';
import type { Taxonomy } from '../taxonomy/taxonomy.js';
import { classSetProblems, nameProblems, truthProblems } from './comparison-problems.js';
import { predictionProblems } from './predictions.js';
import type { StudyArm, StudyRun } from './study-types.js';

/** Everything wrong with any arm or run; empty when nothing is. */
export function studyProblems(
  arms: readonly StudyArm[],
  { level, taxonomy }: { level: number; taxonomy: Taxonomy | undefined },
): Problem[] {
  const problems: Problem[] = [];
  if (!(level > 0 && level < 1)) {
    problems.push({ where: 'level', expected: 'a number between 0 and 1', received: `${level}` });
  }
  const [first] = arms;
  if (first === undefined) return [...problems, { where: 'arms', expected: 'at least one', received: 'none' }];
  append(problems, nameProblems(arms, 'arms'));
  arms.forEach((arm, i) => {
    const where = `arms[${i}] '${arm.name}'`;
    append(problems, seedProblems(first, arm, where));
    for (const run of arm.runs) {
      const at = `${where} seed ${run.seed} `;
      for (const problem of runProblems(run, taxonomy, at)) problems.push(problem);
      append(problems, namingProblems(first, arm, run, at));
      append(problems, foldProblems(first, arm, run, at));
      const reference = first.runs.find(({ seed }) => seed === run.seed);
      if (arm !== first && reference !== undefined) {
        const one = { name: first.name, predictions: reference.predictions };
        append(problems, truthProblems(one, { name: arm.name, predictions: run.predictions }, at));
      }
    }
  });
  const [earliest, ...later] = first.runs;
  for (const { seed, predictions } of later) {
    const at = `arms[0] '${first.name}' seed ${seed} `;
    const whose = `seed ${earliest?.seed}`;
    append(problems, classSetProblems(earliest?.predictions.classes ?? [], predictions.classes, { at, whose }));
  }
  return problems;
}

function runProblems(run: StudyRun, taxonomy: Taxonomy | undefined, at: string): Problem[] {
  const { predictions, images, seconds = {} } = run;
  const problems = predictionProblems(predictions, { taxonomy, at });
  if (images !== undefined && images.length !== predictions.labels.length) {
    const expected = `${predictions.labels.length} names, one per label`;
    problems.push({ where: `${at}images`, expected, received: `${images.length}` });
  }
  for (const [what, value] of Object.entries(seconds)) {
    if (value === undefined || (value >= 0 && value < Number.POSITIVE_INFINITY)) continue;
    problems.push({ where: `${at}seconds.${what}`, expected: 'seconds, 0 or more', received: `${value}` });
  }
  return problems;
}

function seedProblems(first: StudyArm, arm: StudyArm, where: string): Problem[] {
  const seeds = arm.runs.map(({ seed }) => seed);
  if (seeds.length === 0) return [{ where: `${where} runs`, expected: 'at least one', received: 'none' }];
  const problems: Problem[] = [];
  const twice = seeds.filter((seed, i) => seeds.indexOf(seed) < i);
  if (twice.length > 0) {
    problems.push({ where: `${where} runs`, expected: 'each seed once', received: `${twice.join(', ')} again` });
  }
  const wanted = first.runs.map(({ seed }) => seed);
  const missing = wanted.filter((seed) => !seeds.includes(seed)).map((seed) => `no ${seed}`);
  const extra = seeds.filter((seed) => !wanted.includes(seed)).map((seed) => `an extra ${seed}`);
  if (missing.length + extra.length > 0) {
    problems.push({
      where: `${where} runs`,
      expected: `the seeds of '${first.name}'`,
      received: [...missing, ...extra].join(', '),
    });
  }
  return problems;
}

/** Folds are given in all runs or in none, at least two of them, the same in all arms. */
function foldProblems(first: StudyArm, arm: StudyArm, run: StudyRun, at: string): Problem[] {
  const where = `${at}folds`;
  const wanted = first.runs[0]?.folds !== undefined;
  if ((run.folds !== undefined) !== wanted) {
    const [expected, received] = wanted ? ['the fold of each image, as', 'none'] : ['no folds, as', 'some'];
    return [{ where, expected: `${expected} in the first run of '${first.name}'`, received }];
  }
  const { folds } = run;
  if (folds === undefined) return [];
  const images = run.predictions.labels.length;
  if (folds.length !== images) return [{ where, expected: `${images}, one per label`, received: `${folds.length}` }];
  if (!folds.every(Number.isInteger) || new Set(folds).size < 2) {
    const received = [...new Set(folds)].slice(0, 5).join(', ');
    return [{ where, expected: 'whole numbers of at least two folds', received }];
  }
  const reference = first.runs.find(({ seed }) => seed === run.seed)?.folds;
  const unlike = arm === first || reference?.length !== images ? -1 : folds.findIndex((f, i) => f !== reference[i]);
  if (unlike < 0) return [];
  const expected = `${reference?.[unlike]}, as in '${first.name}'`;
  return [{ where: `${where}[${unlike}]`, expected, received: `${folds[unlike]}` }];
}

/** Images are named in all runs or in none, with the same names in all arms. */
function namingProblems(first: StudyArm, arm: StudyArm, run: StudyRun, at: string): Problem[] {
  const where = `${at}images`;
  const named = first.runs[0]?.images !== undefined;
  if ((run.images !== undefined) !== named) {
    const [expected, received] = named ? ['names of the images, as', 'none'] : ['no names of images, as', 'names'];
    const remedy = 'Name the test images in all runs or in none.';
    return [{ where, expected: `${expected} in the first run of '${first.name}'`, received, remedy }];
  }
  const reference = first.runs.find(({ seed }) => seed === run.seed);
  if (arm === first || reference?.images?.length !== run.images?.length) return [];
  const unlike = run.images?.findIndex((name, i) => name !== reference?.images?.[i]) ?? -1;
  if (unlike < 0) return [];
  return [
    {
      where: `${where}[${unlike}]`,
      expected: `'${reference?.images?.[unlike]}', as in '${first.name}'`,
      received: `'${run.images?.[unlike]}'`,
      remedy: 'Give all arms the same images in the same order.',
    },
  ];
}
