/** Mutations of delimited text by its structure: columns, quotes, delimiters, ends of lines, huge cells. */
import type { Random } from '../../src/random.js';

const pick = <T>(random: Random, items: readonly T[]): T => items[random.integer(items.length)] as T;

const CELLS = [
  ...[
    '',
    ' ',
    '-',
    '"',
    '""',
    '"a',
    'a"b',
    '"a,b"',
    '"a\nb"',
    "'=1",
    '=1+1',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ],
  ...[
    'NaN',
    'nan',
    'Infinity',
    '1e999',
    '-1e999',
    '1e-400',
    '0x10',
    '1,5',
    '5e-324',
    '-0',
    'total',
    'class',
    'path',
    'label',
  ],
  ...[
    'e\u0301',
    '\u00e9',
    '\u200b',
    '\u202e',
    '\ud800',
    '\0',
    '\u2028',
    '>',
    'a>',
    '>a',
    'a>>b',
    'a/b',
    '../..',
    'x'.repeat(3000),
  ],
  ...['a>'.repeat(3000), '"'.repeat(999), '\n'.repeat(50)],
];

/** Changes a table in one place, or all of it in one way. */
export function mutateTable(content: Buffer, random: Random): Buffer | string {
  const text = content.toString('latin1');
  const delimiter = /[,;\t]/.exec(text)?.[0] ?? ',';
  const rows = text.split('\n').map((line) => line.split(delimiter));
  const row = pick(random, rows);
  const column = random.integer(Math.max(1, rows[0]?.length ?? 1));
  const written = (other = delimiter, end = '\n') => rows.map((cells) => cells.join(other)).join(end);
  const cell = () => Buffer.from(pick(random, CELLS)).toString('latin1');
  switch (random.integer(12)) {
    case 0:
    case 1:
    case 2:
      row[random.integer(row.length)] = cell();
      break;
    case 3:
      for (const cells of rows) cells.splice(column, 1);
      break;
    case 4:
      for (const cells of rows) cells.splice(column, 0, cells[random.integer(cells.length)] ?? '');
      break;
    case 5:
      if (rows[0]) rows[0][column] = pick(random, [...rows[0], cell()]);
      break;
    case 6:
      row.push(...Array.from({ length: random.integer(200) }, () => pick(random, ['', 'x'])));
      break;
    case 7:
      return Buffer.from(
        written(pick(random, [',', ';', '\t', '|', ' ']), pick(random, ['\n', '\r\n', '\r'])),
        'latin1',
      );
    case 8:
      return Buffer.from(
        text.replaceAll('\n', () => pick(random, ['\n', '\r\n', '\r', '\n\n'])),
        'latin1',
      );
    case 9:
      for (const cells of rows)
        cells.forEach((value, i) => {
          cells[i] = `"${value}"`;
        });
      break;
    case 10:
      return Buffer.from(`${pick(random, ['\xef\xbb\xbf', 'sep=;\n', 'sep=,\n', '\n\n', '#\n'])}${text}`, 'latin1');
    default:
      return pick(random, [
        Buffer.from(`\uFEFF${content.toString()}`, 'utf16le'),
        Buffer.from(content.toString(), 'utf16le'),
        content.toString('base64'),
      ]);
  }
  return Buffer.from(written(), 'latin1');
}
