import { describe, expect, it } from 'vitest';
import { correlatedGroups } from '../../src/selecting/correlated-groups.js';
import { kindsOf } from '../../src/selecting/kinds.js';
import { spearman } from '../../src/selecting/spearman.js';
import { table } from '../forest/fixtures.js';
import { organisms } from './fixtures.js';

describe('spearman', () => {
  it('is that of mean ranks, of medians where nothing was measured, and 0 for constants', () => {
    const { NaN: none } = Number;
    const rows = [
      [1, 10, 3, 5, 1],
      [2, 20, 1, 5, none],
      [2, 25, 2, 5, 3],
      [4, 90, 0, 5, 2],
    ];
    const rho = spearman(table(['a', 'b', 'c', 'd', 'e'], rows));
    // Ranks of a: 0, 1.5, 1.5, 3; of c: 3, 1, 2, 0; of e, whose second value is its median 2: 0, 1.5, 3, 1.5
    const expected = [
      [1, 0.948683, -0.948683, 0, 0.5],
      [0.948683, 1, -0.8, 0, 0.632456],
      [-0.948683, -0.8, 1, 0, -0.316228],
      [0, 0, 0, 0, 0],
      [0.5, 0.632456, -0.316228, 0, 1],
    ];
    expect([...rho].map((value) => Number(value.toFixed(6)) + 0)).toEqual(expected.flat());
  });
});

describe('correlatedGroups', () => {
  const { candidates, split } = organisms();

  it('groups a feature with its twin, also where that runs the other way, and names the group after its centre', () => {
    expect(correlatedGroups(candidates, split.train)).toEqual([
      { name: 'area', features: ['area'] },
      { name: 'elongation', features: ['elongation', 'feret'] },
      { name: 'noise1', features: ['noise1'] },
      { name: 'noise2', features: ['noise2'] },
      { name: 'noise3', features: ['noise3'] },
    ]);
    // In the middle: b is close to both others, which are less close to each other.
    const near = table(
      ['a', 'b', 'c'],
      [
        [1, 2, 3],
        [2, 1, 1],
        [3, 3, 2],
        [4, 4, 4],
        [5, 5, 6],
        [6, 6, 5],
      ],
    );
    expect(correlatedGroups(near, [0, 1, 2, 3, 4, 5], { correlation: 0.7 })).toEqual([
      { name: 'b', features: ['a', 'b', 'c'] },
    ]);
  });

  it('looks at the given rows only, and keeps a single feature', () => {
    const changing = table(['a', 'b'], [[1, 1], [2, 2], [3, 3], [1, 9], [2, 0], [3, 4]]); // biome-ignore format: one line
    expect(correlatedGroups(changing, [0, 1, 2]).length).toBe(1);
    expect(correlatedGroups(changing, [0, 1, 2, 3, 4, 5]).length).toBe(2);
    expect(correlatedGroups(table(['a'], [[1], [2]]), [0, 1])).toEqual([{ name: 'a', features: ['a'] }]);
  });

  it('refuses a correlation that is no correlation', () => {
    expect(() => correlatedGroups(candidates, split.train, { correlation: 90 })).toThrow(
      'correlation: expected a correlation from 0 to 1, received 90',
    );
  });
});

describe('kindsOf', () => {
  it('knows the features of all sets, whatever their case, and numbered ones', () => {
    const names = ['area', 'Area', '2:elongation', 'zooprocess_area', 'uvp6_area', 'my own'];
    expect([...kindsOf(names).values()]).toEqual(['size', 'size', 'shape', 'size', 'size', 'other']);
  });
});
