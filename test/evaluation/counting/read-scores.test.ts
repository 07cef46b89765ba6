import { describe, expect, it } from 'vitest';
import { readScores, scoredSamples } from '../../../src/evaluation/counting/read-scores.js';

const classes = ['a', 'b'];
const problemsOf = (read: () => unknown): readonly string[] => {
  try {
    read();
  } catch (error) {
    return (error as { problems: { where: string; expected: string; received: string }[] }).problems.map(
      ({ where, expected, received }) => `${where}: expected ${expected}, received ${received}`,
    );
  }
  return [];
};

describe('a table of scores', () => {
  it('is read by the names of its columns, without those of inner nodes', () => {
    const text = 'path;b;a;node:T>ab;Label\nx.png;0.25;0.75;1;a\ny.png;1;0;1;b\n';
    const { paths, probabilities, labels } = readScores(text, { classes, labelled: true });
    expect(paths).toEqual(['x.png', 'y.png']);
    expect([...probabilities]).toEqual([0.75, 0.25, 0, 1]);
    expect([...labels]).toEqual([0, 1]);
    expect(readScores('b,a\n0.5,0.5\n').classes).toEqual(['b', 'a']);
  });

  it('is refused with every line that is wrong', () => {
    const text = 'path,label,a,b\nx,a,0.5,0.4\ny,c,0.5,0.5\nz,a,x,1\nz,a,1\n';
    expect(problemsOf(() => readScores(text, { labelled: true, source: 's.csv' }))).toEqual([
      's.csv, line 2: expected probabilities that sum to 1 (+/- 0.001), received a sum of 0.9',
      "s.csv, line 3: expected one of the 2 classes, received 'c'",
      "s.csv, line 4: expected finite probabilities of 0 or more, received 'x'",
      's.csv, line 5: expected 4 fields, as in the header, received 3',
    ]);
    expect(problemsOf(() => readScores('path,a,c\nx,1,0\n', { classes, labelled: true }))).toEqual([
      "scores, line 1: expected a column for each of the 2 classes, received none for 'b', one 'c'",
      "scores, line 1: expected a column 'label' with the true classes, received the columns 'path', 'a', 'c'",
    ]);
    expect(problemsOf(() => readScores('path,a,b,among_probability\nx,1,0,0.5\n', { classes }))).toEqual([
      expect.stringMatching(
        /^scores, line 1: expected the probabilities of all classes, received a column 'among_probability'/,
      ),
    ]);
    expect(problemsOf(() => readScores(''))).toEqual([expect.stringMatching(/an empty file/)]);
  });
});

describe('scored samples', () => {
  const scores = readScores('path,a,b\ny,0.25,0.75\nx,1,0\nz,0.5,0.5\n');

  it('are found by the paths of the predictions', () => {
    const predictions = 'path,class,sample\nx,a,s1\ny,b,s2\nz,b,s1\n';
    expect([...scoredSamples(predictions, scores, { by: 'sample' })]).toEqual([
      ['s1', { probabilities: Float64Array.of(1, 0, 0.5, 0.5), decisions: Int32Array.of(0, 1) }],
      ['s2', { probabilities: Float64Array.of(0.25, 0.75), decisions: Int32Array.of(1) }],
    ]);
  });

  it('are refused for images without scores', () => {
    expect(problemsOf(() => scoredSamples('path,class\nx,a\nw,b\n', scores, { source: 'p.csv' }))).toEqual([
      "p.csv, line 3: expected an image that has scores, received 'w'",
    ]);
    expect(problemsOf(() => scoredSamples('class\na\nb\n', scores, {}))).toEqual([
      "predictions, line 2: expected an image that has scores, received a table without a column 'path'",
    ]);
  });
});
