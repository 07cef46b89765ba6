import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { alignColumns, alignWithRemark, blocksOf } from '../../../src/report/tables/columns.js';
import { fitText, hangingText, padStart, shorten, wordsOf, wrap } from '../../../src/report/tables/terminal-text.js';

/** `é` as one code point and as two; two columns a character; one character of several code points. */
const composed = 'é';
const combined = 'e\u0301';
const wide = '橈脚類';
const family = '👩‍👩‍👧';

describe('fitText', () => {
  it('cuts in the middle or fills up', () => {
    expect(fitText('abcdefgh', 5)).toBe('ab…gh');
    expect(fitText('abcdefgh', 4)).toBe('ab…h');
    expect(fitText('ab', 4)).toBe('ab  ');
  });

  it('counts columns, and leaves characters whole', () => {
    expect(fitText(wide, 8)).toBe(`${wide}  `);
    expect(fitText(wide, 5)).toBe('橈…類');
    // The half of a wide character that does not fit is left blank.
    expect(fitText(wide, 4)).toBe('橈… ');
    expect(fitText(combined.repeat(4), 3)).toBe(`${combined}…${combined}`);
    expect(fitText(`a${family}${family}b`, 4)).toBe('a…b ');
    for (const width of [2, 3, 4, 5, 6, 7, 8, 9]) {
      for (const text of [wide.repeat(2), `${family}abc${family}`, combined.repeat(9)]) {
        expect(stringWidth(fitText(text, width))).toBe(Math.max(width, stringWidth(shorten(text, width))));
      }
    }
  });
});

describe('padStart', () => {
  it('counts columns', () => {
    expect([composed, combined, wide, 'abcdefg'].map((text) => padStart(text, 6))).toEqual([
      `     ${composed}`,
      `     ${combined}`,
      wide,
      'abcdefg',
    ]);
  });
});

describe('wrap', () => {
  it('breaks lines where the next word does not fit, and keeps what is too wide whole', () => {
    expect(wrap(['one', 'two', 'three'], 7)).toEqual(['one two', 'three']);
    expect(wrap(['one', wide, 'two'], 8, '> ')).toEqual(['> one', `> ${wide}`, '> two']);
    expect(wrap(wordsOf('up to 12 % of'), 6)).toEqual(['up to', '12 %', 'of']);
    expect(wrap([], 6)).toEqual([]);
  });
});

describe('hangingText', () => {
  it('begins all lines beside the label, none with a %', () => {
    expect(hangingText('so: ', 'one two 12 % threefourfive six', 12)).toBe(
      'so: one two\n    12 %\n    threefourfive\n    six',
    );
    expect(hangingText('綱 ', '一 二 三', 6)).toBe('綱 一\n   二\n   三');
    expect(hangingText('so: ', '', 12)).toBe('so: ');
  });
});

describe('alignColumns', () => {
  it('lines up names of any script', () => {
    const rows = [
      ['name', 'images'],
      [wide, '12'],
      [combined, '7'],
    ];
    expect(alignColumns(rows, 1)).toEqual(['name    images', `${wide}      12`, `${combined}            7`]);
  });

  it('puts a last column of remarks to the left', () => {
    const rows = [
      ['name', 'images', ''],
      [wide, '12', 'kept'],
      ['x', '7', ''],
    ];
    expect(alignWithRemark(rows, 1)).toEqual(['name    images', `${wide}      12  kept`, 'x            7']);
  });

  it('is broken into blocks by columns, not by code units', () => {
    const rows = [['', wide, wide]];
    expect(blocksOf(rows, 16)).toEqual([[['', wide, wide]]]);
    expect(blocksOf(rows, 15)).toEqual([[['', wide]], [['', wide]]]);
  });
});
