import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { findWeakSubtrees } from '../../../src/evaluation/attribution/weak-subtrees.js';
import { weakReport } from '../../../src/report/tables/weak-report.js';
import { Taxonomy } from '../../../src/taxonomy/taxonomy.js';

const names = ['alpha', 'beta', 'gamma', 'delta', 'epsilon'];
const above = ['Letters_Of_The_Greek_Alphabet_That_Come_First', 'Others'];
const taxonomy = Taxonomy.fromLineages(
  names.map((label, i) => ({ label, lineage: ['Root', above[i < 3 ? 0 : 1] ?? '', label] })),
);

/** Image by image what it is, and what it is called with probability 0.6. */
function judged(...counts: readonly [truth: string, decided: string, times: number][]) {
  const each = counts.flatMap(([truth, decided, times]) => Array.from({ length: times }, () => ({ truth, decided })));
  const probabilities = each.flatMap(({ decided }) => names.map((name) => (name === decided ? 0.6 : 0.1)));
  const labels = Int32Array.from(each, ({ truth }) => names.indexOf(truth));
  const predictions = { classes: names, probabilities: Float64Array.from(probabilities), labels };
  const trainingImages = new Map(names.map((name, i) => [name, 10 ** i]));
  return findWeakSubtrees(predictions, { taxonomy, trainingImages });
}

const options = { on: 'validation', routing: 'product', top: 10, width: 80 } as const;

describe('weakReport', () => {
  it('draws the inner nodes, ranks those with mistakes, and says what to try, in 80 columns', () => {
    const weak = judged(['alpha', 'alpha', 90], ['alpha', 'beta', 9], ['beta', 'alpha', 8], ['delta', 'delta', 3]);
    const report = weakReport(weak, taxonomy, options);
    expect(report).toBe(`17 mistakes (84.5 % right) on 110 validation images, product routing

Inner nodes: accuracy among their children, and mistakes (number and bar)
█ gone if this node alone were perfect   ░ others made here

Root                                           100.0 %   0
├─ Letters_Of_The_Gree…phabet_That_Come_First   84.1 %  17  ████████████████████
└─ Others                                      100.0 %   0

                                                              gained if perfect
   node                    images  arrived   right  caused  alone   95 %  below
1  Letters_Of_…Come_First     107      107  84.1 %      17     17  10-26     17

1  Root>Letters_Of_The_Greek_Alphabet_That_Come_First
   children  3, with 1 to 100 training images each (1 : 100)
   confuses  alpha as beta 9, vice versa 8
   try       - merging alpha and beta: of their images that go to one of the two
               55 % go to the wrong one, chance is 50 %
             - more images of beta: 10 to train on, and 8 of 8 go wrong here
             - over-sampling or class weights: images go right 84 % of the time,
               children on average 45 %: small ones lose`);
  });

  it('flags nodes with too few images, and shows no more than asked for', () => {
    const weak = judged(['alpha', 'beta', 3], ['delta', 'epsilon', 2], ['gamma', 'delta', 1]);
    const report = weakReport(weak, taxonomy, { ...options, top: 2 });
    expect(report).toMatch(/\n1 {2}Letters.* 3\*\n2 {2}Others.* 2\*\n\n\* too few images/);
    expect(report).toMatch(/too few images: 2 arrive, \d+ are needed$/);
  });

  it('ends with the tree where there are no mistakes', () => {
    expect(weakReport(judged(['alpha', 'alpha', 4]), taxonomy, options)).toMatch(/^0 mistakes[\s\S]*└─ Others +- +0$/);
  });
});

describe('weakReport of names in wide characters', () => {
  it('lines up the drawing and the table', () => {
    const trees = Taxonomy.fromLineages(
      names.map((label, i) => ({ label, lineage: ['Root', i < 3 ? '橈脚類' : 'Créseïs'.normalize('NFD'), label] })),
    );
    const probabilities = Float64Array.from(
      [0, 1, 3, 4].flatMap((decided) => names.map((_, c) => (c === decided ? 0.6 : 0.1))),
    );
    const predictions = { classes: names, probabilities, labels: Int32Array.of(0, 0, 3, 3) };
    const report = weakReport(findWeakSubtrees(predictions, { taxonomy: trees }), trees, options);
    const [, , tree = '', table = ''] = report.split('\n\n');
    const columnOf = (line: string, text: string) => stringWidth(line.slice(0, line.indexOf(text)));
    const drawn = tree.split('\n').slice(1);
    expect(drawn).toHaveLength(2);
    expect(drawn).toAllSatisfy((line) => line.includes('█'));
    expect(new Set(drawn.map((line) => columnOf(line, '█'))).size).toBe(1);
    const ranked = table.split('\n').filter((line) => /^\d/.test(line));
    expect(ranked.map((line) => line.split(/ {2,}/)[1])).toEqual(['Créseïs'.normalize('NFD'), '橈脚類']);
    expect(new Set(ranked.map((line) => columnOf(line, '50.0 %'))).size).toBe(1);
  });
});
