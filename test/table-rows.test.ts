import { describe, expect, it } from 'vitest';
import { parseRows } from '../src/table-rows.js';

const fields = (text: string) => parseRows(text).rows.map((row) => row.fields);
const faults = (text: string) => parseRows(text).faults.map(({ line, received }) => `${line}: ${received}`);

describe('parseRows', () => {
  it('reads one cell of several lines, and gives each row the line where it begins', () => {
    expect(parseRows('a,b,c\r\n1,"two\r\nlines, of text",3\r\n\r\n4,5,6\r\n')).toEqual({
      rows: [
        { line: 1, fields: ['a', 'b', 'c'] },
        { line: 2, fields: ['1', 'two\nlines, of text', '3'] },
        { line: 5, fields: ['4', '5', '6'] },
      ],
      faults: [],
      isIncomplete: false,
    });
  });

  const rows = (separator: string, quoted: Record<string, string>) =>
    Array.from({ length: 10 }, (_, row) =>
      ['x', 'y', 'z'].map((column) => `${quoted[`${column}${row}`] ?? ''}${column}${row}`).join(separator),
    ).join('\n');

  it.each([
    ['at the end of a row and the end of another', ',', { z2: '"' }, 'z5"'],
    ['in the middle of a row and of the next', ',', { y3: '"' }, 'y4"'],
    ['between semicolons', ';', { x1: '"' }, 'x2"'],
  ])('refuses a quote that swallows rows: %s', (_, separator, opening, closed) => {
    const name = closed.slice(0, 2);
    const text = rows(separator, opening).replace(name, closed);
    const [from, to] = [Number(Object.keys(opening)[0]?.[1]) + 1, Number(name[1]) + 1];
    expect(faults(text)).toEqual([`${from}: a quoted cell from line ${from} to line ${to} that seems to hold rows`]);
  });

  it('refuses two stray quotes at the beginning of cells, each with its line', () => {
    for (const separator of [',', '\t']) {
      const text = rows(separator, { z2: '"', z5: '"' });
      expect(parseRows(text).faults.map(({ line }) => line)).toEqual([3, 6]);
    }
  });

  it('never loses a row unnoticed, wherever two quotes are', () => {
    const count = 10;
    for (const separator of [',', '\t']) {
      for (let a = 0; a < 30; a++) {
        for (let b = a + 1; b < 30; b++) {
          for (const closing of ['before', 'after']) {
            const cells = Array.from({ length: 30 }, (_, i) => `c${i}`);
            cells[a] = `"${cells[a]}`;
            cells[b] = closing === 'before' ? `"${cells[b]}` : `${cells[b]}"`;
            const text = Array.from({ length: count }, (_, r) => cells.slice(3 * r, 3 * r + 3).join(separator)).join(
              '\n',
            );
            const { rows: read, faults: found } = parseRows(text);
            const isOdd = found.length > 0 || read.some((row) => row.fields.length !== 3);
            expect(isOdd || read.length === count, text).toBe(true);
          }
        }
      }
    }
  });

  it('lets a quote within a cell stand for itself between tabs', () => {
    expect(fields('a\tb\n5 "inch"\tx\n')).toEqual([
      ['a', 'b'],
      ['5 "inch"', 'x'],
    ]);
  });

  it('stops after a hundred faults', () => {
    expect(parseRows(`a,b\n${'x,y"z\n'.repeat(100_000)}`).faults).toHaveLength(100);
  });
});
