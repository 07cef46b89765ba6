import { describe, expect, it } from 'vitest';
import { parseRows } from '../src/table-rows.js';

const fields = (text: string) => parseRows(text).rows.map((row) => row.fields);
const faults = (text: string) => parseRows(text).faults.map(({ line, received }) => `${line}: ${received}`);

describe('parseRows', () => {
  it('reads one cell of several lines, and gives each row the line where it begins', () => {
    expect(parseRows('a,b,c\r\n1,"two\r\nlines, of text",3\r\n\r\n4,5,6\r\n')).toEqual({
      delimiter: ',',
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

  it('takes the delimiter of a first line that names it', () => {
    for (const first of ['sep=;', '"sep=;"', '\uFEFFSEP=; ']) {
      expect(parseRows(`${first}\r\na;b,c\r\n1;2`).rows).toEqual([
        { line: 2, fields: ['a', 'b,c'] },
        { line: 3, fields: ['1', '2'] },
      ]);
    }
    expect(fields('sep=\t\na\tb\n')).toEqual([['a', 'b']]);
    expect(fields('sep=x,b\n1,2')).toEqual([
      ['sep=x', 'b'],
      ['1', '2'],
    ]);
  });

  it('drops the empty cells behind the last column, of the header too', () => {
    expect(fields('a,b,,\n1,2\n3,,,\n4,5,,,,\n6,7,8\n')).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', ''],
      ['4', '5'],
      ['6', '7', '8'],
    ]);
  });

  it('refuses a table all of whose rows have more fields than the header, once', () => {
    const { faults: found, isIncomplete } = parseRows('path,label\n1,a.png,A\n2,b.png,B\n');
    expect(isIncomplete).toBe(true);
    expect(found).toEqual([
      {
        line: 1,
        expected: 'a name for each of the 3 columns',
        received: '2 names, but 3 fields in every row',
        remedy: expect.stringMatching(/row names \(R leaves them out with row\.names = FALSE\)/),
      },
    ]);
  });

  it('removes the apostrophe that keeps a cell from being a formula', () => {
    expect(fields(`a,b\n'=1+1,'x\n''-y,'-5\n`).slice(1)).toEqual([
      ['=1+1', "'x"],
      ["'-y", '-5'],
    ]);
  });

  it('stops after a hundred faults', () => {
    expect(parseRows(`a,b\n${'x,y"z\n'.repeat(100_000)}`).faults).toHaveLength(100);
  });
});
