import { describe, expect, it } from 'vitest';
import type { Comparison, Difference } from '../../../src/evaluation/compare.js';
import { compareClassifiers } from '../../../src/evaluation/compare.js';
import type { Evaluation } from '../../../src/evaluation/evaluate.js';
import { comparisonTable } from '../../../src/report/tables/comparison-table.js';

type Model = Comparison['models'][number];

function model(name: string, values: Partial<Evaluation>): Model {
  return {
    name,
    images: 100,
    accuracy: 0.5,
    balancedAccuracy: 0.5,
    top5: 1,
    logLoss: 1,
    hierarchical: null,
    ahd: null,
    severity: null,
    accuracyAtDepth: null,
    accuracyAtRank: null,
    perClass: [],
    perNode: null,
    confusion: { classes: [], counts: [] },
    biological: null,
    ...values,
  };
}

const difference = (a: string, b: string, values: Omit<Difference, 'a' | 'b'>): Difference => ({ a, b, ...values });

const COVERAGE = [
  'Intervals and p-values hold for these trained classifiers on other images of the same kind; training',
  'again with another seed may change the difference (a study compares over seeds).',
];

describe('comparisonTable', () => {
  const models = [
    model('flat', { accuracy: 0.7261, logLoss: 0.903, ahd: 0.859 }),
    model('tree, greedy', { accuracy: 0.709, logLoss: 0.91, ahd: null }),
    model('tree, product', { accuracy: 0.7261, logLoss: 0.95, ahd: 0.75 }),
  ];
  const differences = [
    difference('tree, greedy', 'flat', { metric: 'accuracy', difference: -0.0171, ci95: [-0.03, 0.002], p: 0.00001 }),
    difference('tree, product', 'flat', { metric: 'ahd', difference: -0.109, ci95: [-0.2, -0.01], p: 0.0123 }),
  ];
  const metrics = ['accuracy', 'logLoss', 'ahd'] as const;

  it('lines up columns, marks the best, and prints differences with their intervals and what these cover', () => {
    expect(comparisonTable({ models, differences }, { metrics })).toBe(
      [
        '               accuracy   log-loss     AHD',
        'flat             72.6 %*     0.903*  0.859',
        'tree, greedy     70.9 %      0.910       -',
        'tree, product    72.6 %*     0.950   0.750*',
        '',
        '* best of its column',
        '',
        'difference            metric    change             95 % interval       p',
        'tree, greedy - flat   accuracy    -1.7  points      [-3.0, +0.2]  <0.001',
        'tree, product - flat  AHD       -0.109          [-0.200, -0.010]   0.012',
        '',
        ...COVERAGE,
      ].join('\n'),
    );
  });

  it('lists the differences of the metrics asked for', () => {
    const of = (options: Parameters<typeof comparisonTable>[1]) =>
      comparisonTable({ models, differences }, options)
        .split('\n')
        .filter((line) => / - flat /.test(line))
        .map((line) => line.split(/ {2,}/)[1]);
    expect(of({})).toEqual(['accuracy', 'AHD']);
    expect(of({ metrics: ['accuracy'] })).toEqual(['accuracy']);
    expect(of({ differencesIn: ['ahd', 'logLoss'] })).toEqual(['AHD']);
  });

  it('says something else of classifiers of several seeds', () => {
    const table = comparisonTable({ models, differences }, { severalSeeds: true }).replaceAll('\n', ' ');
    expect(table).toContain('other images of the same kind; how much the seed changes shows between');
    expect(table).not.toContain('may change the difference');
  });

  it('covers whatever compareClassifiers returns', () => {
    const predictions = (p: number) => ({
      classes: ['a', 'b'],
      probabilities: Float64Array.of(p, 1 - p, 1 - p, p),
      labels: Int32Array.of(0, 1),
    });
    const table = comparisonTable(compareClassifiers({ sure: predictions(0.9), not: predictions(0.6) }, { seed: 1 }));
    expect(table).toMatch(/^ +accuracy +balanced +top 5 +log-loss$/m);
    expect(table).toMatch(/^sure +100\.0 %\* +100\.0 %\* +100\.0 %\* +0\.105\*$/m);
    expect(table).toMatch(/^sure - not +log-loss +-0\.405 +\[-0\.405, -0\.405\] /m);
    expect(table.split('\n').slice(-2)).toEqual(COVERAGE);
  });

  it('leaves out marks and notes where there is nothing to compare, and columns without values', () => {
    expect(comparisonTable({ models: [model('flat', { accuracy: 1 })] }, { metrics: ['accuracy', 'ahd'] })).toBe(
      '      accuracy\nflat   100.0 %',
    );
  });

  it('has the hierarchical metrics', () => {
    const of = model('tree', { hierarchical: { precision: 0.9, recall: 0.8, f1: 0.847 }, severity: 1.5, ahd: 0.5 });
    expect(comparisonTable({ models: [of] }).split('\n')).toEqual([
      '      accuracy  balanced    top 5  log-loss  h-precision  h-recall    h-F1    AHD  severity',
      'tree    50.0 %    50.0 %  100.0 %     1.000       90.0 %    80.0 %  84.7 %  0.500     1.500',
    ]);
  });

  it('lines up names whose characters are wide or take no room', () => {
    const names = ['浮遊生物', 'Créseïs'.normalize('NFD'), 'x'];
    const lines = comparisonTable({ models: names.map((name) => model(name, {})) }, { metrics: ['accuracy'] }).split(
      '\n',
    );
    expect(lines.slice(0, 4)).toEqual([
      '          accuracy',
      '浮遊生物    50.0 %*',
      `${names[1]}     50.0 %*`,
      'x           50.0 %*',
    ]);
  });
});

describe('a narrow comparisonTable', () => {
  const models = [
    model('flat', { accuracy: 0.7, top5: 0.9, logLoss: 0.903, ahd: 0.859 }),
    model('tree', { accuracy: 0.6, top5: 0.95, logLoss: 0.5, ahd: 0.75 }),
  ];
  const metrics = ['accuracy', 'top5', 'logLoss', 'ahd'] as const;

  it('goes on below with the columns that do not fit, and marks the best in all of them', () => {
    const table = comparisonTable({ models }, { metrics, width: 26 });
    expect(table).toBe(
      [
        '      accuracy    top 5',
        'flat    70.0 %*  90.0 %',
        'tree    60.0 %   95.0 %*',
        '',
        '      log-loss     AHD',
        'flat     0.903   0.859',
        'tree     0.500*  0.750*',
        '',
        '* best of its column',
      ].join('\n'),
    );
    // A column that is too wide by itself is printed all the same.
    expect(comparisonTable({ models }, { metrics, width: 3 })).toMatch(/accuracy[\s\S]*top 5[\s\S]*log-loss[\s\S]*AHD/);
  });

  it('wraps its note', () => {
    const differences = [difference('flat', 'tree', { metric: 'ahd', difference: 0.1, ci95: [0.05, 0.15], p: 0.01 })];
    const note = comparisonTable({ models, differences }, { width: 40 }).split('\n\n').at(-1) ?? '';
    expect(note).toMatch(/^Intervals/);
    expect(Math.max(...note.split('\n').map((line) => line.length))).toBeLessThanOrEqual(40);
  });
});
