import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatCsv, ofCell } from '../src/csv.js';

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
      const read = parse(formatCsv(rows), { record_delimiter: '\n' }) as string[][];
      expect(read.map((row) => row.map(ofCell))).toEqual(rows);
    }),
  );
});

it('no cell begins a formula, and each reads back', () => {
  const texts = ['=cmd|x', '+a', '-a', '@a', '\ta', '\ra', '\na', '＝a', '-', "'=a", "''+a", '-1+1', '=1'];
  const cells = parse(formatCsv(texts.map((text) => [text])), { record_delimiter: '\n' }) as string[][];
  for (const [i, [cell = '']] of cells.entries()) {
    expect(cell).toMatch(/^'/);
    expect(ofCell(cell)).toBe(texts[i]);
  }
  const plain = ["'a", "'", 'a=b', '-1', '+.5e-3', '1e+21'];
  expect(formatCsv([[-1, -0.5, ...plain]])).toBe("-1,-0.5,'a,',a=b,-1,+.5e-3,1e+21\n");
  expect(plain.map(ofCell)).toEqual(plain);
});
