import { describe, expect, it } from 'vitest';
import { percent } from '../../../src/report/figures/theme.js';
import { comparisonTable } from '../../../src/report/tables/comparison-table.js';

describe('comparisonTable', () => {
  it('lines up columns, marks the best and prints differences with their intervals', () => {
    const table = comparisonTable(
      [
        { name: 'flat', metrics: { accuracy: 0.7261, logLoss: 0.903, ahd: 0.859 } },
        { name: 'tree, greedy', metrics: { accuracy: 0.709, ahd: 0.919 } },
        { name: 'tree, product', metrics: { accuracy: 0.7261, logLoss: Number.NaN, ahd: 0.75 } },
      ],
      [
        { a: 'tree, greedy', b: 'flat', metric: 'accuracy', difference: -0.0171, ci95: [-0.03, 0.002], p: 0.00001 },
        { a: 'tree, product', b: 'flat', metric: 'ahd', difference: -0.109, ci95: [-0.2, -0.01] },
      ],
    );
    expect(table).toBe(
      [
        '               accuracy   log-loss     AHD',
        'flat             72.6 %*     0.903*  0.859',
        'tree, greedy     70.9 %          -   0.919',
        'tree, product    72.6 %*         -   0.750*',
        '',
        '* best of its column',
        '',
        'difference            metric    change             95 % interval       p',
        'tree, greedy - flat   accuracy    -1.7  points      [-3.0, +0.2]  <0.001',
        'tree, product - flat  AHD       -0.109          [-0.200, -0.010]       -',
      ].join('\n'),
    );
  });

  it('leaves out marks where there is nothing to compare, and columns that nobody has', () => {
    expect(comparisonTable([{ name: 'flat', metrics: { accuracy: 1, speed: 3 } }])).toBe(
      '      accuracy\nflat   100.0 %',
    );
  });

  it('takes other columns', () => {
    const columns = [{ metric: 'speed', title: 'images/s', kind: 'number', better: 'higher' } as const];
    const rows = [
      { name: 'a', metrics: { speed: 3 } },
      { name: 'b', metrics: { speed: 4 } },
    ];
    expect(comparisonTable(rows, [], { columns }).split('\n').slice(0, 3)).toEqual([
      '   images/s',
      'a     3.000',
      'b     4.000*',
    ]);
  });
});

describe('a narrow comparisonTable', () => {
  it('goes on below with the columns that do not fit, and marks the best in all of them', () => {
    const rows = [
      { name: 'flat', metrics: { accuracy: 0.7, top5: 0.9, logLoss: 0.903, ahd: 0.859 } },
      { name: 'tree', metrics: { accuracy: 0.6, top5: 0.95, logLoss: 0.5, ahd: 0.75 } },
    ];
    const table = comparisonTable(rows, [], { width: 26 });
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
    expect(table.split('\n').every((line) => line.length <= 26)).toBe(true);
    // A column that is too wide by itself is printed all the same.
    expect(comparisonTable(rows, [], { width: 3 })).toMatch(/accuracy[\s\S]*top 5[\s\S]*log-loss[\s\S]*AHD/);
  });
});

describe('percent', () => {
  it('never rounds a mistake or a hit away', () => {
    expect([0, 0.0001, 0.5, 0.99999, 1].map((share) => percent(share))).toEqual([
      '0.0 %',
      '<0.1 %',
      '50.0 %',
      '>99.9 %',
      '100.0 %',
    ]);
  });
});
