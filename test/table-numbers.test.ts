import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLeft, isRight } from 'fp-ts/lib/Either.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listImages } from '../src/dataset/sources/list.js';
import type { CladenetError } from '../src/errors.js';
import { readFeatureTable } from '../src/features/tables/read-feature-table.js';
import { parseConfusion } from '../src/grouping/confusion-csv.js';
import { parsePredictions } from '../src/grouping/prediction-csv.js';
import { TableNumbers } from '../src/table-numbers.js';
import { parseRows } from '../src/table-rows.js';

function fileOf(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'cladenet-numbers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe('numbers in a cell', () => {
  const read = (cell: string, delimiter: ',' | ';' | '\t') => new TableNumbers(delimiter).read(cell, () => '');

  it('have a decimal comma between semicolons and tabs, and a point anywhere', () => {
    for (const delimiter of [';', '\t'] as const) {
      expect(['1,5', '-,25', '+3,', '1,5e-3', '1,234', '1.5', '12'].map((cell) => read(cell, delimiter))).toEqual([
        1.5, -0.25, 3, 0.0015, 1.234, 1.5, 12,
      ]);
    }
    expect(['1.5', '.5e1', ''].map((cell) => read(cell, ','))).toEqual([1.5, 5, Number.NaN]);
  });

  it('are none with marks between thousands, or with a comma between commas', () => {
    expect(['1.234,5', '1,234.5', '1,2,3', '1 234', ','].map((cell) => read(cell, ';'))).toEqual(
      Array(5).fill(undefined),
    );
    expect(read('1,234', ',')).toBeUndefined();
    expect(new TableNumbers(',').remedyFor('1,234')).toMatch(/^It may be 1.234 or 1234: /);
    expect(new TableNumbers(';').remedyFor('1.234,5')).toBe('Write numbers without marks between thousands.');
    expect(new TableNumbers(';').remedyFor('big')).toBeUndefined();
  });
});

it('the delimiter is known to who reads rows', () => {
  const delimiters = ['a;b\n1,5;2', 'a\tb\n', 'a,b\n', 'sep=;\na,b\n', 'a\n'].map((text) => parseRows(text).delimiter);
  expect(delimiters).toEqual([';', '\t', ',', ';', ',']);
});

describe('decimal commas are read', () => {
  it('in tables of features, and refused where they are unclear or mixed with points', async () => {
    const read = (text: string) => readFeatureTable(fileOf('features.csv', text));
    const table = await read('path;area;mean\na.png;1,5;2\nb.png;-0,25;1,234\n');
    expect([table.names, [...table.values]]).toEqual([
      ['area', 'mean'],
      [1.5, 2, -0.25, 1.234],
    ]);
    const problemsOf = (text: string) =>
      read(text).then(
        () => expect.fail('it was read'),
        (error: CladenetError) =>
          error.problems.map(({ where, ...problem }) => ({ ...problem, where: where.replace(/.*\//, '') })),
      );
    // A column whose numbers cannot be read is not left out as text.
    expect(await problemsOf('path,area\na.png,"1,234"\n')).toEqual([
      {
        where: 'features.csv:2, column area',
        expected: 'a number, or nothing',
        received: "'1,234'",
        remedy: 'It may be 1.234 or 1234: write it as one of them, or separate the columns by semicolons.',
      },
    ]);
    expect(await problemsOf('path;area;mean\na.png;0,5;1.234\n')).toMatchObject([
      {
        where: 'features.csv:2, column area',
        received: expect.stringMatching(/^'0,5', and '1.234' in .*:2, column mean$/),
      },
    ]);
  });

  it('in confusion matrices and in tables of probabilities', () => {
    const shares = parseConfusion('shares;a;b\na;0,75;0,25\nb;0,5;0,5\n');
    expect(isRight(shares) && [...shares.right.shares]).toEqual([0.75, 0.25, 0.5, 0.5]);
    const unclear = parseConfusion('images,a,b\na,"1,200",3\nb,4,5\n');
    expect(isLeft(unclear) && unclear.left).toMatchObject([
      { where: "confusion matrix, line 2, column 'a'", remedy: expect.stringMatching(/^It may be 1.200 or 1200: /) },
    ]);
    const mixed = parseConfusion('images;a;b\na;1.200;3\nb;4;5,5\n');
    expect(isLeft(mixed) && mixed.left).toMatchObject([{ where: "confusion matrix, line 3, column 'b'" }]);

    const soft = parsePredictions('true\ta\tb\na\t0,75\t0,25\nb\t0,125\t0,875\n', { soft: true });
    expect(isRight(soft) && [...soft.right.counts]).toEqual([0.75, 0.25, 0.125, 0.875]);
    const wrong = parsePredictions('true,a,b\na,"0,75","0,25"\n');
    expect(isLeft(wrong) && wrong.left).toMatchObject([
      { received: "'0,75' for 'a'", remedy: expect.stringMatching(/^It may be 0.75 or 075: /) },
    ]);
  });

  it('in the volumes of tables of images, which are reported where they are unclear', async () => {
    const keepColumns = ['sample_tot_vol', 'remark'];
    const clear = fileOf('images.csv', 'path;label;sample_tot_vol;remark\n1.png;a;12,5;1,2\n');
    expect(await listImages(clear, { keepColumns })).toMatchObject({
      problems: [],
      records: [{ fields: { sample_tot_vol: '12,5' } }],
    });
    const unclear = fileOf('images.csv', 'path,label,sample_tot_vol,remark\n1.png,a,"1,234","1,2"\n');
    expect(await listImages(unclear, { keepColumns })).toMatchObject({
      problems: [{ where: `${unclear}:2, column sample_tot_vol`, received: "'1,234'; it is left out" }],
      records: [{ fields: { sample_tot_vol: '', remark: '1,2' } }],
    });
  });
});
