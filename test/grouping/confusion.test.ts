import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { isLeft, isRight } from 'fp-ts/lib/Either.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CladenetError, type Problem } from '../../src/errors.js';
import {
  Confusion,
  confusionFromCounts,
  confusionFromPredictions,
  confusionFromShares,
} from '../../src/grouping/confusion.js';
import { confusionToCsv, parseConfusion, readConfusion, writeConfusion } from '../../src/grouping/confusion-csv.js';
import { confusionFromPredictionFile, parsePredictions } from '../../src/grouping/prediction-csv.js';
import { nonEmpty } from '../fixtures/non-empty.js';
import { anyConfusion, SEVEN } from './samples.js';

const CLASSES = ['a', 'b', 'c'];

function refused(make: () => unknown): CladenetError {
  try {
    make();
  } catch (error) {
    if (error instanceof CladenetError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

/** Each problem as `where: received`. */
function problemsOf(result: ReturnType<typeof parseConfusion>): string[] {
  if (isRight(result)) throw new Error('was accepted');
  return result.left.map(inShort);
}

function inShort({ where, received }: Problem): string {
  return `${where}: ${received}`;
}

function read(result: ReturnType<typeof parseConfusion>): Confusion {
  if (isLeft(result)) throw new Error(result.left.map(inShort).join('\n'));
  return result.right;
}

describe('from counts and shares', () => {
  test('each row becomes the shares of its images', () => {
    const counts = [
      [3, 1, 0],
      [0, 2, 0],
      [1, 1, 8],
    ];
    const { counts: kept, shares, images } = confusionFromCounts({ classes: CLASSES, counts });
    expect([...kept]).toEqual(counts.flat());
    expect([...shares]).toEqual([0.75, 0.25, 0, 0, 1, 0, 0.1, 0.1, 0.8]);
    expect(images).toEqual(Float64Array.of(4, 2, 10));
  });

  test('what cannot be is refused with its place, all at once', () => {
    const counts = [
      [3, -1, 0],
      [0, 0, 0],
      [1, Number.NaN, 8],
    ];
    const error = refused(() => confusionFromCounts({ classes: ['a', 'b', 'a'], counts }));
    expect(error.code).toBe('EVALUATION');
    expect(error.problems.map(inShort)).toEqual([
      "classes[2]: 'a', as in classes[0]",
      "counts[0][1] ('a' taken for 'b'): -1",
      "counts[1] ('b'): no images of 'b'",
      "counts[2][1] ('a' taken for 'b'): NaN",
    ]);
    expect(
      refused(() =>
        confusionFromCounts({
          classes: CLASSES,
          counts: [
            [1, 0],
            [0, 1, 0],
          ],
        }),
      ).problems,
    ).toMatchObject([
      { where: 'counts', expected: '3 rows, one per class', received: '2' },
      { where: 'counts[0]', expected: '3 values, one per class', received: '2' },
    ]);
    expect(refused(() => confusionFromShares({ classes: ['a'], shares: [[1]] })).message).toContain(
      'at least 2 classes',
    );
  });

  test('the smallest counts are written', () => {
    const tiny = confusionFromCounts({
      classes: ['a', 'b'],
      counts: [
        [5e-324, 0],
        [0.5 + 1e-12, 1],
      ],
    });
    expect(confusionToCsv(tiny, 'images')).toBe('images,a,b\na,5e-324,0\nb,0.5,1\n');
  });

  test('counts have to be exact in sums', () => {
    const of = (count: number) =>
      confusionFromCounts({
        classes: ['a', 'b'],
        counts: [
          [count, 0],
          [0, 1],
        ],
      });
    expect(of(1e12).shares).toEqual(Float64Array.of(1, 0, 0, 1));
    expect(refused(() => of(1e308)).problems).toEqual([
      { where: "counts[0][0] ('a' taken for 'a')", expected: 'a number of at most 1000000000000', received: '1e+308' },
    ]);
  });

  test('shares must sum to 1', () => {
    const of = (...row: number[]) => confusionFromShares({ classes: ['a', 'b'], shares: [row, [0, 1]] });
    expect(of(0.7, 0.3004).images).toBeUndefined();
    const { problems } = refused(() => of(0.7, 0.4));
    expect(problems).toMatchObject([{ where: "shares[0] ('a')", received: expect.stringContaining('a sum of 1.1') }]);
    expect(refused(() => of(0, 0)).problems.map(inShort)).toEqual(["shares[0] ('a'): no images of 'a'"]);
  });
});

describe('from predictions', () => {
  const predictions = {
    classes: ['a', 'b'],
    probabilities: Float32Array.of(0.9, 0.1, 0.4, 0.6, 0.3, 0.7),
    labels: Int32Array.of(0, 0, 1),
  };

  test('counts the most probable classes, or the decisions that are given', () => {
    const { shares, images } = confusionFromPredictions(predictions);
    expect([...shares]).toEqual([0.5, 0.5, 0, 1]);
    expect([...(images ?? [])]).toEqual([2, 1]);
    const decisions = Int32Array.of(0, 0, 0);
    expect([...confusionFromPredictions({ ...predictions, decisions }).shares]).toEqual([1, 0, 1, 0]);
  });

  test('soft: sums the probabilities, every image counting as one', () => {
    const { shares, images } = confusionFromPredictions(predictions, { soft: true });
    expect([...shares]).toEqual([0.65, 0.35, 0.3, 0.7].map((value) => expect.closeTo(value, 6)));
    expect([...(images ?? [])]).toEqual([expect.closeTo(2, 12), expect.closeTo(1, 12)]);
  });

  test('what is counted follows from the entries', () => {
    expect(confusionFromPredictions(predictions).unit).toBe('images');
    expect(confusionFromPredictions(predictions, { soft: true }).unit).toBe('probabilities');
    expect(SEVEN.unit).toBe('shares');
    const thirds = [
      [1, 2],
      [0, 7],
    ];
    expect(confusionFromCounts({ classes: ['a', 'b'], counts: thirds }).unit).toBe('images');
  });

  test('refuses classes without images and predictions that do not fit', () => {
    const labels = Int32Array.of(0, 0, 0);
    expect(refused(() => confusionFromPredictions({ ...predictions, labels })).message).toContain("no images of 'b'");
    const unknown = Int32Array.of(0, 2, 1);
    expect(refused(() => confusionFromPredictions({ ...predictions, labels: unknown })).problems).toMatchObject([
      { where: 'labels[1]', received: '2' },
    ]);
  });
});

describe('a file of a confusion matrix', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'confusion-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('has the classes as first row and first column', () => {
    expect(
      confusionToCsv(
        confusionFromShares({
          classes: ['a, b', 'c'],
          shares: [
            [0.5, 0.5],
            [0.25, 0.75],
          ],
        }),
      ),
    ).toBe('shares,"a, b",c\n"a, b",0.5,0.5\nc,0.25,0.75\n');
  });

  test('quotes what a reader could take for a delimiter', () => {
    const classes = ['a;b', 'c, d', 'say "e"'];
    const shares = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    const [header] = confusionToCsv(confusionFromShares({ classes, shares })).split('\n');
    expect(header).toBe(`shares,"a;b","c, d","say ""e"""`);
  });

  test('is read as what was written', async () => {
    const path = join(folder, 'seven.csv');
    await writeConfusion(SEVEN, path);
    expect(await readConfusion(path)).toEqual(SEVEN);
    expect(await readdir(folder)).toEqual(['seven.csv']);
    const label = fc.stringMatching(/^[^\p{Cc}\s;]([^\p{Cc};]*[^\p{Cc}\s;])?$/u).filter((name) => name === name.trim());
    fc.assert(
      fc.property(anyConfusion, fc.uniqueArray(label, { minLength: 9, maxLength: 9 }), (confusion, names) => {
        const named = new Confusion(names.slice(0, confusion.classes.length), confusion.shares, 'shares');
        expect(read(parseConfusion(confusionToCsv(named)))).toEqual(named);
      }),
    );
  });

  test('can hold images, whole ones and sums of probabilities', () => {
    const count = fc.oneof(fc.nat(1000), fc.double({ min: 0.001, max: 9, noNaN: true }));
    const row = fc.tuple(count, count, count).filter((values) => values.some((value) => value > 0));
    fc.assert(
      fc.property(fc.tuple(row, row, row), (counts) => {
        const confusion = confusionFromCounts({ classes: CLASSES, counts });
        const again = read(parseConfusion(confusionToCsv(confusion, 'images')));
        nonEmpty(again.shares).forEach((share, e) => {
          expect(share).toBeCloseTo(confusion.shares[e] ?? Number.NaN, 6);
        });
        nonEmpty(again.images).forEach((images, i) => {
          expect(images).toBeCloseTo(confusion.images?.[i] ?? Number.NaN, 6);
        });
      }),
    );
    expect(
      confusionToCsv(
        confusionFromCounts({
          classes: ['a', 'b'],
          counts: [
            [7, 3],
            [1, 48],
          ],
        }),
        'images',
      ),
    ).toBe('images,a,b\na,7,3\nb,1,48\n');
    expect(refused(() => confusionToCsv(SEVEN, 'images')).code).toBe('USAGE');
  });

  test('without a word in the corner is images if it is whole numbers', () => {
    expect([...(read(parseConfusion(',a,b\na,3,1\nb,0,2\n')).images ?? [])]).toEqual([4, 2]);
    expect(read(parseConfusion(',a,b\na,1,0\nb,0,1\n')).images).toBeUndefined();
    expect(read(parseConfusion(';a;b\na;0.5;0.5\nb;0;1\n')).images).toBeUndefined();
    expect([...read(parseConfusion(',a,b\na,1.5,0.5\nb,0,1\n', { unit: 'images' })).shares]).toEqual([
      0.75, 0.25, 0, 1,
    ]);
  });

  test('may have its rows in another order', () => {
    const { classes, shares } = read(parseConfusion('shares,b,a\na,0.25,0.75\nb,0.5,0.5\n'));
    expect(classes).toEqual(['b', 'a']);
    expect([...shares]).toEqual([0.5, 0.5, 0.25, 0.75]);
  });

  test.each<[string, string, string[]]>([
    ['empty', '', ['m: an empty file']],
    ['one class', 'shares,a\na,1\n', ['m: 1']],
    ['a class twice', 'shares,a,a\na,1,0\n', ["m, line 1, column 3: 'a', as in m, line 1, column 2"]],
    ['not square: a row missing', 'shares,a,b\na,1,0\n', ["m: none for 'b'"]],
    ['not square: a short row', 'shares,a,b\na,1\nb,0,1\n', ['m, line 2: 1']],
    ['not square: a row too many', 'shares,a,b\na,1,0\nb,0,1\nbb,0,1\n', ["m, line 4: 'bb'"]],
    ['a row twice', 'shares,a,b\na,1,0\na,1,0\nb,0,1\n', ["m, line 3: 'a', as in line 2"]],
    ['negative', 'shares,a,b\na,1.5,-0.5\nb,0,1\n', ["m, line 2, column 'b': -0.5"]],
    ['NaN', 'shares,a,b\na,1,0\nb,NaN,1\n', ["m, line 3, column 'a': 'NaN'"]],
    ['infinite', 'shares,a,b\na,1,0\nb,Infinity,1\n', ["m, line 3, column 'a': Infinity"]],
    ['a word, and nothing', 'shares,a,b\na,x,0\nb,,1\n', ["m, line 2, column 'a': 'x'", "m, line 3, column 'a': ''"]],
    ['rows that do not sum to 1', ',a,b\na,0.5,0.25\nb,0,1\n', ["m, line 2 ('a'): a sum of 0.75"]],
    ['images where shares are said', 'shares,a,b\na,3,1\nb,0,1\n', ["m, line 2 ('a'): a sum of 4"]],
    ['a class without images', ',a,b\na,3,1\nb,0,0\n', ["m, line 3 ('b'): no images of 'b'"]],
    [
      'much at once',
      ',a,b,c\na,-1,2,0\nb,0,x,\nd,1,0,0\nc,0,0,0\n',
      ["m, line 2, column 'a': -1", "m, line 3, column 'b': 'x'", "m, line 3, column 'c': ''", "m, line 4: 'd'"],
    ],
    ['an open quote', 'shares,a,b\n"a,1,0\nb,0,1\n', ["m, line 2: '\"a,1,0'"]],
  ])('is refused if %s', (_, text, problems) => {
    expect(problemsOf(parseConfusion(text, { source: 'm' })).slice(0, problems.length)).toEqual(problems);
  });

  test.each([
    [
      'a stray quote swallows rows',
      'shares,a,b,c\n"a,1,0,0\nb,0,1,0\nc",0,0,1\n',
      ['m, line 2: a quoted cell from line 2 to line 4 that seems to hold rows'],
    ],
    [
      'names differ only in Unicode form',
      'images,\u00e9,e\u0301\n\u00e9,1,0\ne\u0301,0,1\n',
      ["m, line 1, column 3: 'e\\u{301}', which looks like '\\u{e9}' (m, line 1, column 2)"],
    ],
    [
      'it has a row and a column of sums',
      'images,a,b,All\na,3,1,4\nb,0,2,2\nAll,3,3,6\n',
      ["m, line 4: 'All', whose row and column are the sums of the others"],
    ],
  ])('is refused if %s', (_, text, problems) => {
    expect(problemsOf(parseConfusion(text, { source: 'm' }))).toEqual(problems);
  });

  test('is refused if it is not UTF-8, with the line', async () => {
    const path = join(folder, 'latin.csv');
    await writeFile(path, Buffer.from('images,a,\xe9\na,1,0\n\xe9,0,1\n', 'latin1'));
    await expect(readConfusion(path)).rejects.toThrow(/latin\.csv, line 1: expected text in UTF-8/);
  });

  test('suggests the class that was meant', () => {
    const result = parseConfusion('shares,copepod,krill\ncopepd,1,0\nkrill,0,1\n');
    expect(isLeft(result) && result.left[0]?.remedy).toBe("Did you mean 'copepod'?");
  });

  test('that is not there, or not right, is said with its name', async () => {
    await expect(readConfusion(join(folder, 'none.csv'))).rejects.toThrow(/none\.csv: .*no such file/);
    const path = join(folder, 'bad.csv');
    await writeFile(path, 'shares,a,b\na,1,0\nb,0,2\n');
    await expect(readConfusion(path)).rejects.toThrow(/bad\.csv, line 3 \('b'\): .*a sum of 2/);
    expect(await readFile(path, 'utf8')).toContain('b,0,2');
  });

  test('of predictions is read, too', async () => {
    const path = join(folder, 'predictions.csv');
    await writeFile(path, 'true,predicted\na,a\na,b\nb,b\n');
    expect([...(await confusionFromPredictionFile(path)).shares]).toEqual([0.5, 0.5, 0, 1]);
    await writeFile(path, 'true,predicted\na,b\n');
    await expect(confusionFromPredictionFile(path)).rejects.toThrow(/predictions\.csv, class 'b': .*no images of 'b'/);
  });
});

describe('a table of predictions', () => {
  test('with labels: other columns do not matter', () => {
    const text = 'path\ttrue_class\tpredicted\n1.png\tb\tb\n2.png\ta\tb\n3.png\ta\ta\n';
    const { classes, shares, images } = read(parsePredictions(text));
    expect(classes).toEqual(['a', 'b']);
    expect([...shares]).toEqual([0.5, 0.5, 0, 1]);
    expect([...(images ?? [])]).toEqual([2, 1]);
    expect(read(parsePredictions(text, { classes: ['b', 'a'] })).classes).toEqual(['b', 'a']);
  });

  test('with probabilities: counted, or summed', () => {
    const text = 'path,true,b,a\n1,b,0.9,0.1\n2,a,0.6,0.4\n3,a,0.2,0.8\n';
    expect([...read(parsePredictions(text)).shares]).toEqual([1, 0, 0.5, 0.5]);
    const { classes, shares } = read(parsePredictions(text, { soft: true, classes: ['a', 'b'] }));
    expect(classes).toEqual(['a', 'b']);
    expect([...shares]).toEqual([0.6, 0.4, 0.1, 0.9].map((value) => expect.closeTo(value, 12)));
  });

  test('is reported: its columns and rows', () => {
    const tables: unknown[] = [];
    const onTable = (table: unknown) => tables.push(table);
    const text = 'path,Label,Prediction,a,b\n1,a,a,1,0\n2,b,b,0,1\n';
    read(parsePredictions(text, { onTable }));
    read(parsePredictions(text, { onTable, soft: true }));
    expect(tables).toEqual([
      { trueColumn: 'Label', predictedColumn: 'Prediction', rows: 2 },
      { trueColumn: 'Label', predictedColumn: undefined, rows: 2 },
    ]);
  });

  test('with two columns of one kind is read where they are the same', () => {
    const { shares } = read(parsePredictions('true,label,predicted\na,a,a\nb,b,a\n'));
    expect([...shares]).toEqual([1, 0, 1, 0]);
  });

  test('with both: what is asked for decides', () => {
    const text = 'image,true,a,b,predicted\n1,a,0.9,0.1,b\n2,b,0,1,b\n';
    expect([...read(parsePredictions(text)).shares]).toEqual([0, 1, 0, 1]);
    expect([...read(parsePredictions(text, { soft: true })).shares]).toEqual([0.9, 0.1, 0, 1]);
  });

  test.each<[string, string, { soft?: boolean; classes?: string[] }, string[]]>([
    ['it is empty', ' \n', {}, ['p: an empty file']],
    ['it has no rows', 'true,predicted\n', {}, ['p: no rows']],
    ['it has no truth', 'image,predicted\n1,a\n', {}, ["p, line 1: the columns 'image', 'predicted'"]],
    [
      'it has labels where sums are wanted',
      'true,predicted\na,a\n',
      { soft: true },
      ["p, line 1: the columns 'true', 'predicted'"],
    ],
    [
      'a stray quote swallows rows',
      'true,predicted,note\na,a,x\na,b,"broken\nb,b,x\nb,a,y"\nb,b,x\n',
      {},
      ['p, line 3: a quoted cell from line 3 to line 5 that seems to hold rows'],
    ],
    ['two columns could be the truth', 'true,label,predicted\na,b,a\nb,b,a\n', {}, ["p, line 1: 'true' and 'label'"]],
    [
      'it has a row of totals',
      'true,predicted\na,a\nb,b\nTotal,2\n',
      {},
      ["p, line 4: 'Total', as in a row of totals"],
    ],
    [
      'names differ only in Unicode form',
      'true,predicted\n\u00e9,\u00e9\ne\u0301,\u00e9\n',
      {},
      ["p, class '\u00e9': '\\u{e9}', which looks like 'e\\u{301}' (p, class 'e\u0301')"],
    ],
    ['a row is short', 'true,predicted\na\n', {}, ['p, line 2: 1']],
    ['a label is unknown', 'true,predicted\na,b\nb,q\n', { classes: ['a', 'b'] }, ["p, line 3: 'q'"]],
    ['a label is missing', 'true,predicted\na,\nb,b\n', {}, ["p, line 2: ''"]],
    ['a label has no column', 'true,a,b\nq,1,0\n', {}, ["p, line 2: 'q'"]],
    ['a class has no column', 'true,a,x\na,1,0\n', { classes: ['a', 'b'] }, ["p, line 1: none for 'b', one 'x'"]],
    [
      'probabilities are not',
      'true,a,b\na,-1,2\nb,,1\na,1,1\n',
      {},
      ["p, line 2: '-1' for 'a'", "p, line 3: '' for 'a'", 'p, line 4: a sum of 2'],
    ],
    ['a class has no images', 'true,a,b\na,1,0\n', {}, ["p, class 'b': no images of 'b'"]],
  ])('is refused if %s', (_, text, options, problems) => {
    expect(problemsOf(parsePredictions(text, { source: 'p', ...options }))).toEqual(problems);
  });
});
