import { describe, expect, test } from 'vitest';
import { confusionFromCounts } from '../../src/grouping/confusion.js';
import { groupClasses } from '../../src/grouping/group-classes.js';
import { groupTaxonomy } from '../../src/grouping/group-taxonomy.js';
import { mistakesInGroup } from '../../src/grouping/mistakes.js';
import { namedGroups } from '../../src/grouping/named-groups.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { SEVEN } from './samples.js';

describe('groups as they are shown', () => {
  test('greatest first, in the order of the merges, classes left alone in none', () => {
    expect(namedGroups(groupClasses(SEVEN, { beta: 0.05 }))).toEqual([
      { name: '0+2', classes: ['0', '2', '1'] },
      { name: '4+1', classes: ['4', '5'] },
    ]);
    expect(namedGroups(groupClasses(SEVEN, { beta: 0.4 }))).toEqual([]);
    expect(namedGroups(groupClasses(SEVEN, { method: 'kmeans', groups: 4 }))[0]?.classes).toEqual(['0', '1', '2']);
  });

  test('of classes in any order, and with the names that the taxonomy gives them', () => {
    const confusion = confusionFromCounts({
      classes: ['z', 'fish_b', 'fish_a', 'a_long', 'a_short', 'a_mid'],
      counts: [
        [9, 0, 0, 0, 0, 0],
        [0, 5, 3, 0, 0, 0],
        [0, 3, 5, 0, 0, 0],
        [0, 0, 0, 5, 1, 2],
        [0, 0, 0, 1, 6, 1],
        [0, 0, 0, 2, 1, 5],
      ],
    });
    const grouping = groupClasses(confusion, { beta: 0.05 });
    const groups = namedGroups(grouping);
    expect(groups.map(({ classes }) => classes)).toEqual([
      ['a_long', 'a_mid', 'a_short'],
      ['fish_a', 'fish_b'],
    ]);
    const taxonomy = groupTaxonomy(grouping);
    for (const { name, classes } of nonEmpty(groups))
      expect([...taxonomy.classesBelow(name)].sort()).toEqual([...classes]);
  });
});

test('the mistakes of one group: by hand', () => {
  const confusion = confusionFromCounts({
    classes: ['a', 'b', 'c'],
    counts: [
      [6, 3, 1],
      [2, 18, 0],
      [0, 2, 8],
    ],
  });
  expect(mistakesInGroup(confusion, ['b', 'a'])).toEqual({
    ofAll: expect.closeTo(5 / 8, 12),
    ofOwn: expect.closeTo(5 / 6, 12),
  });
  expect(mistakesInGroup(confusion, ['c'])).toEqual({ ofAll: 0, ofOwn: 0 });
});

test("Ward's similarities below 0 stay numbers on the scale of beta", () => {
  const options = { method: 'agglomerative', linkage: 'ward', groups: 1, symmetrize: 'power' } as const;
  const heights = groupClasses(SEVEN, options).merges.map(({ height }) => height);
  expect(heights).toHaveLength(6);
  expect(Math.min(...heights)).toBeLessThan(0);
  expect(heights).toEqual(heights.toSorted((x, y) => y - x));
});
