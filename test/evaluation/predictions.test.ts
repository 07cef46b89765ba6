import { describe, expect, it } from 'vitest';
import { CladenetError, type Problem } from '../../src/errors.js';
import { compareClassifiers } from '../../src/evaluation/compare.js';
import { type EvaluationOptions, evaluate } from '../../src/evaluation/evaluate.js';
import { type Predictions, predictionProblems } from '../../src/evaluation/predictions.js';
import { smallTree } from '../decision/small-tree.js';

const good = {
  classes: ['x', 'y'],
  probabilities: Float64Array.of(0.9, 0.1, 0.4, 0.6, 0.5, 0.5),
  labels: Int32Array.of(0, 1, 1),
};

function problemsOf(predictions: Predictions, options: EvaluationOptions = {}): readonly Problem[] {
  try {
    evaluate(predictions, options);
  } catch (error) {
    if (error instanceof CladenetError && error.code === 'EVALUATION') return error.problems;
    throw error;
  }
  return [];
}

describe('predictions that cannot be evaluated', () => {
  it('has nothing against good ones', () => {
    expect(problemsOf(good)).toEqual([]);
    expect(problemsOf({ ...good, probabilities: Float32Array.of(0.9, 0.1, 0.4, 0.6, 0.5, 0.5) })).toEqual([]);
    expect(problemsOf({ ...good, probabilities: Float64Array.of(0.9, 0.1, 0.4, 0.6, 0.5, 0.5009) })).toEqual([]);
  });

  it('names every row and label that is wrong, at once', () => {
    const probabilities = Float64Array.of(NaN, 0.1, 1.2, -0.2, 0.5, 0.502);
    const problems = problemsOf({ ...good, probabilities, labels: Int32Array.of(2, 0, -1) });
    expect(problems.map(({ where, received }) => `${where}: ${received}`)).toEqual([
      'labels: 1 of 3 images without one',
      'labels[0]: 2',
      "probabilities, row 0: NaN for 'x'",
      "probabilities, row 1: -0.2 for 'y'",
      'probabilities, row 2: 1.002',
    ]);
  });

  it('an infinite value', () => {
    const probabilities = Float64Array.of(Infinity, 0, 0.4, 0.6, 0.5, 0.5);
    expect(problemsOf({ ...good, probabilities })[0]?.received).toBe("Infinity for 'x'");
  });

  it('a matrix of another size', () => {
    const [problem] = problemsOf({ ...good, probabilities: Float64Array.of(1, 0) });
    expect(problem?.expected).toBe('3 images x 2 classes = 6 values');
    expect(problem?.received).toBe('2 values');
  });

  it('a class twice', () => {
    const [problem] = problemsOf({ ...good, classes: ['x', 'x'] });
    expect(problem).toMatchObject({ where: 'classes[1]', received: "'x', as classes[0]" });
  });

  it('no images', () => {
    const none = { ...good, probabilities: new Float64Array(0), labels: new Int32Array(0) };
    expect(problemsOf(none)).toMatchObject([{ where: 'labels', expected: 'at least one image' }]);
  });

  it('decisions of another length or outside the classes', () => {
    const problems = problemsOf({ ...good, decisions: Int32Array.of(0, 7) });
    expect(problems.map(({ where }) => where)).toEqual(['decisions', 'decisions[1]']);
  });

  it('images without a known class, counted, with the names of their classes', () => {
    const unknown = { ...good, labels: Int32Array.of(0, -1, -1) };
    expect(problemsOf(unknown)).toEqual([
      {
        where: 'labels',
        expected: 'a known class for every image',
        received: '2 of 3 images without one',
        remedy: 'Leave these images out.',
      },
    ]);
    const [named] = problemsOf({ ...unknown, unknownClasses: ['copepod', 'larva'] });
    expect(named?.received).toBe("2 of 3 images without one (the classifier does not know 'copepod', 'larva')");
    expect(() => compareClassifiers({ one: unknown }, { seed: 1 })).toThrow(
      "classifiers[0] 'one' labels: expected a known class for every image",
    );
  });

  it('classes that are not those of the taxonomy, both ways', () => {
    const problems = problemsOf({ ...good, classes: ['a1', 'B'] }, { taxonomy: smallTree });
    expect(problems[0]).toMatchObject({ where: 'classes[1]', remedy: "Did you mean 'b'?" });
    expect(problems.slice(1).map(({ expected }) => expected)).toEqual(
      ['a2', 'c1', 'c2', 'b'].map((name) => `the taxonomy's class '${name}'`),
    );
  });
});

it('reports a problem with each of 300,000 images', () => {
  const labels = new Int32Array(300_000).fill(7);
  const problems = predictionProblems({
    classes: ['x', 'y'],
    probabilities: new Float64Array(600_000).fill(0.5),
    labels,
  });
  expect(problems.length).toBe(300_000);
  expect(problems[299_999]).toMatchObject({ where: 'labels[299999]', received: '7' });
});
