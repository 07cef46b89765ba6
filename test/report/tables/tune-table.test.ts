import { describe, expect, it } from 'vitest';
import type { NodeAttempt } from '../../../src/classifier/schema.js';
import { compareClassifiers } from '../../../src/evaluation/compare.js';
import { changeLines, tuneTable } from '../../../src/report/tables/tune-table.js';
import { flatTaxonomy } from '../../../src/taxonomy/control-taxonomies.js';
import { tuningOf } from '../html/sample.js';

const score = (accuracy: number, logLoss: number) => ({ accuracy, logLoss, ahd: 0.5 });

function attempt(values: Partial<NodeAttempt>): NodeAttempt {
  const [first] = tuningOf(['x', 'y', 'z']).attempts;
  const judged = { measure: 'accuracy', before: score(0.7, 1), after: score(0.712, 1), accepted: true } as const;
  const { tried: _, ...plain } = first as NodeAttempt;
  return { ...plain, as: 'head', images: 40, seconds: 75, ...judged, ...values };
}

describe('tuneTable', () => {
  it('has a line an attempt, with its outcome', () => {
    const attempts = [
      attempt({ node: '' }),
      attempt({ node: '動物', after: score(0.7, 0.9) }),
      attempt({ node: 'all', after: score(0.69, 1), accepted: false, as: 'network', tried: 3 }),
      attempt({ node: 'wild', after: null, accepted: false, images: 1234 }),
    ];
    expect(tuneTable(attempts).split('\n')).toEqual([
      'node    trained  images  accuracy before     after  took',
      '(root)  head         40           70.0 %    71.2 %  75 s  accepted',
      '動物    head         40           70.0 %    70.0 %  75 s  accepted for lower log-loss',
      'all     network      40           70.0 %    69.0 %  75 s  rejected, best of 3',
      'wild    head       1234           70.0 %  diverged  75 s  rejected',
    ]);
  });

  it('is empty without attempts', () => {
    expect(tuneTable([])).toBe('');
  });
});

describe('changeLines', () => {
  it('have each measure before and after, its interval, and what that covers', () => {
    const classes = ['a', 'b'];
    const predictions = (p: number) => ({
      classes,
      probabilities: Float64Array.of(p, 1 - p, 1 - p, p),
      labels: Int32Array.of(0, 1),
    });
    const taxonomy = flatTaxonomy(classes);
    const comparison = compareClassifiers({ after: predictions(0.9), before: predictions(0.4) }, { taxonomy, seed: 1 });
    expect(changeLines(comparison)).toEqual([
      'on its 2 test images, tuned compared with before:',
      '  accuracy 0.0 % to 100.0 %: +100.0 points, 95 % [+100.0, +100.0], p 0.500',
      expect.stringMatching(/^ {2}log-loss 0\.9163 to 0\.1054: -0\.811, 95 % \[-0\.811, -0\.811\], p /),
      expect.stringMatching(/^ {2}AHD 1\.0000 to 0\.0000: -1\.000, 95 % \[-1\.000, -1\.000\], p /),
      expect.stringMatching(/^Intervals and p-values hold for these trained classifiers on other images/),
    ]);
  });
});
