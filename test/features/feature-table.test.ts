import { expect, test } from 'vitest';
import { requireFeatureTable } from '../../src/features/feature-table.js';

test('a table of fitting lengths passes, NaN included', () => {
  const table = { names: ['area', 'perim.'], rows: ['a.png'], values: Float64Array.of(3, Number.NaN) };
  expect(() => requireFeatureTable(table)).not.toThrow();
});

test('all problems of a table are reported at once', () => {
  const table = { names: ['area', 'area'], rows: ['a.png', 'b.png', 'a.png'], values: new Float64Array(4) };
  expect(() => requireFeatureTable(table)).toThrow(
    /names.*area several times[\s\S]*rows.*a\.png several times[\s\S]*values.*6 values, for 3 rows of 2 features.*4/,
  );
});
