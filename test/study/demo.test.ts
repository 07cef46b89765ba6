import { expect, test } from 'vitest';
import { demoStudy } from '../../src/study/demo.js';
import { parseStudy } from '../../src/study/parse.js';

test('the demo is a study of flat and tree over three seeds, with intervals that hold on every processor', () => {
  const study = parseStudy(demoStudy('taxonomy.csv', 5), { needsImages: false });
  expect(study.seeds).toEqual([5, 6, 7]);
  expect(study.arms.map(({ name, kind }) => [name, kind])).toEqual([
    ['flat', 'flat'],
    ['tree', 'tree'],
  ]);
  expect(study).toMatchObject({ taxonomy: 'taxonomy.csv', level: 0.99, size: 48 });
});
