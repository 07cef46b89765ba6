import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatCsv } from '../src/csv.js';

it('quotes the fields that need it, and only these', () => {
  const rows = [
    ['class', 'n', 'share'],
    ['a, "b"', 12, 0.1],
    ['c\td', undefined, 1e-7],
    ['e;f', 0, -2],
    ['>g h', 3, 1e21],
  ];
  expect(formatCsv(rows)).toBe('class,n,share\n"a, ""b""",12,0.1\nc\td,,1e-7\ne;f,0,-2\n>g h,3,1e+21\n');
  const quoted = 'class,n,share\n"a, ""b""",12,0.1\n"c\td",,1e-7\n"e;f",0,-2\n>g h,3,1e+21\n';
  expect(formatCsv(rows, { quoteDelimiters: true })).toBe(quoted);
  expect(formatCsv([])).toBe('');
});

it('reads back as the same fields', () => {
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) =>
      fc.array(fc.array(fc.string({ unit: 'grapheme' }), { minLength: width, maxLength: width }), { minLength: 1 }),
    );
  fc.assert(
    fc.property(table, (rows) => {
      expect(parse(formatCsv(rows), { record_delimiter: '\n' })).toEqual(rows);
    }),
  );
});
